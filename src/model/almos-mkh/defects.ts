/**
 * The distinct defects of vmm.c r632, each with the search that shows it and the fix that removes it.
 */

import type { Defect, Showing, Unmended } from '../../system.ts';

interface Row {
  readonly name: string;
  readonly fix: string;
  readonly lines: string;
  readonly consequence: string;
  readonly scenario: string;
  readonly invariant: string;
  /** The statement that breaks it, where an earlier one of the same search is of another defect. */
  readonly at?: string;
  readonly options?: Showing['options'];
  /** Absent: nothing. */
  readonly needs?: Defect['needs'];
  /** Other defects hide it as written: it is shown with all fixes but its own. */
  readonly hidden?: true;
}

const rows: readonly Row[] = [
  {
    name: 'shared-frame-freed',
    fix: 'release-when-unshared',
    lines: 'vmm.c:1296-1307',
    consequence:
      'When one of two processes that share ANON, REMOTE or STACK memory after a fork exits or ' +
      'unmaps it, the frame is freed under the other one, and may be handed to a stranger.',
    scenario: 'anon-fork-exit',
    invariant: 'no-free-frame-mapped',
  },
  {
    name: 'file-pages-counted',
    fix: 'no-forks-for-file',
    lines: 'vmm.c:845-863',
    consequence:
      'Each fork adds to the forks counter of mapped FILE pages, which nothing ever takes back.',
    scenario: 'file-fork-exit',
    invariant: 'forks-only-on-cow',
  },
  {
    name: 'forks-counted-twice',
    fix: 'count-forks-once',
    lines: 'vmm.c:656-686, vmm.c:845-863',
    consequence:
      'vmm_fork_copy and vmm_set_cow both count the same share, so one more copy than needed is ' +
      'made, and the last owner does not free a DATA frame: memory is lost at each fork.',
    scenario: 'anon-fork-exit',
    invariant: 'forks-exact',
  },
  {
    name: 'share-given-up-early',
    fix: 'cow-keeps-share-until-unmapped',
    lines: 'vmm.c:2307-2313',
    consequence:
      'COW decrements forks before it has the new frame, its content and its mapping: meanwhile ' +
      'the other process takes itself for the only owner and writes or frees the shared frame; ' +
      'without memory for the copy, the decrement stays.',
    scenario: 'stack-fork',
    invariant: 'cow-isolation',
  },
  {
    name: 'refcount-never-raised',
    fix: 'refcount-counts-processes',
    lines: 'vmm.c:1284',
    consequence:
      'refcount is decremented by every process and every cluster that unmaps a page, but never ' +
      'incremented when a fork shares it: it wraps below zero.',
    scenario: 'anon-fork-exit',
    invariant: 'refcount-exact',
  },
  {
    name: 'file-offset-ignored',
    fix: 'file-offset',
    lines: 'vmm.c:1739, vmm.c:1760',
    consequence: 'A file mapped from an offset shows its first pages, whatever the offset.',
    scenario: 'file-offset',
    invariant: 'initial-content',
  },
  {
    name: 'old-content-exposed',
    fix: 'zero-anonymous-pages',
    lines: 'vmm.c:1770-1776',
    consequence:
      'New ANON, STACK and REMOTE pages hold whatever was last in their frame: data of other ' +
      'processes.',
    scenario: 'anon-first-read',
    invariant: 'initial-content',
  },
  {
    name: 'args-area-asserts',
    fix: 'areas-without-file',
    lines: 'vmm.c:325-351, vmm.c:1781',
    consequence: 'The first touch of the args or envs area of a process stops the kernel.',
    scenario: 'args-touch',
    invariant: 'no-assert',
  },
  {
    name: 'frame-lost-at-io-error',
    needs: 'a failing allocation',
    fix: 'give-back-frame-on-io-error',
    lines: 'vmm.c:1834, vmm.c:1855',
    consequence: 'Each page of a program that cannot be read from disk costs a frame for ever.',
    scenario: 'data-bss',
    invariant: 'no-frame-leak',
  },
  {
    name: 'exhaustion-panics',
    needs: 'a failing allocation',
    fix: 'no-panic-on-exhaustion',
    lines: 'vmm.c:1950, vmm.c:1990, vmm.c:2051, vmm.c:2114, vmm.c:2269, vmm.c:2325',
    consequence: 'A user process that uses up the memory of a cluster makes the kernel panic.',
    scenario: 'cow-out-of-memory',
    invariant: 'no-panic-on-exhaustion',
  },
  {
    name: 'second-writer-killed',
    fix: 'cow-already-done',
    lines: 'vmm.c:2279-2284',
    consequence:
      'Two threads write the same copy-on-write page; the one that comes second finds COW gone ' +
      'and is killed for it.',
    scenario: 'cow-two-writers',
    invariant: 'no-spurious-user-error',
  },
  {
    name: 'reference-published-first',
    fix: 'true-fault-local-first',
    lines: 'vmm.c:2131-2147',
    consequence:
      'A true page fault unlocks the reference entry before it has written its own: a fork or ' +
      'COW in between leaves the local entry stale and writable.',
    scenario: 'page-table-out-of-memory',
    invariant: 'cow-isolation',
    at: 'vmm_handle_page_fault:2144',
  },
  {
    name: 'reference-updated-first',
    fix: 'unmap-copies-before-reference',
    lines: 'vmm.c:520-538',
    consequence:
      'COW updates the reference entry first, which unlocks it, and the other clusters later: ' +
      'threads there go on reading and writing the old frame.',
    scenario: 'cow-two-clusters',
    invariant: 'gpt-copy-coherence',
    at: 'vmm_global_update_pte:537',
  },
  {
    name: 'locked-entry-copied',
    fix: 'false-fault-drops-locked',
    lines: 'vmm.c:2039-2067',
    consequence:
      'If hal_gpt_lock_pte returns the attributes with LOCKED, which vmm.c:2363 takes out of them, a ' +
      'false page fault writes them as they are: its own entry stays locked for ever.',
    scenario: 'anon-two-clusters',
    invariant: 'locks-released-on-return',
    options: { lockPteReturns: 'locked' },
  },
  {
    name: 'mmap-zone-cut-short',
    fix: 'compare-with-zone-end',
    lines: 'vmm.c:181',
    consequence:
      'first_free_vpn counts from 0, vpn_size from the base of the zone: the last HEAP_BASE pages ' +
      'of the zone are never handed out.',
    scenario: 'mmap-small-zone',
    invariant: 'mmap-progress',
  },
  {
    name: 'mmap-lock-kept',
    fix: 'unlock-mmap-on-failure',
    lines: 'vmm.c:181',
    consequence:
      'An mmap that finds no room returns with the lock of the allocator: the next mmap or munmap ' +
      'of the process spins for ever.',
    scenario: 'mmap-small-zone',
    invariant: 'locks-released-on-return',
  },
  {
    name: 'reused-descriptor-lost',
    fix: 'free-reused-descriptor',
    lines: 'vmm.c:192-199',
    consequence: 'Each mmap that reuses unmapped pages loses a vseg descriptor.',
    scenario: 'mmap-munmap-free',
    invariant: 'descriptor-conservation',
  },
  {
    name: 'range-lost-without-descriptor',
    needs: 'a failing allocation',
    fix: 'descriptor-before-range',
    lines: 'vmm.c:1161, vmm.c:1170',
    consequence:
      'When a vseg cannot be made after all, its pages of the mmap zone, or its stack slot, are ' +
      'lost; the next thread with that slot stops the kernel (vmm.c:83).',
    scenario: 'mmap-out-of-descriptors',
    invariant: 'mmap-complete',
  },
  {
    name: 'conflict-checked-unlocked',
    fix: 'create-under-vsl-lock',
    lines: 'vmm.c:1154, vmm.c:1195-1201',
    consequence:
      'The VSL is searched for conflicts without its lock, and linked into later: vsegs made at ' +
      'the same time do not see each other, and the list may change under the search.',
    scenario: 'mmap-munmap',
    invariant: 'vsl-lock-discipline',
  },
  {
    name: 'failed-fork-walks-garbage',
    needs: 'a failing allocation',
    fix: 'child-allocators-first',
    lines: 'vmm.c:791, vmm.c:839, vmm.c:889-901',
    consequence:
      'A fork that runs out of memory destroys a child whose allocators have not been ' +
      'initialised yet: zombi lists of garbage are walked, locks of garbage are taken.',
    scenario: 'fork-out-of-memory',
    invariant: 'no-assert',
  },
  {
    name: 'failed-fork-keeps-lock',
    needs: 'a failing allocation',
    fix: 'unlock-parent-on-failure',
    lines: 'vmm.c:791-793, vmm.c:839-841',
    consequence:
      'A fork that fails leaves the VSL of the parent locked for reading: its next mmap, exit or ' +
      'stack waits for ever.',
    scenario: 'fork-out-of-memory',
    invariant: 'locks-released-on-return',
    options: { childVmm: 'init' },
  },
  {
    name: 'failed-fork-not-undone',
    needs: 'a failing allocation',
    fix: 'undo-fork-without-kernel-vsegs',
    lines: 'vmm.c:883-887',
    consequence: 'A fork that cannot add the kernel vsegs loses all that it has copied.',
    scenario: 'fork-out-of-memory',
    invariant: 'descriptor-conservation',
  },
  {
    name: 'child-zone-starts-over',
    fix: 'child-inherits-mmap-zone',
    lines: 'vmm.c:895-901',
    consequence:
      'The mmap allocator of a child starts at the beginning of the zone, where the vsegs it ' +
      'inherited are: its first mmaps fail, and each loses the range it was offered.',
    scenario: 'mmap-after-fork',
    invariant: 'mmap-disjoint',
  },
  {
    name: 'copied-before-counted',
    fix: 'fork-copy-locks-pte',
    lines: 'vmm.c:830-863',
    consequence:
      'Between the copy of an entry and its count in forks another sharer makes its COW or exits, ' +
      'and the frame is freed though the new child maps it.',
    scenario: 'fork-twice',
    invariant: 'no-free-frame-mapped',
    hidden: true,
  },
  {
    name: 'cow-marked-unlocked',
    fix: 'set-cow-locks-ptes',
    lines: 'vmm.c:650',
    consequence:
      'Entries are marked copy-on-write while others hold their locks: a false page fault that has ' +
      'read the entry of the reference before the mark writes it, writable, after the mark, and the ' +
      'process goes on writing a frame that its child shares.',
    scenario: 'fork-races-fault',
    invariant: 'cow-isolation',
    at: 'vmm_handle_page_fault:2064',
  },
  {
    name: 'set-cow-walks-unlocked',
    fix: 'set-cow-locks-vsl',
    lines: 'vmm.c:616',
    consequence: 'A fork walks the VSL of the parent while other threads map and unmap.',
    scenario: 'mmap-after-fork',
    invariant: 'vsl-lock-discipline',
  },
  {
    name: 'copies-walked-unlocked',
    fix: 'lock-copies',
    lines: 'vmm.c:520, vmm.c:599',
    consequence:
      'The copies of a process are walked while threads in other clusters come and go: the walk ' +
      'follows the link of a descriptor that is gone.',
    scenario: 'mmap-after-fork',
    invariant: 'copies-lock-discipline',
  },
  {
    name: 'vseg-deleted-unlocked',
    fix: 'delete-under-vsl-lock',
    lines: 'vmm.c:1402-1412',
    consequence:
      'The stack of a thread that ends is unlinked without the VSL lock, while others walk the list.',
    scenario: 'thread-create',
    invariant: 'vsl-lock-discipline',
    at: 'vmm_detach_vseg_from_vsl:284',
  },
  {
    name: 'exec-loses-parked',
    fix: 'reset-frees-parked',
    lines: 'vmm.c:371-374, vmm.c:469',
    consequence: 'exec empties the zombi lists without freeing what is parked in them.',
    scenario: 'exec-two-clusters',
    invariant: 'descriptor-conservation',
    at: 'vmm_user_init:362',
  },
  {
    name: 'vseg-linked-twice',
    fix: 'search-vsl-again',
    lines: 'vmm.c:1647-1659',
    consequence:
      'Two threads of a cluster that fault on the same vseg each link a copy of it; after an ' +
      'munmap one of them is still there.',
    scenario: 'fetch-twice',
    invariant: 'vsl-no-overlap',
  },
  {
    name: 'vseg-used-after-unlock',
    fix: 'keep-vseg-while-used',
    lines: 'vmm.c:1443-1444, vmm.c:1919, vmm.c:2221',
    consequence:
      'A fault goes on with a vseg that another thread has removed meanwhile, and maps a page in ' +
      'memory that is unmapped.',
    scenario: 'munmap-races-fault',
    invariant: 'no-descriptor-use-after-free',
  },
  {
    name: 'foreign-stack-fetched',
    fix: 'no-stack-of-others',
    lines: 'vmm.c:1637-1659',
    consequence:
      'A touch of the stack address of another cluster links its vseg without taking its slot; ' +
      'the exit of the process then stops the kernel (vmm.c:119).',
    scenario: 'stack-of-others',
    invariant: 'no-assert',
  },
  {
    name: 'copies-destroyed-in-any-order',
    fix: 'remove-in-all-copies',
    lines: 'vmm.c:955-981, vmm.c:1284',
    consequence:
      'Nothing orders the destruction of the copies of a process: the reference may go first and free ' +
      'frames that others still map. When those go, each takes 1 from the refcount of a frame that ' +
      'may have a new owner.',
    scenario: 'exit-two-clusters',
    invariant: 'no-access-to-free-frame',
  },
  {
    name: 'unmapped-in-one-cluster',
    fix: 'remove-in-all-copies',
    lines: 'vmm.c:1239-1336, vmm.c:1476-1479, vmm.c:471',
    consequence:
      'munmap, exec and exit remove pages in one cluster and free the frames; threads in other ' +
      'clusters still read and write them, whoever owns them by then.',
    scenario: 'munmap-two-clusters',
    invariant: 'no-free-frame-mapped',
  },
  {
    name: 'middle-cut-wrong',
    fix: 'split-middle',
    lines: 'vmm.c:1571-1587',
    consequence:
      'munmap in the middle loses the upper part: vmm_create_vseg gets a start that it ignores, ' +
      'and a size that has wrapped around.',
    scenario: 'munmap-middle',
    invariant: 'failed-op-is-neutral',
  },
  {
    name: 'parked-rest-lost',
    fix: 'rest-stays-parked',
    lines: 'vmm.c:192-199, vmm.c:233',
    consequence:
      'A parked range is filed under the power of two below its size, and handed out whole: once ' +
      'munmap splits vsegs as it should, what is beyond that power of two is lost to the mmap zone.',
    scenario: 'munmap-middle-reuse',
    invariant: 'mmap-complete',
    hidden: true,
  },
  {
    name: 'cut-range-lost',
    fix: 'resize-keeps-range',
    lines: 'vmm.c:1525-1528, vmm.c:1549-1552',
    consequence:
      'The pages that munmap cuts off are lost to the mmap zone, and what is left is no power of ' +
      'two; page numbers in the file move with the base.',
    scenario: 'munmap-head-reuse',
    invariant: 'mmap-complete',
  },
  {
    name: 'cut-pages-stay-mapped',
    fix: 'resize-unmaps',
    lines: 'vmm.c:1513-1561',
    consequence:
      'munmap of the head or tail of a mapping reports success and unmaps nothing: the pages can ' +
      'still be read and written, and their frames are lost.',
    scenario: 'munmap-head-tail',
    invariant: 'unmapped-is-inaccessible',
  },
  {
    name: 'resized-unlocked',
    fix: 'resize-under-vsl-lock',
    lines: 'vmm.c:1479-1577',
    consequence:
      'munmap changes vsegs and the VSL without the lock: other threads see half a change, and ' +
      'two munmaps of the same pages free the same vseg twice.',
    scenario: 'munmap-two-clusters',
    invariant: 'vsl-count',
  },
  {
    name: 'code-and-kernel-unmapped',
    needs: 'an odd caller',
    fix: 'munmap-refuses-others',
    lines: 'vmm.c:1479-1596',
    consequence:
      'munmap does not ask for the type of the vseg: a program may remove memory of the kernel from ' +
      'its address space, or code, which vmm_remove_vseg then frees.',
    scenario: 'munmap-of-kernel',
    invariant: 'munmap-spares-others',
  },
  {
    name: 'empty-munmap-succeeds',
    needs: 'an odd caller',
    fix: 'munmap-refuses-empty',
    lines: 'vmm.c:1475-1489',
    consequence:
      'munmap takes sizes of zero and below, and reports success: with a negative one the vseg grows ' +
      'over its neighbour, or loses what lies above.',
    scenario: 'munmap-of-fewer',
    invariant: 'munmap-acts',
  },
  {
    name: 'first-page-unreachable',
    needs: 'an odd caller',
    fix: 'find-vseg-by-its-page',
    lines: 'vmm.c:1123, vmm.c:1440, vmm.c:1919-1921, vmm.c:2221-2223',
    consequence:
      'A file that is mapped from inside of a page begins inside of its first page, but handlers look ' +
      'for the vseg of the first byte of the page: the access, which is legal, ends the thread.',
    scenario: 'file-inside-page',
    invariant: 'no-spurious-user-error',
  },
  {
    name: 'killed-for-a-descriptor',
    needs: 'a failing allocation',
    fix: 'retry-without-descriptor',
    lines: 'vmm.c:1642-1644, vmm.c:1924-1930, vmm.c:2224-2230',
    consequence:
      'Where a cluster has no descriptor for a copy of a vseg, vmm_get_vseg answers as if there were ' +
      'no vseg, and a legal access ends its thread as an error of the user.',
    scenario: 'fetch-out-of-descriptors',
    invariant: 'no-kill-for-descriptor',
  },
];

export const defects: readonly Defect[] = rows.map(
  ({ hidden, scenario, invariant, at, options, needs = 'nothing', ...row }) => {
    const counterexample = `defects/${row.name}`;
    const search = {
      counterexample,
      scenario,
      invariant,
      ...(at !== undefined && { at }),
      ...(options !== undefined && { options }),
    };
    const shown = hidden ? { ...search, fixes: 'all but its own' as const } : search;
    return { ...row, needs, shown: [shown] };
  },
);

/**
 * Values of options with which all fixes together do not make every scenario hold. Each says that a file
 * around vmm.c, or the configuration, does something that no change of vmm.c mends.
 */
export const unmended: readonly Unmended[] = [
  {
    option: 'copiesLocked',
    value: false,
    invariants: ['copies-lock-discipline'],
    why: 'the code that links and unlinks copies takes no lock: a fix of cluster.c',
  },
  {
    option: 'failedForkDestroys',
    value: false,
    invariants: ['failed-op-is-neutral'],
    why: 'the caller of vmm_fork_copy forgets a child whose stack cannot be made: a fix of process.c',
  },
  {
    option: 'forkCountsStack',
    value: false,
    invariants: ['forks-not-low'],
    why: 'thread_user_fork shares stack pages without counting them: a fix of thread.c',
  },
  {
    option: 'forkOrder',
    value: 'setCow,forkCopy,stack',
    invariants: ['cow-isolation'],
    why:
      'between the mark and the copy another thread of the parent makes its COW and may write again: ' +
      'the order of the calls is that of process.c',
  },
  {
    option: 'forkSetsStackBit',
    value: false,
    invariants: ['stack-bitmap-exact'],
    why: 'thread_user_fork takes no slot for the stack that it attaches: a fix of thread.c',
  },
  {
    option: 'frameOrder',
    value: 'any',
    invariants: [],
    why: 'nothing so far: fork-far-all-types is too large to be searched to its end',
  },
  {
    option: 'heapPlace',
    value: 'beforeElf',
    invariants: ['mmap-disjoint'],
    why: 'the configuration puts the program into the mmap zone: its constants must change',
  },
  {
    option: 'kernelVsegsUser',
    value: true,
    invariants: ['kernel-out-of-reach'],
    why: 'the vsegs of the kernel have VSEG_USER: a fix of vseg.c',
  },
  {
    option: 'mapperEvicts',
    value: true,
    invariants: ['file-frame-owned-by-mapper'],
    why: 'the mapper gives up a page that is mapped, and knows nothing of who maps it: a fix of mapper.c',
  },
  {
    option: 'rpcServers',
    value: 1,
    invariants: ['deadlock-free'],
    why:
      'two forks, each into the cluster of the other, hold the only server there while each asks for ' +
      'vmm_set_cow in its own: the RPC service needs more',
  },
  {
    option: 'writeException',
    value: 'readAgain',
    invariants: ['no-spurious-user-error'],
    why:
      'the exception handler reads the entry again, finds it writable by now, and kills the thread: a ' +
      'fix of the handler',
  },
];
