/**
 * The model handles everything that scenarios let threads do: no value is out of range, no case is
 * missing.
 */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { build, resolveSpec } from '../../src/core/spec.ts';
import { InputError } from '../../src/errors.ts';
import { explore } from '../../src/explore.ts';
import type { OptionValue } from '../../src/system.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';

const file = { name: 'f', cluster: 0, pages: 2 };

const arbitraryStep = fc.oneof(
  fc.record({ do: fc.constantFrom('read', 'write'), page: fc.nat(3) }),
  fc.record({ do: fc.constant('munmap'), page: fc.nat(3), pages: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    do: fc.constant('mmap'),
    type: fc.constant('ANON'),
    pages: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({
    do: fc.constant('mmap'),
    type: fc.constant('FILE'),
    pages: fc.integer({ min: 1, max: 3 }),
    file: fc.constant('f'),
    offset: fc.nat(2),
  }),
  fc.constantFrom({ do: 'exec' }, { do: 'exit' }),
);
const arbitraryProgram = fc.array(arbitraryStep, { minLength: 1, maxLength: 2 });
const arbitraryVseg = fc.record({
  type: fc.constantFrom('ANON', 'FILE'),
  pages: fc.constantFrom(1, 2),
  offset: fc.nat(1),
});

const arbitraryScenario = fc
  .record({
    pages: fc.integer({ min: 1, max: 4 }),
    frames: fc.integer({ min: 1, max: 3 }),
    descriptors: fc.integer({ min: 2, max: 4 }),
    twoClusters: fc.boolean(),
    child: fc.boolean(),
    vsegs: fc.array(arbitraryVseg, { maxLength: 2 }),
    programs: fc.tuple(arbitraryProgram, arbitraryProgram, arbitraryProgram),
    loads: fc.boolean(),
    failures: fc.boolean(),
  })
  .map(({ twoClusters, child, vsegs, programs, loads, failures, pages, ...sizes }) => {
    const [own, other, third] = programs.map((program, t) =>
      program.filter((step) => step.do !== 'exec' || (loads && !(twoClusters && t === 1))),
    );
    // args, envs and a page of DATA, which an exec makes.
    const heapBase = loads ? 3 : 0;
    let page = heapBase;
    return {
      name: 'random',
      clusters: 2,
      ...sizes,
      pages: heapBase + pages,
      heapBase,
      files: [file],
      processes: [
        { name: 'P', clusters: twoClusters ? [0, 1] : [0] },
        ...(child ? [{ name: 'C', clusters: [1], child: true }] : []),
      ],
      vsegs: [
        ...(loads ? [{ process: 'P', type: 'DATA', page: 2, pages: 1, file: 'f' }] : []),
        ...vsegs.map(({ type, pages: length, offset }) => {
          const first = page;
          page += length;
          const isFile = type === 'FILE' ? { file: 'f', offset } : {};
          return { process: 'P', type, page: first, pages: length, ...isFile };
        }),
      ],
      threads: [
        { process: 'P', cluster: 0, program: child ? [...own, { do: 'fork', child: 'C' }] : own },
        { process: 'P', cluster: twoClusters ? 1 : 0, program: other },
        ...(child ? [{ process: 'C', program: third }] : []),
      ],
      budgets: failures ? { frame: 1, descriptor: 1, pte: 1, ptecopy: 1, io: 1 } : {},
    };
  });

type Options = Readonly<Record<string, OptionValue>>;

/** Random options; the others have their defaults. */
const arbitraryOptions = fc.record(
  Object.fromEntries(
    almosMkh.options.map(({ name, values }) => {
      const there = name === 'inactiveCluster' ? [0, 1] : values;
      return [name, fc.constantFrom<OptionValue>(...there)];
    }),
  ),
  { requiredKeys: [] },
);

test('random scenarios are refused as input, or explored without an error of the model', () => {
  let explored = 0;
  fc.assert(
    fc.property(arbitraryScenario, arbitraryOptions, (json, options) => {
      try {
        const scenario = almosMkh.parseScenario(json);
        const spec = resolveSpec(almosMkh, { scenario, options: options as Options });
        explore(build(almosMkh, spec), { maxStates: 1500, keepGoing: true });
        explored += 1;
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
      }
    }),
    { numRuns: 600 },
  );
  expect(explored).toBeGreaterThan(120);
});
