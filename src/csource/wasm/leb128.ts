/** Numbers as WebAssembly writes them: seven bits a byte, the lowest first. */

/** Appends a number that is not negative. */
export function unsigned(into: number[], value: number): void {
  let left = value;
  for (;;) {
    const byte = left % 128;
    left = Math.floor(left / 128);
    if (left === 0) {
      into.push(byte);
      return;
    }
    into.push(byte | 0x80);
  }
}

/** Appends a number with its sign. */
export function signed(into: number[], value: bigint): void {
  let left = value;
  for (;;) {
    const byte = Number(left & 0x7fn);
    left >>= 7n;
    if ((left === 0n && (byte & 0x40) === 0) || (left === -1n && (byte & 0x40) !== 0)) {
      into.push(byte);
      return;
    }
    into.push(byte | 0x80);
  }
}
