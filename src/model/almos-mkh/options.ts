/**
 * What the sources do not show: each inferred behaviour of the HAL and of the files around vmm.c is a
 * named option with a default. They are recorded in every verdict and counterexample.
 */

export interface Options {
  readonly allocClears: boolean;
  readonly allocResetsForks: boolean;
  readonly childVmm: 'zero' | 'init' | 'poison';
  readonly doubleFree: 'panic' | 'record';
  readonly exitOrder: 'any' | 'refLast';
  readonly inactiveCluster: number;
  readonly munmapSite: 'local' | 'reference';
  readonly privateCxyLocal: boolean;
  readonly setCowRmw: boolean;
}

export const options = [
  {
    name: 'allocClears',
    sentence: 'ppm_remote_alloc_pages clears the frame; false: it keeps what was last in it.',
    values: [false, true],
    default: false,
  },
  {
    name: 'allocResetsForks',
    sentence: 'ppm_remote_alloc_pages sets forks to 0; false: a new frame inherits the old counter.',
    values: [true, false],
    default: true,
  },
  {
    name: 'childVmm',
    sentence:
      'The allocators of a new process before vmm_fork_copy sets them up: zero (locks free, zombi ' +
      'lists not initialised), init (all ready) or poison (locks hold garbage).',
    values: ['zero', 'init', 'poison'],
    default: 'zero',
  },
  {
    name: 'doubleFree',
    sentence: 'Releasing a free frame stops the kernel (panic) or has no effect (record).',
    values: ['panic', 'record'],
    default: 'panic',
  },
  {
    name: 'exitOrder',
    sentence: 'Exit destroys the copies of a process in any order, or the reference last.',
    values: ['any', 'refLast'],
    default: 'any',
  },
  {
    name: 'inactiveCluster',
    sentence: 'The cluster that gets a DATA page whose own does not exist (the kernel draws one).',
    values: [0, 1, 2, 3],
    default: 0,
  },
  {
    name: 'munmapSite',
    sentence: 'munmap calls vmm_resize_vseg in the cluster of the caller, or in the reference.',
    values: ['local', 'reference'],
    default: 'local',
  },
  {
    name: 'privateCxyLocal',
    sentence:
      'A CODE or STACK vseg copied into another cluster takes its frames there; false: where the ' +
      'original takes them.',
    values: [true, false],
    default: true,
  },
  {
    name: 'setCowRmw',
    sentence: 'hal_gpt_set_cow reads and writes an entry in two steps instead of one.',
    values: [false, true],
    default: false,
  },
] as const;
