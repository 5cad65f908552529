/** The only result of a command, from its JSON, with the measured values. */

import { expect } from 'vitest';

export function only(stdout: string) {
  const { results, measured } = JSON.parse(stdout);
  expect(results).toHaveLength(1);
  return { ...results[0], measured: measured.results[0] };
}
