/**
 * Results of VM's functions, and numbers of the invariants about steps: the code that runs checks
 * them as it goes (`cx.check`); their sentences are in `invariants/minix-vm/steps.ts`.
 */

export const OK = 0;
export const ENOMEM = -12;
export const EFAULT = -14;
export const EINVAL = -22;
/** What a process gets for an access that VM does not resolve. */
export const SIGSEGV = -1011;

export const resultNames: Readonly<Record<number, string>> = {
  [OK]: 'OK',
  [ENOMEM]: 'ENOMEM',
  [EFAULT]: 'EFAULT',
  [EINVAL]: 'EINVAL',
  [SIGSEGV]: 'SIGSEGV',
};

export const checks = {
  noPanic: 0,
  noAssert: 1,
  noCrash: 2,
  noDoubleFree: 3,
  noAccessToFreeFrame: 4,
  refcountNeverWraps: 5,
  requestTerminates: 6,
  cowIsolation: 7,
  smapVisibility: 8,
  legitWriteSucceeds: 9,
  legitReadSucceeds: 10,
  readonlyHolds: 11,
  noRightsGained: 12,
  unmapSevers: 13,
  failedRequestNoTrace: 14,
  okMeansComplete: 15,
  failureIsReported: 16,
  onlyRangeChanges: 17,
  revokeReachesTheChain: 18,
} as const;

/** Assertions of the code that can fail here, by the names that scripts use for them. */
export const assertions = [
  'unref.count',
  'unref.points-back',
  'unref.on-list',
  'unref.list-empty',
  'copy.shared',
  'copy.old-in-use',
  'fault.anon',
  'fault.write',
  'fault.writable',
  'fault.count',
  'writept.whole-pages',
  'new.whole-pages',
  'copy.whole-pages',
  'check.whole-pages',
  'check.anon',
  'check.writable',
  'check.count',
  'fork.count',
  'fork.count2',
  'fork.same-block',
  'subfree.count',
  'subfree.sole',
  'munmap.offset',
  'writept.count',
  'map.source-region',
  'map.dest-region',
  'unmap.region',
  'unmap.shared',
  'unmap.smap',
  'fault.shared',
] as const;

export type Assertion = (typeof assertions)[number];

/** Places where VM panics, and null pointers that it follows. */
export const fatal = [
  'map_lookup: a process without regions',
  'map_copy_ph_block: map_ph_writept failed',
  'do_map_memory: no phys region begins at the source address',
  'map_memory: bad endpoint',
  'unmap_memory: bad endpoint',
  'unmap_memory: no phys region begins at the address',
  'map_handle_memory: thing missing',
  'do_munmap: map_unmap_region failed',
  'proc_new: map_page_region failed for stack',
  'map_remap: map_ph_writept failed',
  'map_memory: there is no region at the source address',
  'map_memory: there is no region at the destination address',
  'unmap_memory: there is no region at the address',
] as const;

export type Fatal = (typeof fatal)[number];
