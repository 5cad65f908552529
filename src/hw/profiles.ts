/** The machines a kernel can be put on: name and, in a sentence, what it promises. */

export const profiles = [
  {
    name: 'tsar',
    sentence: 'TSAR: a page-table entry changed is changed for the TLBs of every core at once.',
    staleTlb: false,
  },
  {
    name: 'stale-tlb',
    sentence: 'Each core keeps what it has read of a page table until an access needs more.',
    staleTlb: true,
  },
] as const;
