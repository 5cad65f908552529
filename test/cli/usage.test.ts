import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import type { System } from '../../src/system.ts';
import { errorInVmcheck, vmcheck } from './terminal.ts';
import { refcount } from './toys.ts';

const names = 'explore, replay, gate, show, run, doctor, cite, list, schema or init';

const refused: readonly (readonly [string, string])[] = [
  ['', `name a command: ${names} (see vmcheck --help)`],
  ...['-- gate', '-- explore', '-- foo', '-- --workers'].map(
    (line) => [line, `there is no command before --: name ${names} first`] as const,
  ),
  ['exlore', 'unknown command "exlore": did you mean explore?'],
  ['explore refcont', 'unknown system "refcont": did you mean refcount?'],
  ['explore refcount counters', 'unexpected argument "counters": write explore [system]'],
  ['explore -- refcount', 'unexpected argument "refcount" of explore'],
  ['explore --system refcount', '--system is not an option: write explore [system]'],
  ['explore --dept 3', 'unknown option --dept of explore: did you mean --depth?'],
  ['explore --maxStates 3', 'unknown option --maxStates of explore: did you mean --max-states?'],
  ['explore -depth 3', '-depth is not an option of explore: write --depth'],
  ['explore -depth=3', '-depth is not an option of explore: write --depth'],
  ['explore -keep-going', '-keep-going is not an option of explore: write --keep-going'],
  ['explore -dept 3', 'unknown option -dept of explore: did you mean --depth?'],
  ['explore -hw plain', '-hw is not an option of explore: write --hw'],
  ['explore -help', '-help is not an option of explore: write --help'],
  ['list -format json', '-format is not an option of list: write --format'],
  ['explore ---depth 3', '---depth is not an option of explore: write --depth'],
  ['explore –depth 3', '–depth is not an option of explore: write --depth'],
  ['explore —depth', '—depth is not an option of explore: write --depth'],
  ['explore refcount −depth 3', '−depth is not an option of explore: write --depth'],
  ['explore --depth', '--depth needs a value'],
  ['explore --depth=', '--depth is given an empty value'],
  ['explore --depth abc', '--depth must be a whole number from 0 to 1000000000, but is "abc"'],
  ['explore --depth -5', '--depth must be a whole number from 0 to 1000000000, but is "-5"'],
  ['explore --depth 1.5', '--depth must be a whole number from 0 to 1000000000, but is "1.5"'],
  ['explore --depth NaN', '--depth must be a whole number from 0 to 1000000000, but is "NaN"'],
  ['explore --depth 3 --depth 4', '--depth is given twice: give it once'],
  [
    'explore --max-states 0',
    '--max-states must be a whole number from 1 to 4000000000, but is "0"',
  ],
  [
    'explore --time-limit 0',
    '--time-limit must be a number of seconds above 0, such as 90 or 0.5, but is "0"',
  ],
  [
    'explore --memory-limit 5X',
    '--memory-limit must be an amount of memory such as 512M or 4G, at least 1M, but is "5X"',
  ],
  ['explore --workers 0', '--workers must be a whole number from 1 to 64, but is "0"'],
  [
    'explore --workers 2 --strategy dfs',
    '--workers needs --strategy bfs: other strategies use one thread',
  ],
  ['explore --storage small', '--storage cannot be "small": choose one of exact, fingerprint'],
  [
    'explore --storage fingerprint --strategy dfs',
    '--storage fingerprint needs --strategy bfs: other strategies return to expanded states',
  ],
  ['explore --spill /tmp --strategy dfs', '--spill needs --strategy bfs: leave one of them out'],
  [
    'explore --spill /tmp --workers 2',
    '--spill needs a single worker: leave --workers out, or set it to 1',
  ],
  ['explore --spill /dev/null', '--spill: /dev/null is not a folder'],
  ['explore --workers 2', '--workers 2: worker threads cannot build refcount'],
  ['explore --checkpoint-interval 5', '--checkpoint-interval needs --checkpoint: name a file'],
  [
    'explore --checkpoint x --strategy dfs',
    '--checkpoint needs --strategy bfs: other strategies have no levels',
  ],
  ['explore --scenario all --resume x', '--resume works with a single search: name one --scenario'],
  ['explore --keep-going=maybe', '--keep-going takes no value'],
  ['explore --scenario tow', 'unknown scenario "tow" of refcount: did you mean two?'],
  ['explore --scenario none/x.json', 'none/x.json does not exist'],
  ['explore --fix lock', 'unknown fix "lock" of refcount: did you mean lock-refs?'],
  ['explore counters --fix lock', 'unknown fix "lock" of counters: it has no fixes'],
  [
    'explore --variant fixed --fix lock-refs',
    '--fix adds to the source as written: leave out --variant fixed, or --fix',
  ],
  [
    'explore --without lock-refs',
    '--without removes a fix from the fixed variant: add --variant fixed',
  ],
  ['explore counters --variant fixed', 'counters has no fixes, so there is no fixed variant of it'],
  ['explore --hw risc', 'unknown hardware profile "risc" of refcount: choose one of plain, sticky'],
  ['explore --option lazy', '--option must have the form NAME=VALUE, but is "lazy"'],
  [
    'explore --option alocator=lazy',
    '--option: refcount has no option "alocator": did you mean allocator?',
  ],
  [
    'explore --option allocator=slow',
    'option allocator of refcount cannot be "slow": it is one of eager, lazy',
  ],
  [
    'explore --option allocator=lazy --option allocator=lazy',
    '--option allocator is given twice: give it once',
  ],
  [
    'explore --invariant no-lots-frame',
    'unknown invariant or group "no-lots-frame" of refcount: did you mean no-lost-frame?',
  ],
  [
    'explore --invariant all --invariant nosuch',
    'unknown invariant or group "nosuch" of refcount: choose one of all, no-lost-frame, ' +
      'no-double-free, deadlock-free, frames',
  ],
  ['explore --strategy bsf', '--strategy cannot be "bsf": did you mean bfs?'],
  ['explore --seed 3', '--seed needs random walks: add --strategy random, or leave it out'],
  ['explore --format jsno', '--format cannot be "jsno": did you mean json?'],
  ['explore --save /dev/null', '--save: /dev/null is not a folder'],
  ['list nope', 'unknown system "nope": choose one of refcount, counters'],
  ['show', 'show needs file: write show <file>'],
  ['show nope.json', 'nope.json does not exist'],
  ['show test', 'test is a folder, but a file was expected'],
  ['replay nope', 'nope does not exist'],
  ['gate --config nope.json', 'nope.json does not exist'],
  [
    'gate --shard 0/3',
    '--shard must have the form i/n with i from 1 to n, and n up to 1000, but is "0/3"',
  ],
];

test.for(refused)('vmcheck %s is refused in one sentence', async ([line, sentence]) => {
  const ended = await vmcheck(line.split(' ').filter((word) => word !== ''));
  expect(ended).toEqual({ code: 64, stdout: '', stderr: `vmcheck: ${sentence}\n` });
});

test('help and version are printed and exit with 0', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await vmcheck(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  expect(await vmcheck(['-V'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  const help = await vmcheck(['--help']);
  expect(help.code).toBe(0);
  for (const name of [
    'explore',
    'replay',
    'gate',
    'show',
    'list',
    'schema',
    'Exit codes: 0 holds',
  ]) {
    expect(help.stdout).toContain(name);
  }
  const narrow = await vmcheck(['explore', '-h'], { columns: 60 });
  for (const line of narrow.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
});

test('an error of vmcheck itself exits with 70, with its stack', async () => {
  const broken: System = {
    ...refcount,
    build() {
      throw errorInVmcheck('no such word');
    },
  };
  const ended = await vmcheck(['explore'], { systems: [broken] });
  expect(ended.code).toBe(70);
  expect(ended.stderr).toContain('this is a bug in vmcheck');
  expect(ended.stderr).toContain('TypeError: no such word\n    at ');
});

const searches = [
  '',
  '--keep-going --scenario two',
  '--storage fingerprint',
  '--strategy dfs',
  '--scenario one',
];
test.for(searches)(
  'a violation that a replay does not confirm is no verdict (%s)',
  async (words) => {
    const unconfirmed: System = {
      ...refcount,
      build(spec) {
        const subject = refcount.build(spec);
        const { replayer } = subject;
        const step: typeof replayer.step = (state, taken) => {
          const done = replayer.step(state, taken);
          return done && { ...done, violated: [] };
        };
        const blind = Object.assign(Object.create(replayer), { step, violations: () => [] });
        return Object.defineProperty(subject, 'replayer', { value: blind });
      },
    };
    const given = ['explore', ...words.split(' ').filter((word) => word !== '')];
    const sound = words === '--scenario one';
    const ended = await vmcheck(given, { systems: [unconfirmed] });
    expect(ended.code).toBe(sound ? 0 : 65);
    if (sound) return;
    expect(ended.stdout).toBe('');
    const [first, header, ...steps] = ended.stderr.trimEnd().split('\n');
    expect(header).toBe('  after this trace:');
    expect(first).toMatch(
      /^vmcheck: the model refcount is wrong: The search found no-\S+ violated at P\d .*toy\.c/,
    );
    expect(first).not.toContain('report');
    expect(steps[0]).toMatch(/^ {2}1 {2}P\d {2}frame_release, toy\.c:10 n = refs$/);
  },
);

test('without any system the refusal says so', async () => {
  const ended = await vmcheck(['explore'], { systems: [] });
  expect(ended).toMatchObject({
    code: 64,
    stderr: 'vmcheck: this vmcheck has no built-in system\n',
  });
});
