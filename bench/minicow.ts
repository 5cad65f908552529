/**
 * MiniCOW: copy-on-write fork at the granularity of atomic steps, small enough for the language of
 * any model checker. The benchmark uses this model.
 *
 * A process faults pages in, forks, writes to shared pages and exits. A page table entry is locked
 * while an operation works on its page; the counter of a frame has a lock of its own. `forks`
 * counts the mappers of a frame beyond the first. Fork and exit go page by page, and a child runs
 * while its pages are still being copied. A dead process is never reused. Unused fields are 0, so
 * that dead values never distinguish two states.
 *
 * One transition is one rule for one process (and one page, where an operation starts). Slots,
 * pages and frames are plain integers: there is no symmetry by default, no fairness and no
 * stuttering, and an aborted operation leads back to a known state. Without a bug exactly
 * `processes` states have no successor, those in which every slot is dead or was never born.
 *
 * Loops count (`p++`) instead of iterating over `processes.all`, which makes the whole search a
 * tenth faster.
 */

import { ruleModel } from '../src/machine/rules.ts';
import type { RuleModel } from '../src/machine/rules.ts';
import type { Rule, RuleInvariant } from '../src/machine/rule-system.ts';
import { layout } from '../src/state/layout.ts';
import type { Layout } from '../src/state/layout.ts';
import { pool } from '../src/state/pool.ts';
import {
  ALIVE,
  DEAD,
  F1,
  F2,
  IDLE,
  K1,
  UNBORN,
  W1,
  W2,
  W3,
  X1,
  schemaOf,
} from './minicow-state.ts';
import type { Frames, MiniCowState, Pages, Processes, Setting } from './minicow-state.ts';
import { miniCowSymmetry } from './minicow-symmetry.ts';

/** The seeded bugs, by number; 0 is the model without one. */
export const BUGS = [
  'none',
  'exit does not count down',
  'fork leaves the parent writable',
  'the counter lock is released early',
] as const;

/** The program counter of a slot without a process: no rule is tried there. */
const NOWHERE = X1 + 1;

type State = MiniCowState;

/** The rules in the order of the specification; they read the state before the step. */
function rulesOf(processes: Processes, pages: Pages, frames: Frames, bug: number): Rule<State>[] {
  const [P0, V0, F0] = [processes.at(0), pages.at(0), frames.at(0)];
  const lastPage = pages.at(pages.size - 1);
  type Process = (typeof processes.all)[number];
  type Page = (typeof pages.all)[number];
  type Frame = (typeof frames.all)[number];
  type Slot = State['slots'][Process];
  type Entry = Slot['entries'][Page];

  function lowestFree(k: State): Frame | undefined {
    for (let f = F0; f < frames.size; f++) if (k.frames[f].free) return f;
    return undefined;
  }
  function lowestUnborn(k: State): Process | undefined {
    for (let p = P0; p < processes.size; p++) if (k.slots[p].life === UNBORN) return p;
    return undefined;
  }
  function end(slot: Slot): void {
    slot.page = V0;
    slot.pc = IDLE;
  }
  function nextPage(slot: Slot): boolean {
    if (slot.page === lastPage) return false;
    slot.page++;
    return true;
  }
  /** Maps the current frame writable and unlocks the entry. */
  function map(slot: Slot, entry: Entry): void {
    entry.mapped = true;
    entry.writable = true;
    entry.cow = false;
    entry.frame = slot.frame;
    entry.locked = false;
    slot.frame = F0;
    end(slot);
  }
  /** Fork and exit wait for the lock of the entry, and for that of the counter of its frame. */
  function isBusy(k: State, entry: Entry): boolean {
    return entry.locked || (entry.mapped && k.frames[entry.frame].locked);
  }

  const faultStart = (p: Process, v: Page): Rule<State> => ({
    name: 'faultStart',
    thread: p,
    at: [IDLE],
    run(k) {
      const slot = k.slots[p];
      const entry = slot.entries[v];
      if (entry.locked || entry.mapped) return false;
      entry.locked = true;
      slot.page = v;
      slot.pc = F1;
      return true;
    },
  });

  const cowStart = (p: Process, v: Page): Rule<State> => ({
    name: 'cowStart',
    thread: p,
    at: [IDLE],
    run(k) {
      const slot = k.slots[p];
      const entry = slot.entries[v];
      if (entry.locked || !entry.mapped || !entry.cow) return false;
      entry.locked = true;
      slot.page = v;
      slot.pc = W1;
      return true;
    },
  });

  const forkStart = (p: Process): Rule<State> => ({
    name: 'forkStart',
    thread: p,
    at: [IDLE],
    run(k) {
      const q = lowestUnborn(k);
      if (q === undefined) return false;
      k.slots[q].life = ALIVE;
      for (let v = V0; v < pages.size; v++) k.slots[q].entries[v].locked = true;
      const slot = k.slots[p];
      slot.child = q;
      slot.page = V0;
      slot.pc = K1;
      return true;
    },
  });

  const exitStart = (p: Process): Rule<State> => ({
    name: 'exitStart',
    thread: p,
    at: [IDLE],
    always: true,
    run(k) {
      k.slots[p].page = V0;
      k.slots[p].pc = X1;
      return true;
    },
  });

  const faultAlloc = (p: Process): Rule<State> => ({
    name: 'faultAlloc',
    thread: p,
    at: [F1],
    always: true,
    run(k) {
      const slot = k.slots[p];
      const frame = lowestFree(k);
      if (frame === undefined) {
        slot.entries[slot.page].locked = false;
        end(slot);
      } else {
        k.frames[frame].free = false;
        slot.frame = frame;
        slot.pc = F2;
      }
      return true;
    },
  });

  const faultMap = (p: Process): Rule<State> => ({
    name: 'faultMap',
    thread: p,
    at: [F2],
    always: true,
    run(k) {
      const slot = k.slots[p];
      map(slot, slot.entries[slot.page]);
      return true;
    },
  });

  const cowLock = (p: Process): Rule<State> => ({
    name: 'cowLock',
    thread: p,
    at: [W1],
    run(k) {
      const slot = k.slots[p];
      const shared = k.frames[slot.entries[slot.page].frame];
      if (shared.locked) return false;
      shared.locked = true;
      slot.pc = W2;
      return true;
    },
  });

  const cowDecide = (p: Process): Rule<State> => ({
    name: 'cowDecide',
    thread: p,
    at: [W2],
    always: true,
    run(k) {
      const slot = k.slots[p];
      const entry = slot.entries[slot.page];
      const shared = k.frames[entry.frame];
      if (shared.forks === 0) {
        slot.frame = entry.frame;
      } else {
        const frame = lowestFree(k);
        if (frame === undefined) {
          shared.locked = false;
          entry.locked = false;
          end(slot);
          return true;
        }
        k.frames[frame].free = false;
        shared.forks -= 1;
        slot.frame = frame;
      }
      if (bug === 3) shared.locked = false;
      slot.pc = W3;
      return true;
    },
  });

  const cowMap = (p: Process): Rule<State> => ({
    name: 'cowMap',
    thread: p,
    at: [W3],
    always: true,
    run(k) {
      const slot = k.slots[p];
      const entry = slot.entries[slot.page];
      if (bug !== 3) k.frames[entry.frame].locked = false;
      map(slot, entry);
      return true;
    },
  });

  const forkPage = (p: Process): Rule<State> => ({
    name: 'forkPage',
    thread: p,
    at: [K1],
    run(k) {
      const slot = k.slots[p];
      const entry = slot.entries[slot.page];
      if (isBusy(k, entry)) return false;
      const copy = k.slots[slot.child].entries[slot.page];
      if (entry.mapped) {
        if (bug !== 2) entry.writable = false;
        entry.cow = true;
        copy.mapped = true;
        copy.writable = false;
        copy.cow = true;
        copy.frame = entry.frame;
        k.frames[entry.frame].forks += 1;
      }
      copy.locked = false;
      if (!nextPage(slot)) {
        slot.child = P0;
        end(slot);
      }
      return true;
    },
  });

  const exitPage = (p: Process): Rule<State> => ({
    name: 'exitPage',
    thread: p,
    at: [X1],
    run(k) {
      const slot = k.slots[p];
      const entry = slot.entries[slot.page];
      if (isBusy(k, entry)) return false;
      if (entry.mapped) {
        const frame = k.frames[entry.frame];
        if (frame.forks === 0) frame.free = true;
        else if (bug !== 1) frame.forks -= 1;
        entry.mapped = false;
        entry.writable = false;
        entry.cow = false;
        entry.frame = F0;
      }
      if (!nextPage(slot)) {
        slot.life = DEAD;
        end(slot);
      }
      return true;
    },
  });

  const perProcess = [
    forkStart,
    exitStart,
    faultAlloc,
    faultMap,
    cowLock,
    cowDecide,
    cowMap,
    forkPage,
    exitPage,
  ];
  return processes.all.flatMap((p) => [
    ...pages.all.map((v) => faultStart(p, v)),
    ...pages.all.map((v) => cowStart(p, v)),
    ...perProcess.map((rule) => rule(p)),
  ]);
}

/**
 * Invariants i to iv. Each one iterates over the entries in its own loop, because each has its own
 * view, and a loop shared by several views would be optimised for none of them.
 */
function invariantsOf(processes: Processes, pages: Pages, frames: Frames): RuleInvariant<State>[] {
  const [P0, V0, F0] = [processes.at(0), pages.at(0), frames.at(0)];
  /** mc(f): how many entries map a frame. */
  const counts = new Int32Array(frames.size);

  function isQuiet(k: State): boolean {
    for (let p = P0; p < processes.size; p++) if (k.slots[p].pc !== IDLE) return false;
    return true;
  }

  return [
    {
      name: 'i',
      reads: ['slots.entries.mapped', 'slots.entries.frame', 'frames.free'],
      violation(k) {
        for (let p = P0; p < processes.size; p++) {
          const { entries } = k.slots[p];
          for (let v = V0; v < pages.size; v++) {
            const entry = entries[v];
            if (entry.mapped && k.frames[entry.frame].free) {
              return `frame ${entry.frame} is free, but mapped`;
            }
          }
        }
        return undefined;
      },
    },
    {
      name: 'ii',
      reads: ['slots.entries.mapped', 'slots.entries.frame', 'frames.locked', 'frames.forks'],
      violation(k) {
        counts.fill(0);
        for (let p = P0; p < processes.size; p++) {
          const { entries } = k.slots[p];
          for (let v = V0; v < pages.size; v++) {
            const entry = entries[v];
            if (entry.mapped) counts[entry.frame]++;
          }
        }
        for (let f = F0; f < frames.size; f++) {
          const { locked, forks } = k.frames[f];
          if (locked) continue;
          const count = counts[f];
          if (count > 0 && forks !== count - 1) {
            return `frame ${f} is mapped by ${count}, but its forks are ${forks}`;
          }
        }
        return undefined;
      },
    },
    {
      name: 'iii',
      reads: ['slots.entries.mapped', 'slots.entries.writable', 'slots.entries.frame'],
      violation(k) {
        let once = 0;
        let twice = 0;
        let writable = 0;
        for (let p = P0; p < processes.size; p++) {
          const { entries } = k.slots[p];
          for (let v = V0; v < pages.size; v++) {
            const entry = entries[v];
            if (!entry.mapped) continue;
            const bit = 1 << entry.frame;
            twice |= once & bit;
            once |= bit;
            if (entry.writable) writable |= bit;
          }
        }
        const shared = writable & twice;
        return shared === 0 ? undefined : `frame ${lowest(shared)} may be written, but is shared`;
      },
    },
    {
      name: 'iv',
      reads: ['slots.pc', 'slots.entries.mapped', 'slots.entries.frame', 'frames.free'],
      applies: isQuiet,
      violation(k) {
        if (!isQuiet(k)) return undefined;
        let lost = 0;
        for (let f = F0; f < frames.size; f++) if (!k.frames[f].free) lost |= 1 << f;
        for (let p = P0; p < processes.size; p++) {
          const { entries } = k.slots[p];
          for (let v = V0; v < pages.size; v++) {
            const entry = entries[v];
            if (entry.mapped) lost &= ~(1 << entry.frame);
          }
        }
        return lost === 0 ? undefined : `frame ${lowest(lost)} is lost: taken, unmapped`;
      },
    },
  ];
}

/** The frame of the lowest bit. */
function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

function poolsOf(setting: Setting): [Processes, Pages, Frames] {
  const { processes, pages, frames } = setting;
  return [pool('process', processes), pool('page', pages), pool('frame', frames)];
}

/** The layout of a state of a setting; the tests read states with it. */
export function miniCowLayout(setting: Setting): Layout<State> {
  return layout(schemaOf(...poolsOf(setting)));
}

/** MiniCOW at a setting, with one of the `BUGS`; `invariants` keeps only those named. */
export function miniCow(
  setting: Setting,
  bug = 0,
  invariants: readonly string[] = ['i', 'ii', 'iii', 'iv'],
): RuleModel {
  const [processes, pages, frames] = poolsOf(setting);
  const space = layout(schemaOf(processes, pages, frames));
  return ruleModel<State>({
    name: 'minicow',
    space,
    symmetry: miniCowSymmetry(setting, space, miniCowLayout(setting), {
      alive: ALIVE,
      withFrame: [F2, W3],
      withChild: K1,
    }),
    threads: processes.all.map((process) => `P${process}`),
    start: [
      (k) => {
        k.slots[processes.at(0)].life = ALIVE;
        for (const frame of frames.all) k.frames[frame].free = true;
      },
    ],
    rules: rulesOf(processes, pages, frames, bug),
    dispatch(k, process) {
      const slot = k.slots[processes.all[process]];
      return slot.life === ALIVE ? slot.pc : NOWHERE;
    },
    invariants: invariantsOf(processes, pages, frames).filter(({ name }) =>
      invariants.includes(name),
    ),
    finished: (k) => processes.all.every((process) => k.slots[process].life !== ALIVE),
  });
}
