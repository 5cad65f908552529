/**
 * The states that a thread found last. Steps that do not touch each other lead to the same state in
 * any order, so about half of all successors were found a short while before; here they are
 * recognised without a look into the visited set, which would have to come from memory.
 */

/** Words of all places together: they are to stay in the cache beside a core. */
const ROOM = 2 ** 15;

export class RecentStates {
  private readonly words: number;
  /** By place: the last state that belongs there. */
  private readonly states: Int32Array;
  /**
   * The place of a state is the sum of its words times these, of which `shift` bits are not used.
   */
  private readonly factors: Int32Array;
  private readonly shift: number;

  constructor(words: number) {
    const bits = Math.max(2, Math.floor(Math.log2(ROOM / words)));
    this.words = words;
    this.shift = 32 - bits;
    this.states = new Int32Array(words * 2 ** bits);
    this.factors = new Int32Array(words);
    let factor = 0x9e3779b1;
    for (let i = 0; i < words; i++) {
      this.factors[i] = factor;
      factor = Math.imul(factor, 0x85ebca6b);
    }
    // Places hold zeros at first: in that of the state of zeros has to lie
    // one that belongs elsewhere.
    this.states[0] = -1;
  }

  /** Was this state found before? From now on it was; false for some that were. */
  seen(state: Int32Array): boolean {
    const { words, states, factors } = this;
    let sum = 0;
    for (let i = 0; i < words; i++) sum = (sum + Math.imul(state[i], factors[i])) | 0;
    const at = (sum >>> this.shift) * words;
    let i = 0;
    while (i < words && states[at + i] === state[i]) i++;
    if (i === words) return true;
    for (; i < words; i++) states[at + i] = state[i];
    return false;
  }
}
