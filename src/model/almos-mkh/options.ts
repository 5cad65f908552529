/**
 * What the sources do not show: each inferred behaviour of the HAL and of the files around vmm.c is
 * a named option with a default. They are recorded in every verdict and counterexample.
 */

export interface Options {
  readonly allocClears: boolean;
  readonly allocRefcount: 'set1' | 'add1';
  readonly allocResetsForks: boolean;
  readonly copiesLock: 'shared' | 'exclusive';
  readonly copiesLocked: boolean;
  readonly copyUnlinked: 'before' | 'after';
  readonly childVmm: 'zero' | 'init' | 'poison';
  readonly copiesOrder: 'registration' | 'latestFirst';
  readonly distribVsegs: 'DATA' | 'none' | 'DATA,ANON';
  readonly doubleFree: 'panic' | 'record';
  readonly execFailure: 'returns' | 'exits';
  readonly execLoads: boolean;
  readonly exitOrder: 'any' | 'refLast';
  readonly failedForkDestroys: boolean;
  readonly forkCountsStack: boolean;
  readonly forkOrder: 'forkCopy,stack,setCow' | 'setCow,forkCopy,stack';
  readonly forkSetsStackBit: boolean;
  readonly forkStack: 'create' | 'attach';
  readonly frameOrder: 'lowest' | 'any';
  readonly gptDestroyFreesFrames: boolean;
  readonly heapPlace: 'afterElf' | 'beforeElf';
  readonly inactiveCluster: number;
  readonly kernelVsegsUser: boolean;
  readonly leaveDeletesStack: boolean;
  readonly lockPteReturns: 'before' | 'locked';
  readonly log2: 'floor' | 'ceil';
  readonly mapperBlocks: boolean;
  readonly mapperEvicts: boolean;
  readonly munmapSite: 'local' | 'reference';
  readonly panicStops: boolean;
  readonly privateCxyLocal: boolean;
  readonly pteCopyKeepsLocked: boolean;
  readonly readOnlyVsegs: 'CODE' | 'none' | 'CODE,FILE';
  readonly resetPteUnlocks: boolean;
  readonly rpcServers: 'unlimited' | 1 | 2;
  readonly rwlock: 'readersPass' | 'writersFirst';
  readonly setCowRmw: boolean;
  readonly setCowStep: 'page' | 'vseg';
  readonly splitPteWrite: boolean;
  readonly unlockPteAsserts: boolean;
  readonly writeException: 'localCow' | 'readAgain' | 'always';
}

export const options = [
  {
    name: 'allocClears',
    sentence: 'ppm_remote_alloc_pages clears the frame; false: the frame keeps its old content.',
    values: [false, true],
    default: false,
  },
  {
    name: 'allocRefcount',
    sentence: 'ppm_remote_alloc_pages sets refcount to 1, or adds 1 to what it was.',
    values: ['set1', 'add1'],
    default: 'set1',
  },
  {
    name: 'allocResetsForks',
    sentence:
      'ppm_remote_alloc_pages sets forks to 0; false: a new frame inherits the old counter.',
    values: [true, false],
    default: true,
  },
  {
    name: 'childVmm',
    sentence:
      'The allocators of a new process before vmm_fork_copy sets them up: zero (locks free, ' +
      'zombi lists not initialised), init (all ready) or poison (locks hold garbage).',
    values: ['zero', 'init', 'poison'],
    default: 'zero',
  },
  {
    name: 'copiesLock',
    sentence: 'The lock of the list of copies admits several readers at once, or one thread only.',
    values: ['shared', 'exclusive'],
    default: 'shared',
  },
  {
    name: 'copiesLocked',
    sentence:
      'A thread that links or unlinks a copy of a process takes the lock of the list of copies.',
    values: [true, false],
    default: true,
  },
  {
    name: 'copiesOrder',
    sentence: 'A new copy of a process is linked last in the list of its copies, or first.',
    values: ['registration', 'latestFirst'],
    default: 'registration',
  },
  {
    name: 'copyUnlinked',
    sentence:
      'A copy that is destroyed leaves the list of copies before its address space goes, or after.',
    values: ['before', 'after'],
    default: 'before',
  },
  {
    name: 'distribVsegs',
    sentence: 'The types with VSEG_DISTRIB, whose pages are distributed over the clusters.',
    values: ['DATA', 'none', 'DATA,ANON'],
    default: 'DATA',
  },
  {
    name: 'doubleFree',
    sentence: 'Releasing a free frame stops the kernel (panic) or has no effect (record).',
    values: ['panic', 'record'],
    default: 'panic',
  },
  {
    name: 'execFailure',
    sentence:
      'An exec that lacks memory after the old address space is gone returns -1 to the thread, ' +
      'or the process exits.',
    values: ['returns', 'exits'],
    default: 'returns',
  },
  {
    name: 'execLoads',
    sentence:
      'After vmm_user_init, exec creates the CODE and DATA vsegs of the program and the stack of ' +
      'its thread; false: it creates none.',
    values: [true, false],
    default: true,
  },
  {
    name: 'exitOrder',
    sentence: 'Exit destroys the copies of a process in any order, or the reference last.',
    values: ['any', 'refLast'],
    default: 'any',
  },
  {
    name: 'failedForkDestroys',
    sentence:
      'A fork that fails at the stack of the child runs vmm_destroy on the ' +
      'child; false: it does not.',
    values: [true, false],
    default: true,
  },
  {
    name: 'forkCountsStack',
    sentence: 'fork adds 1 to forks of each stack page that it shares with the child.',
    values: [true, false],
    default: true,
  },
  {
    name: 'forkOrder',
    sentence: 'fork marks the parent copy-on-write after it has copied it, or before.',
    values: ['forkCopy,stack,setCow', 'setCow,forkCopy,stack'],
    default: 'forkCopy,stack,setCow',
  },
  {
    name: 'forkSetsStackBit',
    sentence:
      'The slot of an inherited stack is marked as taken in the stack allocator of the child.',
    values: [true, false],
    default: true,
  },
  {
    name: 'forkStack',
    sentence:
      'The stack of a child is created by vmm_create_vseg, or as a descriptor that is only ' +
      'attached to its VSL.',
    values: ['create', 'attach'],
    default: 'create',
  },
  {
    name: 'frameOrder',
    sentence: 'The allocator returns the free frame with the lowest number, or any free frame.',
    values: ['lowest', 'any'],
    default: 'lowest',
  },
  {
    name: 'gptDestroyFreesFrames',
    sentence: 'hal_gpt_destroy also releases the frames that are still mapped.',
    values: [false, true],
    default: false,
  },
  {
    name: 'heapPlace',
    sentence:
      'HEAP_BASE is above the program, or its first page: then the mmap zone contains the program.',
    values: ['afterElf', 'beforeElf'],
    default: 'afterElf',
  },
  {
    name: 'inactiveCluster',
    sentence:
      'The cluster that gets a distributed page whose own does not exist (the kernel draws one); ' +
      'it must exist.',
    values: [0, 1, 2, 3],
    default: 0,
  },
  {
    name: 'kernelVsegsUser',
    sentence: 'KCODE, KDATA and KDEV have VSEG_USER; false: no program may use them.',
    values: [false, true],
    default: false,
  },
  {
    name: 'leaveDeletesStack',
    sentence: 'A thread that ends calls vmm_delete_vseg on its stack; false: its stack stays.',
    values: [true, false],
    default: true,
  },
  {
    name: 'lockPteReturns',
    sentence: 'hal_gpt_lock_pte returns the attributes from before it set LOCKED, or with LOCKED.',
    values: ['before', 'locked'],
    default: 'before',
  },
  {
    name: 'log2',
    sentence: 'bits_log2 of a number that is no power of two rounds down, or up.',
    values: ['floor', 'ceil'],
    default: 'floor',
  },
  {
    name: 'mapperBlocks',
    sentence:
      'A call of the mapper may wait for its disk, with entries LOCKED, while other threads run; ' +
      'false: no other thread runs from the look at the vseg, or the allocation, until it returns.',
    values: [true, false],
    default: true,
  },
  {
    name: 'mapperEvicts',
    sentence: 'A file releases a page in memory when its cluster has no other frame left.',
    values: [false, true],
    default: false,
  },
  {
    name: 'munmapSite',
    sentence: 'munmap calls vmm_resize_vseg in the cluster of the caller, or in the reference.',
    values: ['local', 'reference'],
    default: 'local',
  },
  {
    name: 'panicStops',
    sentence: 'A handler that returns EXCP_KERNEL_PANIC stops the kernel; false: only the thread.',
    values: [false, true],
    default: false,
  },
  {
    name: 'privateCxyLocal',
    sentence:
      'A CODE or STACK vseg copied to another cluster allocates frames there; false: where the ' +
      'original does.',
    values: [true, false],
    default: true,
  },
  {
    name: 'pteCopyKeepsLocked',
    sentence: 'hal_gpt_pte_copy copies LOCKED with the entry; false: the copy is unlocked.',
    values: [false, true],
    default: false,
  },
  {
    name: 'readOnlyVsegs',
    sentence: 'The types without VSEG_WRITE; KCODE is as CODE.',
    values: ['CODE', 'none', 'CODE,FILE'],
    default: 'CODE',
  },
  {
    name: 'resetPteUnlocks',
    sentence: 'hal_gpt_reset_pte clears LOCKED with the rest of the entry; false: it keeps LOCKED.',
    values: [true, false],
    default: true,
  },
  {
    name: 'rpcServers',
    sentence:
      'Threads of a cluster that serve RPCs: vmm_get_vseg, vmm_global_update_pte, vmm_set_cow, ' +
      'and fork, mmap, munmap and thread creation where they run in another cluster.',
    values: ['unlimited', 1, 2],
    default: 'unlimited',
  },
  {
    name: 'rwlock',
    sentence: 'New readers of a VSL pass waiting writers, or wait behind them.',
    values: ['readersPass', 'writersFirst'],
    default: 'readersPass',
  },
  {
    name: 'setCowRmw',
    sentence: 'hal_gpt_set_cow reads and writes an entry in two steps instead of one.',
    values: [false, true],
    default: false,
  },
  {
    name: 'setCowStep',
    sentence:
      'hal_gpt_set_cow marks each page in a step of its own, or all pages of a vseg in one.',
    values: ['page', 'vseg'],
    default: 'page',
  },
  {
    name: 'splitPteWrite',
    sentence: 'An entry that is mapped is rewritten in two steps: frame, then attributes.',
    values: [false, true],
    default: false,
  },
  {
    name: 'unlockPteAsserts',
    sentence: 'hal_gpt_unlock_pte stops the kernel if the entry is not LOCKED.',
    values: [false, true],
    default: false,
  },
  {
    name: 'writeException',
    sentence:
      'A write to an entry that is not WRITABLE is copy-on-write if the entry that the MMU used ' +
      'says COW, if it still does when the kernel reads it again, or always; ' +
      'otherwise it is a user error.',
    values: ['localCow', 'readAgain', 'always'],
    default: 'localCow',
  },
] as const;
