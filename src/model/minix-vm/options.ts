/**
 * What the sources leave open, or what depends on how VM is built: each is a named option with a
 * default, recorded in every verdict and counterexample, and the same names stand in scripts.
 */

export interface Options {
  readonly assert: 'ignore' | 'report' | 'halt';
  readonly newBlockShare: 'none' | 'COW' | 'SMAP';
  readonly frameOrder: 'firstFit';
  readonly sigsegv: 'event';
  readonly forkMessageCheck: boolean;
  readonly recordsDroppedAtExit: true;
  readonly copyBytesMayFail: boolean;
  readonly pteWriteMayFail: boolean;
}

export const options = [
  {
    name: 'assert',
    sentence:
      'A false vm_assert is a violation and VM continues (report), is ignored, as in the default ' +
      'build (ignore), or stops VM (halt).',
    values: ['report', 'ignore', 'halt'],
    default: 'report',
  },
  {
    name: 'newBlockShare',
    sentence:
      'share_flag of a new phys_block, which VM does not initialise: the old content of the slab.',
    values: ['none', 'COW', 'SMAP'],
    default: 'none',
  },
  {
    name: 'frameOrder',
    sentence: 'ALLOC_MEM returns the lowest run of free frames that is long enough.',
    values: ['firstFit'],
    default: 'firstFit',
  },
  {
    name: 'sigsegv',
    sentence: 'A process that receives SIGSEGV catches it and continues.',
    values: ['event'],
    default: 'event',
  },
  {
    name: 'forkMessageCheck',
    sentence:
      'After a fork VM makes the page of the message buffer, page 0, present and writable in ' +
      'child and parent (fork.c:164-167).',
    values: [false, true],
    default: false,
  },
  {
    name: 'recordsDroppedAtExit',
    sentence: 'Mappings recorded by the kernel vanish with their source or their destination.',
    values: [true],
    default: true,
  },
  {
    name: 'copyBytesMayFail',
    sentence: 'sys_abscopy may fail where an allocation may.',
    values: [false, true],
    default: false,
  },
  {
    name: 'pteWriteMayFail',
    sentence:
      'pt_writemap may fail if it has to allocate a page of the page table: one that no earlier ' +
      'write has allocated.',
    values: [false, true],
    default: false,
  },
] as const;

/**
 * In scripts: slabReuse, to which the search has an answer of its own (`tidy.ts`), and what scripts
 * have one value of.
 */
export const scriptOptions = [
  { name: 'slabReuse', values: [false] },
  { name: 'forkMessageCheck', values: [false] },
] as const;
