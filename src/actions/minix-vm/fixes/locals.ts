/** Locals of the functions that several fixes change. */

import type { PbRef, PrRef, ProcessRef, RegionRef } from '../../../model/minix-vm/scope.ts';

export interface UnmapLocals {
  sour: ProcessRef | null;
  dest: ProcessRef | null;
  virt_s: number;
  virt_d: number;
  length: number;
  vrd: RegionRef | null;
  off: number;
  end: number;
  pr: PrRef | null;
  pb: PbRef | null;
}

export interface MapLocals {
  vms: ProcessRef;
  vmd: ProcessRef;
  vrs: RegionRef;
  vrd: RegionRef;
  offset_s: number;
  offset_d: number;
  pb: PbRef | null;
  flag: number;
}

export interface RequestLocals {
  sour: ProcessRef | null;
  dest: ProcessRef | null;
  virt_s: number;
  virt_d: number;
  length: number;
  flag: number;
  vrs: RegionRef | null;
  vrd: RegionRef | null;
  offset_s: number;
  offset_d: number;
}
