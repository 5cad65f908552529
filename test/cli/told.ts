/** The result of a command that did one thing, from its JSON, with what was measured. */

import { expect } from 'vitest';

export function only(stdout: string) {
  const { results, measured } = JSON.parse(stdout);
  expect(results).toHaveLength(1);
  return { ...results[0], measured: measured.results[0] };
}
