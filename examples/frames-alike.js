// @ts-check
// Three processes map any free frame, and give it back. Which one makes no difference: frames are
// told apart by their names only, so `symmetryOf` says it, and a search keeps one state of all that
// differ in names. `vmcheck explore ./frames-alike.js --symmetry` does the same.
// Expected: all names: holds, 73 states
// Expected: symmetry: holds, 8 states

import { bool, defineSystem, field, optional, pool, record, resolveSpec } from 'vmcheck';
import { symmetryOf, table } from 'vmcheck';
import { print } from './print.js';

/** @param {{ frames: number }} scenario */
const scope = ({ frames }) => ({ frame: pool('frame', frames), process: pool('process', 3) });
/** @param {ReturnType<typeof scope>} scope */
const state = ({ frame, process }) => ({
  frames: table(frame, record({ used: bool })),
  maps: table(process, record({ frame: optional(frame) })),
});
/** @typedef {import('vmcheck').StateOf<typeof state>} State */

const system = defineSystem({
  name: 'frames-alike',
  sentence: 'Processes that map any free frame.',
  scenario: { frames: field.whole(1, 8, 'Frames of the machine.') },
  scenarios: [{ name: 'four', purpose: 'Does a frame have one user?', frames: 4 }],
  scope,
  state,
  threads: ({ process }) => process.all.map((p) => `P${p}`),
  rules: ({ frame, process }) =>
    process.all.flatMap((p) => [
      ...frame.all.map((f) => ({
        name: 'map',
        thread: p,
        run: (/** @type {State} */ k) => {
          if (k.maps[p].frame !== null || k.frames[f].used) return false;
          k.frames[f].used = true;
          k.maps[p].frame = f;
          return true;
        },
      })),
      {
        name: 'unmap',
        thread: p,
        run: (/** @type {State} */ k) => {
          const mapped = k.maps[p].frame;
          if (mapped === null) return false;
          k.frames[mapped].used = false;
          k.maps[p].frame = null;
          return true;
        },
      },
    ]),
  invariants: [
    {
      name: 'one-user',
      sentence: 'No frame is mapped twice.',
      violation: (k, { frame, process }) => {
        const twice = frame.all.find((f) => process.all.filter((p) => k.maps[p].frame === f)[1]);
        return twice === undefined ? undefined : `frame ${twice} is mapped twice`;
      },
    },
  ],
  // All frames are of one class. There is no `rank`, because a process takes any free frame: where
  // it takes the lowest, `rank` says which could be taken, and the search checks that it is so.
  symmetry: (layout, { frame }) =>
    symmetryOf(
      layout,
      'frames',
      [{ pool: 'frame', classes: [frame.all] }],
      (name, i) => `${name} ${i}`,
    ),
});

export default system;

if (process.argv[1]?.endsWith('frames-alike.js')) {
  const model = system.build(resolveSpec(system, {}));
  print('all names', model);
  print('symmetry', model, { reductions: ['symmetry'] });
}
