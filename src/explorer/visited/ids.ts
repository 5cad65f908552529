/** Ids of states: dense, in the order in which the states were found. */

/** No state: what looking for an unknown state returns, and the parent of an initial state. */
export const NONE = -1;
/** What inserting returns when there is no room for one more state; `limitHit` then says why. */
export const OUT_OF_ROOM = -(2 ** 31);

export const MOST_STATES = 2 ** 31 - 1;
