/** The machines a kernel can be put on: name and, in a sentence, what it promises. */

export const profiles = [
  {
    name: 'tsar',
    sentence: 'TSAR: a change of a page-table entry reaches the TLBs of all cores at once.',
    staleTlb: false,
  },
  {
    name: 'stale-tlb',
    sentence: 'Each core caches page-table entries until an access needs more rights.',
    staleTlb: true,
  },
] as const;
