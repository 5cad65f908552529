/** Bounds of what the packed state can hold; far above what can be explored. */
export const most = {
  clusters: 4,
  frames: 16,
  descriptors: 16,
  pages: 30,
  processes: 6,
  threads: 8,
  program: 16,
  budget: 7,
  filePages: 8,
} as const;
