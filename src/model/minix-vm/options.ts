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
      'A false vm_assert is a violation and VM goes on (report), is nothing, as in the default ' +
      'build (ignore), or stops VM (halt).',
    values: ['report', 'ignore', 'halt'],
    default: 'report',
  },
  {
    name: 'newBlockShare',
    sentence: 'share_flag of a new phys_block, which nobody writes: what was last in the slab.',
    values: ['none', 'COW', 'SMAP'],
    default: 'none',
  },
  {
    name: 'frameOrder',
    sentence: 'ALLOC_MEM hands out the lowest run of free frames that is long enough.',
    values: ['firstFit'],
    default: 'firstFit',
  },
  {
    name: 'sigsegv',
    sentence: 'A process that is sent SIGSEGV catches it and lives on.',
    values: ['event'],
    default: 'event',
  },
  {
    name: 'forkMessageCheck',
    sentence:
      'After a fork VM makes the page of the message buffer, page 0, present and writable in child ' +
      'and parent (fork.c:164-167).',
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
      'pt_writemap may fail where it has to make a page of the page table: one that no earlier ' +
      'write has made.',
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
