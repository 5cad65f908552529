// @ts-check
// Explores a model and prints the verdict, the trace to each violation, and what never ran.

import { explore, traceLines } from 'vmcheck';

/**
 * @param {string} title
 * @param {import('vmcheck').AnyModel} model
 * @param {import('vmcheck').SearchOptions} [options]
 */
export function print(title, model, options) {
  const { outcome, states, violations, coverage } = explore(model, options);
  const found = violations.map(({ invariant, trace }) => `; ${invariant}, ${trace.length} steps`);
  console.log(`${title}: ${outcome}, ${states} states${found.join('')}`);
  for (const { sentence, trace } of violations) {
    console.log(sentence);
    for (const line of traceLines(model, trace)) console.log(`  ${line}`);
  }
  // A search that ends early has not tried everything; one that holds and has left out a rule is
  // worth a look.
  if (outcome === 'holds') {
    for (const id of coverage.unreached) console.log(`never ran: ${model.statements[id]?.token}`);
  }
}
