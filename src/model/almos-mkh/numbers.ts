/**
 * Addresses and page numbers as the 32-bit C code computes them. An address or length is
 * kept in half pages (2048 bytes), enough for the unaligned base of a FILE vseg; it wraps
 * at 2^32 bytes, that is 2^21 halves. States hold the signed value; where C computes
 * unsigned, the words below say so.
 */

/** Half pages of a page. */
export const HALVES = 2;

/** An `intptr_t`: wrapped, signed. */
export function address(halves: number): number {
  return (halves << 11) >> 11;
}

/** `address >> CONFIG_PPM_PAGE_SHIFT` of an `intptr_t`. */
export function pageOf(halves: number): number {
  return address(halves) >> 1;
}

/**
 * `(address - 1) >> CONFIG_PPM_PAGE_SHIFT` of an `intptr_t`: the page of the last byte before it.
 */
export function lastPageBefore(halves: number): number {
  return address(halves - 1) >> 1;
}

/** The same of a `uint32_t`: the shift brings in zeros. */
export function lastPageBeforeUnsigned(halves: number): number {
  return ((halves - 1) & 0x1fffff) >>> 1;
}

/** A number of bytes as a `uint32_t`, in halves. */
export function unsignedSize(halves: number): number {
  return halves & 0x1fffff;
}

/** `a < b` of two `vpn_t`. */
export function below(a: number, b: number): boolean {
  return a >>> 0 < b >>> 0;
}

/** The order of `POW2_ROUNDUP(pages)`, a `uint32_t`; rounding up stops at 2^31. */
export function orderOf(pages: number): number {
  const count = pages >>> 0;
  let order = 0;
  while (order < 31 && 2 ** order < count) order += 1;
  return order;
}

/** `bits_log2` of a `uint32_t`: rounds down. */
export function log2(pages: number): number {
  return 31 - Math.clz32(Math.max(1, pages >>> 0));
}
