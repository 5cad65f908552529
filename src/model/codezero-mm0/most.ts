/** The most that the packed state can hold; far above what can be explored. */
export const most = {
  pages: 8,
  shmPages: 6,
  spaces: 4,
  threads: 6,
  program: 16,
  budget: 3,
} as const;

/** The first descriptor that has no slot: TASK_FILES_MAX. */
export const BEHIND_TABLE = 32;

export const mapKinds = ['private-anon', 'shared-anon', 'private-file', 'shared-file'] as const;
export type MapKind = (typeof mapKinds)[number];
