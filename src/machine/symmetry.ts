/**
 * The symmetry of a model whose state is declared: canonical names, and the
 * sentence of an objection.
 */

import type { Symmetry } from '../reduction/capabilities.ts';
import { Canonical } from '../state/canonical-form.ts';
import type { Classes } from '../state/names.ts';
import type { Layout } from '../state/layout.ts';

/**
 * The symmetry of a state laid out like this: the things of some pools are interchangeable. `what`
 * they are, in words; `nameOf` names one as traces do. Steps and invariants must not tell them
 * apart.
 */
export function symmetryOf<K>(
  layout: Layout<K>,
  what: string,
  classes: readonly Classes[],
  nameOf: (pool: string, index: number) => string,
): Symmetry {
  const canonical = new Canonical(layout.schema, layout.scratch, classes);
  return {
    what,
    canonicalise: () => void canonical.canonicalise(),
    objection() {
      const found = canonical.unequal();
      if (found === undefined) return undefined;
      const { index, known } = found;
      const { pool, wayOut } = found.classes;
      const why = known ? 'something still refers to it' : 'it does not hold what the others hold';
      return (
        `in a state that can be reached, ${nameOf(pool, index)} may be handed out next and ` +
        `${why}, so it matters which of the free ones has the lowest number, and the names of ` +
        `${what} cannot be swapped there; search without symmetry` +
        `${wayOut === undefined ? '' : `, or ${wayOut}`}`
      );
    },
  };
}
