/** The machines a kernel can be put on: name and, in a sentence, what it promises. */

export const profiles = [
  {
    name: 'tsar',
    sentence: 'TSAR: a page-table entry changed is changed for the TLBs of every core at once.',
  },
] as const;
