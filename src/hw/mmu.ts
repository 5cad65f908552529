/** What the MMU makes of an access in user mode: the local entry alone decides, LOCKED does not matter. */

import type { Pte } from './gpt.ts';

export type Access = 'done' | 'page fault' | 'copy on write' | 'forbidden';

export function mmu(pte: Pte, kind: 'read' | 'write'): Access {
  if (pte.frame === null) return 'page fault';
  if (pte.kernel === 1) return 'forbidden';
  if (kind === 'read' || pte.writable) return 'done';
  return pte.cow ? 'copy on write' : 'forbidden';
}
