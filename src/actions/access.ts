/** Who may touch what, of a model whose state is declared: regions are given by the paths of their cells. */

import type { Access, Region } from '../explorer/contract.ts';
import type { Layout } from '../state/layout.ts';
import type { Variants } from '../state/cases.ts';
import { mark } from '../state/observed.ts';
import { get } from '../state/schema.ts';
import type { StackSchema } from '../state/stack.ts';

export interface DeclaredRegion extends Omit<Region, 'bits'> {
  /** Is this cell in it? */
  readonly has: (path: string) => boolean;
}

/** Makes the views of the layout record what they do. */
export function accessOf<K>(
  layout: Layout<K>,
  declared: readonly DeclaredRegion[],
  unread: (path: string) => boolean,
  live: () => number,
): Access {
  const cells = layout.cells();
  const bitsOf = (has: (path: string) => boolean): Int32Array => {
    const bits = new Int32Array(layout.words);
    for (const cell of cells) if (has(cell.path)) mark(bits, cell.at, cell.bits);
    return bits;
  };
  const cellsIn = (bits: Int32Array): string[] =>
    cells
      .filter((cell) => {
        const own = new Int32Array(layout.words);
        mark(own, cell.at, cell.bits);
        return own.some((word, w) => (word & bits[w]!) !== 0);
      })
      .map(({ path }) => path);
  const kindOf = (path: string): string => path.replaceAll(/\[\d+\]/g, '[]');
  const none = (): Int32Array => new Int32Array(layout.words);
  const access = {
    reads: none(),
    writes: none(),
    glimpses: none(),
    depth: 0,
    stacks: new Map<number, StackSchema<Variants>>(),
    clear() {
      for (const bits of [access.reads, access.writes, access.glimpses]) bits.fill(0);
      access.depth = 0;
    },
    stacksDiffer(one: Int32Array, other: Int32Array, depth: number) {
      for (const [first, stack] of access.stacks) {
        const at = first + stack.chainAt;
        const [a, b] = [get(one, at, stack.chainBits), get(other, at, stack.chainBits)];
        if (a !== b && stack.lowest(a, depth) !== stack.lowest(b, depth)) return true;
      }
      return false;
    },
    regions: declared.map(({ has, ...region }) => ({ ...region, bits: bitsOf(has) })),
    cells: bitsOf(() => true),
    unread: bitsOf(unread),
    live,
    cellsIn,
    alike(bits: Int32Array) {
      const kinds = new Set(cellsIn(bits).map(kindOf));
      return bitsOf((path) => kinds.has(kindOf(path)));
    },
  };
  layout.observe(access);
  return access;
}
