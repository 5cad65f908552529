/**
 * The flags that vseg_init() gives a vseg by its type. vseg.c was not available: the table is
 * inferred, and its doubtful entries are options. EXEC and CACHE are left out: vmm.c only passes
 * them on to the entry (1997, 1998), where nothing depends on them.
 */

import type { Options } from './options.ts';
import type { VsegType } from './scenario.ts';

export interface Flags {
  /** VSEG_USER: the program may use it. */
  readonly user: boolean;
  /** VSEG_WRITE */
  readonly write: boolean;
  /** VSEG_DISTRIB: its pages come from the clusters in turn, by their numbers. */
  readonly distrib: boolean;
}

export type FlagTable = Readonly<Record<VsegType, Flags>>;

type Choices = Pick<Options, 'distribVsegs' | 'kernelVsegsUser' | 'readOnlyVsegs'>;

export function flagTable({ distribVsegs, kernelVsegsUser, readOnlyVsegs }: Choices): FlagTable {
  const code = { user: true, write: readOnlyVsegs === 'none', distrib: false };
  const written = { user: true, write: true, distrib: false };
  const kernel = { ...written, user: kernelVsegsUser };
  return {
    CODE: code,
    DATA: { ...written, distrib: distribVsegs !== 'none' },
    STACK: written,
    ANON: { ...written, distrib: distribVsegs === 'DATA,ANON' },
    FILE: { ...written, write: readOnlyVsegs !== 'CODE,FILE' },
    REMOTE: written,
    KCODE: { ...code, user: kernelVsegsUser },
    KDATA: kernel,
    KDEV: kernel,
  };
}
