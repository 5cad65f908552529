import { expect, test } from 'vitest';

import { folder } from './folder.ts';
import { vmcheck } from './terminal.ts';

test('a terminal shows one line, now and then, and erases it before the result', async () => {
  const written: string[] = [];
  const stderr = { write: (text: string) => void written.push(text), isTTY: true, columns: 60 };
  // A clock that advances by one millisecond at each reading.
  let time = 0;
  const now = () => time++;
  const words = ['explore', 'counters', '--time-limit', '1.1'];
  const ended = await vmcheck(words, { stderr, now });
  expect(ended.code).toBe(2);
  expect(written.length).toBeGreaterThan(1);
  expect(written.length).toBeLessThanOrEqual(7);
  expect(written.at(-1)).toBe('\r\u001b[K');
  for (const line of written.slice(0, -1)) {
    expect(line).toMatch(/^\r\u001b\[Kdepth \d+ · [\d.]+[kM]? states · /);
    expect(line.length - '\r\u001b[K'.length).toBeLessThan(60);
  }
});

test('an interrupted search of several scenarios says how many were not run', async () => {
  const onInterrupt = (callback: () => void) => {
    callback();
    return () => undefined;
  };
  const ended = await vmcheck(['explore', '--keep-going'], { onInterrupt });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toBe('vmcheck: interrupted: 1 scenario not run\n');
  expect(ended.stdout).toContain('limited   nothing is proved: interrupted');
});

test('an interrupt between two counterexamples leaves out those to come', async () => {
  const cwd = folder();
  await vmcheck(['explore', '--keep-going', '--save', 'counterexamples'], { cwd });
  let asked = 0;
  const ended = await vmcheck(['replay'], { cwd, interrupted: () => asked++ > 0 });
  expect(ended.code).toBe(2);
  expect(ended.stdout).toContain('✓ counterexamples/refcount/no-double-free');
  expect(ended.stderr).toMatch(/^vmcheck: interrupted: \d checks? not run\n$/);
});
