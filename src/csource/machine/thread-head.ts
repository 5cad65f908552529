/** The first word that a state holds of a thread: its status, its choices and where it stands. */

/** Status of a thread, in the lowest bits. */
const SUSPENDED = 1;
const ENDED = 2;
const FAILED = 3;
const STATUS = 7;

/** How many choices a thread has. */
export function choicesOf(head: number): number {
  const status = head & STATUS;
  if (status >= ENDED) return 0;
  return status === 0 ? 1 : (head >> 3) & 31;
}

export const hasEnded = (head: number): boolean => (head & STATUS) >= ENDED;

export const hasFailed = (head: number): boolean => (head & STATUS) === FAILED;

/** Number of the site that a thread has stopped at, -1 before it has started. */
export const siteOf = (head: number): number => ((head & STATUS) === SUSPENDED ? head >>> 8 : -1);

/** The head of a thread that has failed. */
export const failedHead = (kind: number, site: number): number =>
  FAILED | (kind << 3) | (site << 8);
