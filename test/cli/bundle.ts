/**
 * Runs before all tests: builds the programs that tests start, in the same way as the command, into
 * one folder that is laid out like the package. `child.ts` has their paths.
 */

import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundle, threads } from '../../scripts/bundle.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the bundle. */
    readonly bundled: string;
  }
}

/** From the root, without `.ts`. */
const programs = [
  'src/cli/main',
  'test/cli/entry',
  'test/cli/peak',
  'test/explorer/parallel/differing',
  'test/explorer/parallel/hanging',
  'test/explorer/parallel/losses',
  'test/explorer/parallel/verdicts',
];

/** Modules that these import by name: models that worker threads build. */
const models = [
  'bench/minicow',
  'test/models/clocks',
  'test/models/differing',
  'test/models/dying',
];

const root = resolve(import.meta.dirname, '../..');

export async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'vmcheck-cli-'));
  for (const name of ['docs', 'node_modules', 'package.json', 'templates']) {
    symlinkSync(join(root, name), join(folder, name));
  }
  const modules = [
    'src/index',
    'src/cli/index',
    ...models,
    ...threads.map((name) => `src/${name}`),
  ];
  await bundle({ from: root, to: folder, programs, modules });
  project.provide('bundled', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
