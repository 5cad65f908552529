/** Runs `vmcheck gate` on a configuration, and entries for one. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../src/cli/host.ts';
import { folder } from './folder.ts';
import { type Ended, vmcheck } from './terminal.ts';

export const broken = {
  system: 'refcount',
  scenario: 'two',
  invariants: ['no-lost-frame'],
  expected: { outcome: 'violated', invariant: 'no-lost-frame', steps: 6 },
};
export const mended = {
  system: 'refcount',
  scenario: 'two',
  variant: 'fixed',
  expected: { outcome: 'holds', states: 17 },
};
export const endless = {
  system: 'counters',
  scenario: 'six',
  limits: { maxStates: 100 },
  expected: { outcome: 'limited' },
};

export async function gate(
  content: unknown,
  words: readonly string[] = [],
  more: Partial<Host> = {},
): Promise<Ended> {
  const cwd = folder();
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(cwd, 'vmcheck.config.json'), text);
  return vmcheck(['gate', ...words], { cwd, ...more });
}
