/**
 * The hash of a state: cheap, word by word, and good in every bit, as the visited set takes the low
 * ones for its slots and keeps the others beside the id.
 */

/**
 * A multiplication and a rotation per word: the multiplication spreads upwards, the rotation brings
 * the high bits down again, so that no bit of any word is lost. The end is the finalizer of
 * MurmurHash3, after which every bit of the result depends on every bit before it.
 */
export function hashOf(cells: Int32Array, words: number, at = 0): number {
  let hash = words;
  for (let i = at; i < at + words; i++) {
    const product = Math.imul(hash ^ cells[i], 0x9e3779b1);
    hash = (product << 15) | (product >>> 17);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/**
 * The other half of a fingerprint: the same with other constants and another rotation, so that two
 * states that agree in one half agree in the other no more often than chance has it.
 */
export function secondHashOf(cells: Int32Array, words: number, at = 0): number {
  let hash = ~words;
  for (let i = at; i < at + words; i++) {
    const product = Math.imul(hash ^ cells[i], 0xcc9e2d51);
    hash = (product << 19) | (product >>> 13);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return hash ^ (hash >>> 15);
}
