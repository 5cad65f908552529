/** States word by word. They are short, so a loop is faster than a call of `set`. */

export function copyWords(from: Int32Array, to: Int32Array): void {
  for (let w = 0; w < to.length; w++) to[w] = from[w];
}

/** Do two states differ? Looks at all words: a loop without a branch, as they seldom do. */
export function differs(one: Int32Array, other: Int32Array): boolean {
  let difference = 0;
  for (let w = 0; w < one.length; w++) difference |= one[w] ^ other[w];
  return difference !== 0;
}

/** Do two states differ in bits of the mask? */
export function differIn(one: Int32Array, other: Int32Array, mask: Int32Array): boolean {
  for (let w = 0; w < mask.length; w++) {
    if (((one[w] ^ other[w]) & mask[w]) !== 0) return true;
  }
  return false;
}
