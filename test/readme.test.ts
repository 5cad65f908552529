/** The README shows the real output of the commands. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { build, resolveSpec } from '../src/core/spec.ts';
import { explore } from '../src/explore.ts';
import { systems } from '../src/systems.ts';
import { vmcheck } from './cli/terminal.ts';

const readme = readFileSync('README.md', 'utf8');
const blocks = readme.split('```').filter((_, i) => i % 2 === 1);
/** Times differ from run to run. */
const timeless = (text: string): string => text.replaceAll(/[0-9.]+ s$/gm, '0 s').trim();

describe('README.md', () => {
  test('shows the output of the bare command', async () => {
    const shown = blocks.find((block) => block.includes('no shorter trace exists')) ?? '';
    const { code, stdout } = await vmcheck(['explore'], { systems });
    expect(code).toBe(1);
    expect(timeless(stdout)).toBe(timeless(shown));
  });

  test('has a scenario that can be explored as it stands', async () => {
    const json = blocks.find((block) => block.startsWith('json'))?.slice('json'.length) ?? '';
    const system = systems[0];
    const scenario = system.parseScenario(JSON.parse(json));
    const verdict = explore(build(system, resolveSpec(system, { scenario })));
    expect(scenario.name).toBe('my-question');
    expect(verdict.outcome).toBe('violated');
  });
});
