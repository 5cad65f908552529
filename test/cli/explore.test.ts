import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder } from './folder.ts';
import { vmcheck } from './terminal.ts';
import { only } from './told.ts';

test('the bare command explores the default scenario of the first system', async () => {
  const ended = await vmcheck(['explore']);
  expect(ended).toMatchObject({ code: 1, stderr: '' });
  expect(ended.stdout).toMatchInlineSnapshot(`
    "refcount r1 as written · two: 1 frame, 2 processes · plain
    violated  no-double-free   6 steps (no shorter trace exists) · 26 states, 36 transitions, depth 6, 0.00 s

      the frame is freed a second time

       1  P2  toy.c:10  n = refs       P2.n        0 → 2
                                       → frame_release()
       2  P2  toy.c:11  refs = n - 1   frame.refs  2 → 1
                                       P2.n        2 → 0
       3  P1  toy.c:10  n = refs       P1.n        0 → 1
                                       → frame_release()
       4  P1  toy.c:11  refs = n - 1   frame.refs  1 → 0
                                       P1.n        1 → 0
       5  P1  toy.c:14  free(frame)    frame.free  0 → 1
                                       ← return 0
       6  P2  toy.c:14  free(frame)    ← return 0

    save it with: vmcheck explore --save counterexamples
    "
  `);
});

test('a narrow terminal has the changes below the steps and no line too long', async () => {
  const ended = await vmcheck(['explore', '--fix', 'lock-refs'], { columns: 48 });
  expect(ended.stdout).toMatchInlineSnapshot(`
    "refcount r1 with lock-refs · two: 1 frame, 2
    processes · plain
    violated  no-double-free   6 steps (no shorter
              trace exists) · 17 states, 22
              transitions, depth 6, 0.00 s

      the frame is freed a second time

       1  P2  toy.c:10  n = refs
            lock  0 → 1
            P2.n  0 → 2
            → frame_release()
       2  P2  toy.c:11  refs = n - 1
            frame.refs  2 → 1
            lock  1 → 0
            P2.n  2 → 0
       3  P1  toy.c:10  n = refs
            lock  0 → 1
            P1.n  0 → 1
            → frame_release()
       4  P1  toy.c:11  refs = n - 1
            frame.refs  1 → 0
            lock  1 → 0
            P1.n  1 → 0
       5  P1  toy.c:14  free(frame)
            frame.free  0 → 1
            ← return 0
       6  P2  toy.c:14  free(frame)
            ← return 0

    save it with: vmcheck explore --fix lock-refs
                  --save counterexamples
    "
  `);
  for (const line of ended.stdout.split('\n').slice(0, -3)) {
    expect(line.length).toBeLessThanOrEqual(48);
  }
});

test('a variant that holds says what was covered', async () => {
  const ended = await vmcheck(['explore', 'refcount', '--variant', 'fixed']);
  expect(ended.code).toBe(0);
  expect(ended.stdout).toMatchInlineSnapshot(`
    "refcount r1 fixed · two: 1 frame, 2 processes · plain
    holds  3 invariants in every reachable state · 17 states, 22 transitions, depth 6, 0.00 s

      reached 3 of 4 statements
      never started  frame_share
    "
  `);
});

test('a limit proves nothing and exits with 2', async () => {
  const ended = await vmcheck(['explore', 'counters', '--max-states', '1000']);
  expect(ended.code).toBe(2);
  expect(ended.stdout).toMatchInlineSnapshot(`
    "counters r1 as written · six: 6 counters · plain
    limited  nothing is proved: the state limit was reached, 510 states not expanded (raise --max-states) · 1,000 states, 2,940 transitions, depth 7, 0.00 s

      reached 1 of 1 statement
    "
  `);
});

test('a state without successors violates deadlock-free', async () => {
  const ended = await vmcheck(['explore', '--variant', 'fixed', '--hw', 'sticky']);
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain('violated  deadlock-free   3 steps');
  const others = ['--invariant', 'frames', '--variant', 'fixed', '--hw', 'sticky'];
  expect((await vmcheck(['explore', ...others])).code).toBe(0);
});

test('each fix is needed, and both together suffice', async () => {
  for (const fix of ['lock-refs', 'free-once']) {
    const without = await vmcheck(['explore', '--variant', 'fixed', '--without', fix]);
    expect(without.code).toBe(1);
  }
  expect((await vmcheck(['explore', '--fix', 'lock-refs', '--fix', 'free-once'])).code).toBe(0);
});

test('an option of the system changes what is explored', async () => {
  const ended = await vmcheck(['explore', '--option', 'allocator=lazy', '--scenario', 'one']);
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain('plain · allocator=lazy');
});

test('a scenario is read from a file', async () => {
  const cwd = folder();
  const scenario = { name: 'three', purpose: 'And three?', processes: 3 };
  writeFileSync(join(cwd, 'three.json'), JSON.stringify(scenario));
  const ended = await vmcheck(['explore', '--scenario', 'three.json'], { cwd });
  expect(ended.stdout).toContain('three: 1 frame, 3 processes');
  writeFileSync(join(cwd, 'nine.json'), JSON.stringify({ ...scenario, processes: 9 }));
  const refused = await vmcheck(['explore', '--scenario', './nine.json'], { cwd });
  expect(refused).toMatchObject({
    code: 64,
    stderr: 'vmcheck: ./nine.json: processes must be a number from 1 to 4, but is 9\n',
  });
});

test('JSON is one object with the spec, the counts, the trace and the coverage', async () => {
  const ended = await vmcheck(['explore', '--format', 'json']);
  expect(ended.code).toBe(1);
  const verdict = only(ended.stdout);
  expect(verdict).toMatchObject({
    spec: { system: 'refcount', fixes: [], hardware: 'plain', options: { allocator: 'eager' } },
    revision: 'r1',
    variant: 'as written',
    outcome: 'violated',
    limit: null,
    counts: { states: 26, transitions: 36, depth: 6 },
    coverage: { statements: 4, neverStarted: ['frame_share'] },
  });
  expect(verdict.breaches[0].steps).toHaveLength(6);
  expect(verdict.breaches[0].steps[1]).toMatchObject({
    number: 2,
    file: 'toy.c',
    line: 11,
    token: 'refs = n - 1',
    changes: [{ path: 'frame.refs', from: '2', to: '1' }, { path: 'P2.n' }],
  });
});

test('JSON of several scenarios is one object as well', async () => {
  const ended = await vmcheck(['explore', '--keep-going', '--format', 'json']);
  const survey = JSON.parse(ended.stdout);
  expect(survey.results).toHaveLength(2);
  expect(survey.distinct.map((violation: { scenario: string }) => violation.scenario)).toEqual([
    'two',
    'two',
  ]);
});

test('saving names the file to replay, and writes one file per violation', async () => {
  const cwd = folder();
  const ended = await vmcheck(['explore', '--save', 'found'], { cwd });
  expect(ended.stdout).toContain(
    'replay with: vmcheck replay found/refcount/no-double-free.two.json\n',
  );
  await vmcheck(['explore', '--keep-going', '--save', 'all'], { cwd });
  expect(existsSync(join(cwd, 'all/refcount/no-double-free.two.json'))).toBe(true);
  expect(existsSync(join(cwd, 'all/refcount/no-lost-frame.two.json'))).toBe(true);
});

test('colours are used on a terminal, and only there', async () => {
  const red = '\u001b[31m';
  expect((await vmcheck(['explore'], { columns: 100, env: {} })).stdout).toContain(red);
  expect((await vmcheck(['explore'], { env: {} })).stdout).not.toContain(red);
  expect((await vmcheck(['explore'], { columns: 100 })).stdout).not.toContain(red);
  expect((await vmcheck(['explore'], { env: { FORCE_COLOR: '1' } })).stdout).toContain(red);
  expect((await vmcheck(['explore', '--color', 'always'])).stdout).toContain(red);
  const never = ['explore', '--color', 'never'];
  expect((await vmcheck(never, { columns: 100, env: {} })).stdout).not.toContain(red);
});

test('random walks repeat with their seed', async () => {
  const walk = ['explore', '--strategy', 'random', '--seed', '7', '--walks', '3'];
  const [first, second] = [await vmcheck(walk), await vmcheck(walk)];
  expect(first.stdout).toBe(second.stdout);
  expect(first.stdout).toContain('a shorter trace may exist');
});
