// @ts-check
// MiniCOW: copy-on-write fork, one rule for each atomic step. A process faults pages in, writes to
// shared pages, forks and exits. An operation locks the page table entry of its page, and the count
// of a frame has a lock of its own. `forks` counts the mappings of a frame beyond the first.
// Expected: as it should be: holds, 1014 states
// Expected: exit does not count down: violated, 145 states; count, 7 steps
// Expected: fork leaves the parent writable: violated, 53 states; exclusive, 5 steps
// Expected: the count is unlocked early: violated, 238 states; count, 8 steps

import { bool, layout, oneOf, pool, record, ref, ruleModel, table, upTo } from 'vmcheck';
import { print } from './print.js';

const process = pool('process', 2);
const page = pool('page', 2);
const frame = pool('frame', 2);
const [p0, v0, f0] = [process.at(0), page.at(0), frame.at(0)];

const entry = record({ mapped: bool, writable: bool, cow: bool, locked: bool, frame: ref(frame) });
const slot = record({
  life: oneOf('unborn', 'alive', 'dead'),
  pc: oneOf('idle', 'fault', 'map', 'lock count', 'copy', 'map copy', 'fork page', 'exit page'),
  page: ref(page), // operands of the operation under way; what is not in use is 0
  child: ref(process),
  frame: ref(frame),
  entries: table(page, entry),
});
const descriptor = record({ free: bool, locked: bool, forks: upTo(process.size - 1) });
const space = layout(record({ slots: table(process, slot), frames: table(frame, descriptor) }));

/** @typedef {typeof space.view} State @typedef {State['slots'][typeof p0]} Slot */
/** @typedef {Slot['entries'][typeof v0]} Entry @typedef {typeof p0} Process */
/** @typedef {import('vmcheck').Rule<State>} Rule */
/** @typedef {'none' | 'exit' | 'fork' | 'unlock'} Bug the step that is wrong */
/** @typedef {Record<string, (k: State, me: Slot, e: Entry) => boolean>} Steps by pc */

/** @param {State} k */
const lowestFree = (k) => frame.all.find((f) => k.frames[f].free);
/** Fork and exit wait for both locks. @param {State} k @param {Entry} e */
const isBusy = (k, e) => e.locked || (e.mapped && k.frames[e.frame].locked);

/** The operation is over. @param {Slot} me */
function end(me) {
  me.page = v0;
  me.pc = 'idle';
  return true;
}

/** To the next page; false at the last one. @param {Slot} me */
function advance(me) {
  if (me.page === page.size - 1) return false;
  me.page = page.at(me.page + 1);
  return true;
}

/** Maps the frame at hand and unlocks the entry. @param {Slot} me @param {Entry} e */
function map(me, e) {
  Object.assign(e, { mapped: true, writable: true, cow: false, frame: me.frame, locked: false });
  me.frame = f0;
  return end(me);
}

/** @type {Steps} */
const faultSteps = {
  fault(k, me, e) {
    const free = lowestFree(k);
    if (free === undefined) {
      e.locked = false;
      return end(me);
    }
    k.frames[free].free = false;
    me.frame = free;
    me.pc = 'map';
    return true;
  },
  map: (_, me, e) => map(me, e),
};

/** @type {(bug: Bug) => Steps} */
const writeSteps = (bug) => ({
  'lock count'(k, me, e) {
    if (k.frames[e.frame].locked) return false;
    k.frames[e.frame].locked = true;
    me.pc = 'copy';
    return true;
  },
  copy(k, me, e) {
    const shared = k.frames[e.frame];
    const free = shared.forks === 0 ? e.frame : lowestFree(k); // the last mapper keeps the frame
    if (free === undefined) {
      shared.locked = false;
      e.locked = false;
      return end(me);
    }
    if (shared.forks > 0) {
      k.frames[free].free = false;
      shared.forks -= 1;
    }
    if (bug === 'unlock') shared.locked = false;
    me.frame = free;
    me.pc = 'map copy';
    return true;
  },
  'map copy'(k, me, e) {
    if (bug !== 'unlock') k.frames[e.frame].locked = false;
    return map(me, e);
  },
});

/** @type {(bug: Bug) => Steps} */
const forkAndExitSteps = (bug) => ({
  'fork page'(k, me, e) {
    if (isBusy(k, e)) return false;
    const copy = k.slots[me.child].entries[me.page];
    if (e.mapped) {
      if (bug !== 'fork') e.writable = false;
      e.cow = true;
      Object.assign(copy, { mapped: true, writable: false, cow: true, frame: e.frame });
      k.frames[e.frame].forks += 1;
    }
    copy.locked = false;
    if (advance(me)) return true;
    me.child = p0;
    return end(me);
  },
  'exit page'(k, me, e) {
    if (isBusy(k, e)) return false;
    if (e.mapped) {
      const used = k.frames[e.frame];
      if (used.forks === 0) used.free = true;
      else if (bug !== 'exit') used.forks -= 1;
      Object.assign(e, { mapped: false, writable: false, cow: false, frame: f0 });
    }
    if (advance(me)) return true;
    me.life = 'dead';
    return end(me);
  },
});

/** A rule of a process that is alive and at this pc. */
/** @type {(p: Process, pc: string, name: string, run: (k: State, me: Slot) => boolean) => Rule} */
const rule = (p, pc, name, run) => ({
  name,
  thread: p,
  run(k) {
    const me = k.slots[p];
    return me.life === 'alive' && me.pc === pc && run(k, me);
  },
});

/** What an idle process may begin. @param {Process} p */
const beginnings = (p) => [
  ...page.all.flatMap((v) => {
    /** @param {Slot} me @param {'fault' | 'lock count'} pc @param {boolean} wanted */
    const begin = (me, pc, wanted) => {
      if (me.entries[v].locked || !wanted) return false;
      me.entries[v].locked = true;
      me.page = v;
      me.pc = pc;
      return true;
    };
    return [
      rule(p, 'idle', 'access', (_, me) => begin(me, 'fault', !me.entries[v].mapped)),
      rule(p, 'idle', 'write', (_, me) => begin(me, 'lock count', me.entries[v].cow)),
    ];
  }),
  rule(p, 'idle', 'fork', (k, me) => {
    const child = process.all.find((q) => k.slots[q].life === 'unborn');
    if (child === undefined) return false;
    k.slots[child].life = 'alive';
    for (const v of page.all) k.slots[child].entries[v].locked = true; // until it is copied
    me.child = child;
    me.pc = 'fork page';
    return true;
  }),
  rule(p, 'idle', 'exit', (_, me) => {
    me.pc = 'exit page';
    return true;
  }),
];

/** The mapped entries of all processes. @param {State} k */
const mappedIn = (k) =>
  process.all.flatMap((p) => page.all.map((v) => k.slots[p].entries[v])).filter((e) => e.mapped);
/** @param {State} k */
const isQuiet = (k) => process.all.every((p) => k.slots[p].pc === 'idle');

/** Each answers with a sentence if the state violates it. */
/** @type {Record<string, (k: State) => string | undefined>} */
const invariants = {
  mapped(k) {
    const e = mappedIn(k).find(({ frame }) => k.frames[frame].free);
    return e && `frame ${e.frame} is free, but mapped`;
  },
  count(k) {
    const odd = frame.all.find((f) => {
      const mappings = mappedIn(k).filter((e) => e.frame === f).length;
      return mappings > 0 && !k.frames[f].locked && k.frames[f].forks !== mappings - 1;
    });
    return odd === undefined ? undefined : `frame ${odd} has the wrong count of mappings`;
  },
  exclusive(k) {
    const all = mappedIn(k);
    const e = all.find(
      (one) => one.writable && all.some((e) => e !== one && e.frame === one.frame),
    );
    return e && `frame ${e.frame} is shared, but writable`;
  },
  'no-lost-frame'(k) {
    const used = new Set(mappedIn(k).map((e) => e.frame));
    const lost = frame.all.find((f) => !k.frames[f].free && !used.has(f));
    return !isQuiet(k) || lost === undefined
      ? undefined
      : `frame ${lost} is neither free nor mapped`;
  },
};

/** @param {Bug} bug */
function minicow(bug) {
  const steps = Object.entries({ ...faultSteps, ...writeSteps(bug), ...forkAndExitSteps(bug) });
  return ruleModel({
    name: 'minicow',
    space,
    threads: process.all.map((p) => `P${p}`),
    start: [
      (k) => {
        k.slots[p0].life = 'alive';
        for (const f of frame.all) k.frames[f].free = true;
      },
    ],
    rules: process.all.flatMap((p) => [
      ...beginnings(p),
      ...steps.map(([pc, run]) => rule(p, pc, pc, (k, me) => run(k, me, me.entries[me.page]))),
    ]),
    invariants: Object.entries(invariants).map(([name, violation]) => ({ name, violation })),
    finished: (k) => process.all.every((p) => k.slots[p].life !== 'alive'),
  });
}

print('as it should be', minicow('none'));
print('exit does not count down', minicow('exit'));
print('fork leaves the parent writable', minicow('fork'));
print('the count is unlocked early', minicow('unlock'));
