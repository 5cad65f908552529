import { expect, test } from 'vitest';

import { lostFrame } from '../counterexample/saved.ts';
import { vmcheck } from './terminal.ts';

test('a counterexample is shown compact', async () => {
  const { cwd, file } = await lostFrame();
  const shown = await vmcheck(['show', file], { cwd });
  expect(shown.code).toBe(0);
  expect(shown.stdout).toMatchInlineSnapshot(`
    "refcount r1 as written · two: 1 frame, 2 processes · plain · 1 of 3 invariants
    violated  no-lost-frame   6 steps

      the frame is counted 1 times, but nobody uses it

       1  P1  toy.c:10  n = refs       P1.n        0 → 2
                                       → frame_release()
       2  P2  toy.c:10  n = refs       P2.n        0 → 2
                                       → frame_release()
       3  P2  toy.c:11  refs = n - 1   frame.refs  2 → 1
                                       P2.n        2 → 0
       4  P2  toy.c:14  free(frame)    ← return 0
       5  P1  toy.c:11  refs = n - 1   P1.n        2 → 0
       6  P1  toy.c:14  free(frame)    ← return 0
    "
  `);
});

test('the full view has the whole state after each step', async () => {
  const { cwd, file } = await lostFrame();
  const { stdout } = await vmcheck(['show', file, '--view', 'full'], { cwd });
  expect(stdout.match(/frame\.refs = /g)).toHaveLength(7);
});

test('one thread is shown alone, with the numbers of the whole trace', async () => {
  const { cwd, file } = await lostFrame();
  const { stdout } = await vmcheck(['show', file, '--thread', 'P1'], { cwd });
  expect(stdout).toContain('6 steps, only those of P1');
  expect(stdout.match(/^ +\d+ {2}P\d/gm)).toEqual(['   1  P1', '   5  P1', '   6  P1']);
  const refused = await vmcheck(['show', file, '--thread', 'P3'], { cwd });
  expect(refused.stderr).toBe('vmcheck: --thread: unknown thread "P3": choose one of P1, P2\n');
});

test('Markdown is a table', async () => {
  const { cwd, file } = await lostFrame();
  const { stdout } = await vmcheck(['show', file, '--format', 'markdown'], { cwd });
  expect(stdout).toContain('| 1 | P1 | toy.c:10 | `n = refs` | `P1.n 0 → 2`<br>');
});

test('Mermaid is a sequence chart, with its markup escaped', async () => {
  const { cwd, file, content, write } = await lostFrame();
  write({ ...content, breach: 'lost; <b>#1</b>' });
  const { stdout } = await vmcheck(['show', file, '--format', 'mermaid'], { cwd });
  expect(stdout).toMatch(/^sequenceDiagram\n {2}participant t0 as P1\n/);
  expect(stdout).toContain('  t0->>memory: 1. toy.c:10  n = refs<br/>P1.n 0 → 2');
  expect(stdout).toContain('lost#59; #60;b#62;#35;1#60;/b#62;');
  const refused = await vmcheck(['show', file, '--format', 'mermaid', '--view', 'full'], { cwd });
  expect(refused.code).toBe(64);
});

test('JSON has the steps, and their states in the full view', async () => {
  const { cwd, file } = await lostFrame();
  const words = ['show', file, '--format', 'json', '--view', 'full', '--thread', 'P2'];
  const shown = JSON.parse((await vmcheck(words, { cwd })).stdout);
  expect(shown).toMatchObject({ invariant: 'no-lost-frame', thread: 'P2' });
  expect(shown.steps.map((step: { number: number }) => step.number)).toEqual([2, 3, 4]);
  expect(shown.steps[0].state).toContain('P2.n = 2');
});

test('a trace that no longer applies is still shown as recorded, but not in full', async () => {
  const { cwd, file, content, write } = await lostFrame();
  write({ ...content, steps: [{ ...content.steps[0], at: 'toy.c:99' }] });
  expect((await vmcheck(['show', file], { cwd })).stdout).toContain('toy.c:99  n = refs');
  const refused = await vmcheck(['show', file, '--view', 'full'], { cwd });
  expect(refused.code).toBe(64);
  expect(refused.stderr).toContain('--view full replays it, but step 1 no longer applies');
});
