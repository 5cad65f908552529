/**
 * Numbers of the invariants about steps: the code that runs checks them as it goes (`cx.check`),
 * the sentences are in `invariants/almos-mkh/steps.ts`.
 */

export const checks = {
  noAccessToFreeFrame: 0,
  noDoubleFree: 1,
  pteWriteUnderLock: 2,
  vslLockDiscipline: 3,
  forksLockDiscipline: 4,
  copiesLockDiscipline: 5,
  mmapProgress: 6,
  noDescriptorUseAfterFree: 7,
  locksReleasedOnReturn: 8,
  noSpuriousUserError: 9,
  noPanicOnExhaustion: 10,
  noAssert: 11,
  failedOpIsNeutral: 12,
  munmapEffective: 13,
  unmappedIsInaccessible: 14,
  readOwnProcessWrites: 15,
  forkIsolation: 16,
  noLostWrite: 17,
  initialContent: 18,
  munmapActs: 19,
  munmapSparesOthers: 20,
  noKillForDescriptor: 21,
  kernelOutOfReach: 22,
} as const;

/** Types of vsegs that no user unmaps; the numbers of `munmapSparesOthers` are places here. */
export const privateTypes = ['CODE', 'STACK', 'KCODE', 'KDATA', 'KDEV'] as const;

/**
 * The assertion that hal_gpt_unlock_pte may hold (option unlockPteAsserts); its line is not known.
 */
export const UNLOCK_PTE = 0;

/** Assertions of the kernel that can fail here, by the line that holds them. */
export const assertions: Readonly<Record<number, string>> = {
  [UNLOCK_PTE]: 'hal_gpt_unlock_pte is given an entry that is not LOCKED',
  73: 'vmm_stack_alloc is given a slot that is too large',
  83: 'vmm_stack_alloc is given a slot that is taken',
  115: 'vmm_stack_free is given a vseg outside of the stack zone',
  119: 'vmm_stack_free is given a slot that is free',
  177: 'vmm_mmap_alloc reads zombi lists that were never initialised',
  510: 'vmm_global_update_pte is not called in the reference cluster',
  582: 'vmm_set_cow is not called in the reference cluster',
  997: 'vmm_destroy walks zombi lists that were never initialised',
  1336: 'ppm_remote_free_pages is given a frame that is free already',
  1696: 'vmm_page_allocate is called for a FILE vseg',
  1756: 'vmm_get_one_ppn finds no mapper in a FILE vseg',
  1781: 'vmm_get_one_ppn finds no mapper in a CODE or DATA vseg',
};

/** Results of the exception handlers. */
export const EXCP_NON_FATAL = 0;
export const EXCP_USER_ERROR = 1;
export const EXCP_KERNEL_PANIC = 2;

/** Their names, by value. */
export const exceptions = ['EXCP_NON_FATAL', 'EXCP_USER_ERROR', 'EXCP_KERNEL_PANIC'] as const;
