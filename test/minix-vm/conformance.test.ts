/**
 * The vectors in `test/conformance/minix-vm` say what the C code answered, operation by operation.
 * The script runner performs them with the statements that the search explores.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { minixVm } from '../../src/systems/minix-vm.ts';

const folder = join(import.meta.dirname, '..', 'conformance', 'minix-vm');

interface Vector {
  readonly name: string;
  readonly layout: Record<string, unknown>;
  readonly options: Record<string, unknown>;
  readonly script: readonly { readonly op: string }[];
}

function read(file: string): Vector {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as Vector;
}

function run({ name, layout, options, script }: Vector) {
  return minixVm.run?.({ name, layout, options, operations: script.map(({ op }) => op) });
}

const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

describe('the model does what the C code did', () => {
  test('there are 108 vectors', () => {
    expect(files).toHaveLength(108);
  });

  test.each(files)('%s', (file) => {
    const vector = read(file);
    expect(run(vector)).toEqual(vector.script);
  });
});

test('a munmap of no page is an error, as mmap.c:378 has it', () => {
  const script = ['init frames=12', 'process P0 2', 'munmap P0 0 0'].map((op) => ({ op }));
  expect(run({ ...read(files[0]), script })?.at(-1)).toMatchObject({
    result: 'EFAULT',
    events: [],
  });
});

describe('a script is refused', () => {
  const vector = read(files[0]);

  test.each([
    ['slabReuse', true],
    ['forkMessageCheck', true],
    ['frameOrder', 'lastFit'],
    ['sigsegv', 'kill'],
    ['recordsDroppedAtExit', false],
    ['assert', 'maybe'],
    ['noSuchOption', 1],
  ])('if option %s is %s', (name, value) => {
    expect(() => run({ ...vector, options: { ...vector.options, [name]: value } })).toThrow(
      InputError,
    );
  });

  test.each([
    'process P0 2 at=x',
    'jump P0',
    'write P0',
    'write P9 0 1',
    'read P0 0 fail=nowhere',
    'read P0 zero',
  ])('if it says %s', (op) => {
    // As many frames as the layout of the vector says, so that only the operation is at fault.
    const script = [{ op: 'init frames=12' }, { op }];
    expect(() => run({ ...vector, script })).toThrow(InputError);
    expect(() => run({ ...vector, script })).not.toThrow(/layout/);
  });
});
