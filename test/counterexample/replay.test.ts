import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Step } from '../../src/explorer/statement.ts';
import type { Replayer, Subject, System } from '../../src/system.ts';
import { vmcheck } from '../cli/terminal.ts';
import { counters, refcount } from '../cli/toys.ts';
import { lostFrame, saved } from './saved.ts';

/** The same subject with its statements in the opposite order. */
function reversed(subject: Subject): Subject {
  const { statements, replayer } = subject;
  const other = (step: Step): Step => ({
    ...step,
    statement: statements.length - 1 - step.statement,
  });
  return Object.assign(Object.create(subject) as Subject, {
    statements: [...statements].reverse(),
    replayer: Object.assign(Object.create(replayer) as Replayer, {
      step: (state: unknown, step: Step) => replayer.step(state, other(step)),
      possible: (state: unknown) => replayer.possible(state).map(other),
    }),
  });
}

test('a saved counterexample replays, and not with all fixes', async () => {
  const { cwd, file } = await lostFrame();
  expect(await vmcheck(['replay', 'found'], { cwd })).toEqual({
    code: 0,
    stderr: '',
    stdout:
      `✓ ${file}: violates no-lost-frame after 6 steps; with all fixes step 2 is not possible · ` +
      '0.00 s\n\n1 as expected, 0 not · 0.00 s\n',
  });
});

test('one step is one line of the file', async () => {
  const { cwd, file, content } = await lostFrame();
  const lines = readFileSync(join(cwd, file), 'utf8').split('\n');
  expect(lines.filter((line) => line.startsWith('    {"thread"'))).toHaveLength(6);
  expect(content.steps[0]).toEqual({
    thread: 'P1',
    at: 'toy.c:10',
    operation: 'frame_release',
    token: 'n = refs',
    choice: 0,
    changes: [['P1.n', '0', '2']],
    notes: ['frame_release()'],
  });
});

test('a deadlock replays as well', async () => {
  const words = ['--fix', 'lock-refs', '--hw', 'sticky'];
  const { cwd } = await saved(words, 'refcount/deadlock-free.two.with-lock-refs.sticky.json');
  const replayed = await vmcheck(['replay', 'found'], { cwd });
  // The fixes do not affect this machine: with all of them the same trace ends in the same way.
  expect(replayed.code).toBe(1);
  expect(replayed.stdout).toContain('✗');
  expect(replayed.stdout).toContain('but also with all fixes, at step 3');
});

test('a violation of the variant with all fixes has nothing to be compared with', async () => {
  const words = ['--variant', 'fixed', '--hw', 'sticky'];
  const { cwd } = await saved(words, 'refcount/deadlock-free.two.fixed.sticky.json');
  const replayed = await vmcheck(['replay', 'found'], { cwd });
  expect(replayed.code).toBe(0);
  expect(replayed.stdout).toContain(
    'recorded with all fixes applied, so there is nothing to compare with',
  );
});

test('a choice is replayed', async () => {
  const words = ['--option', 'allocator=lazy', '--scenario', 'one'];
  const { cwd, content } = await saved(words, 'refcount/no-lost-frame.one.allocator=lazy.json');
  expect(content.steps.at(-1)?.choice).toBe(1);
  expect((await vmcheck(['replay', 'found'], { cwd })).stdout).toContain('violates no-lost-frame');
});

test('a step that no longer applies is named, with what is possible instead', async () => {
  const { cwd, file, content, write } = await lostFrame();
  write({
    ...content,
    steps: content.steps.map((step, at) => (at === 1 ? content.steps[0] : step)),
  });
  const replayed = await vmcheck(['replay', file], { cwd });
  expect(replayed.code).toBe(1);
  expect(replayed.stdout).toContain(
    'step 2 no longer applies: expected P1 at toy.c:10  n = refs (frame_release, choice 0); ' +
      'possible instead: P1 at toy.c:11  refs = n - 1, P2 at toy.c:10  n = refs',
  );
});

test('a statement that the model no longer has is named', async () => {
  const { cwd, file, content, write } = await lostFrame();
  write({ ...content, steps: [{ ...content.steps[0], at: 'toy.c:99' }] });
  expect((await vmcheck(['replay', file], { cwd })).stdout).toContain(
    'step 1 no longer applies: expected P1 at toy.c:99  n = refs (frame_release, choice 0), but ' +
      'the model has no such statement',
  );
});

test('a thread that the scenario does not have is named', async () => {
  const { cwd, file, content, write } = await lostFrame();
  write({ ...content, steps: [{ ...content.steps[0], thread: 'P7' }] });
  expect((await vmcheck(['replay', file], { cwd })).stdout).toContain(
    'step 1 no longer applies: it is of thread P7, but there is only P1, P2',
  );
});

test('a trace that no longer ends in the violation is not as expected', async () => {
  const { cwd, file, content, write } = await lostFrame();
  write({ ...content, steps: content.steps.slice(0, 5) });
  const replayed = await vmcheck(['replay', file], { cwd });
  expect(replayed.code).toBe(1);
  expect(replayed.stdout).toContain(
    'all 5 steps apply, but no-lost-frame is not violated at the end: no invariant is',
  );
});

test('other differences from the record are remarked on', async () => {
  const { cwd, file, content, write } = await lostFrame();
  const [first, ...others] = content.steps;
  const steps = [{ ...first, changes: [] }, ...others];
  write({ ...content, revision: 'r0', breach: 'it is lost', steps });
  const replayed = await vmcheck(['replay', file], { cwd });
  expect(replayed.code).toBe(0);
  expect(replayed.stdout).toContain('recorded at r0, but the model is of r1');
  expect(replayed.stdout).toContain('recorded "it is lost"');
  expect(replayed.stdout).toContain('step 1 now changes other fields than recorded');
});

test('renumbered statements break no file', async () => {
  const { cwd, file } = await lostFrame();
  const renumbered: System = { ...refcount, build: (spec) => reversed(refcount.build(spec)) };
  const replayed = await vmcheck(['replay', file], { cwd, systems: [renumbered] });
  expect(replayed.stdout).toContain('violates no-lost-frame after 6 steps');
});

test('a system without fixes says so instead of claiming them', async () => {
  const { cwd, file } = await lostFrame();
  const unfixed: System = { ...refcount, fixes: [] };
  const replayed = await vmcheck(['replay', file], { cwd, systems: [unfixed, counters] });
  expect(replayed.code).toBe(0);
  expect(replayed.stdout).toContain('refcount has no fixes to compare with');
});

test('another scenario, an unrecorded option, an earlier violation are remarked on', async () => {
  const { cwd, file, content, write } = await lostFrame();
  write({ ...content, options: {} });
  expect((await vmcheck(['replay', file], { cwd })).stdout).toContain(
    'recorded without option allocator: its default is taken',
  );
  const processes = 3;
  write({ ...content, scenario: { ...content.scenario, processes } });
  const other = 'its scenario two is not the one that refcount has by this name';
  expect((await vmcheck(['replay', file], { cwd })).stdout).toContain(other);
  const { name, ...rest } = content.scenario;
  for (const same of [
    { ...rest, name, purpose: 'x', about: ['frames'] },
    { ...rest, name: 'own' },
  ]) {
    write({ ...content, scenario: same });
    expect((await vmcheck(['replay', file], { cwd })).stdout).not.toContain(other);
  }
  write(content);
  const twice: System = {
    ...refcount,
    build: (spec) => {
      const subject = refcount.build(spec);
      const broken = [{ invariant: 'no-lost-frame', sentence: 'always' }];
      const replayer = Object.assign(Object.create(subject.replayer) as Replayer, {
        violations: () => broken,
      });
      return Object.assign(Object.create(subject) as Subject, { replayer });
    },
  };
  const { stdout } = await vmcheck(['replay', file], { cwd, systems: [twice] });
  expect(stdout).toContain('no-lost-frame is violated already in the initial state');
});

test('JSON of a replay is one object', async () => {
  const { cwd, file } = await lostFrame();
  const { stdout } = await vmcheck(['replay', '--format', 'json'].concat(file), { cwd });
  expect(JSON.parse(stdout)).toMatchObject({
    verdict: 'as-expected',
    asExpected: 1,
    notAsExpected: 0,
    results: [{ name: file, outcome: 'violated', ok: true }],
  });
});
