/** What the MMU makes of an access in user mode: the entry that it reads alone decides. */

/** What the MMU looks at in an entry of a page table. */
export interface ReadablePte {
  readonly frame: number | null;
  readonly writable: boolean;
  readonly cow: boolean;
  /** 1: user programs have no access at all; left out where entries have no such bit. */
  readonly kernel?: number;
}

/** Done, or the exception that is raised. */
export type Access = 'done' | 'page fault' | 'copy on write' | 'forbidden';

/** What a program does with a page. */
export type AccessKind = 'read' | 'write';

/**
 * What comes of an access by a user program to the page of this entry; writes nothing. A TLB that
 * remembers another entry is asked before: `Tlbs.access`.
 */
export function mmu(pte: ReadablePte, kind: AccessKind): Access {
  if (pte.frame === null) return 'page fault';
  if (isKernelOnly(pte)) return 'forbidden';
  if (kind === 'read' || pte.writable) return 'done';
  return pte.cow ? 'copy on write' : 'forbidden';
}

/** Is the entry marked as the kernel's own? A state asked for a field that it lacks throws. */
export function isKernelOnly(pte: Pick<ReadablePte, 'kernel'>): boolean {
  return 'kernel' in pte && pte.kernel === 1;
}
