/**
 * A second, simple implementation of MiniCOW: objects, a Map from JSON strings to distances, no
 * code of this project. Tests compare the benchmark's model and the search with it.
 */

import type { Setting } from '../../bench/minicow-state.ts';

interface Entry {
  m: boolean;
  w: boolean;
  c: boolean;
  lk: boolean;
  ppn: number;
}

interface Slot {
  st: 'UNBORN' | 'ALIVE' | 'DEAD';
  pc: string;
  arg: number;
  ch: number;
  tmp: number;
  pte: Entry[];
}

export interface NaiveState {
  slots: Slot[];
  frames: { free: boolean; forks: number; flk: boolean }[];
}

function initial({ processes, pages, frames }: Setting): NaiveState {
  const entry = { m: false, w: false, c: false, lk: false, ppn: 0 };
  return {
    slots: Array.from({ length: processes }, (_, p) => ({
      st: p === 0 ? 'ALIVE' : 'UNBORN',
      pc: 'IDLE',
      arg: 0,
      ch: 0,
      tmp: 0,
      pte: Array.from({ length: pages }, () => ({ ...entry })),
    })),
    frames: Array.from({ length: frames }, () => ({ free: true, forks: 0, flk: false })),
  };
}

type Change = (t: NaiveState, me: Slot, e: Entry) => void;

const end = (me: Slot): void => void ((me.arg = 0), (me.pc = 'IDLE'));
const lowestFree = (s: NaiveState): number => s.frames.findIndex(({ free }) => free);
const isLast = (me: Slot): boolean => me.arg === me.pte.length - 1;

/** The states after one step of process p; each enabled row of the specification is one of them. */
function stepsOf(s: NaiveState, p: number, bug: number): NaiveState[] {
  const me = s.slots[p];
  const e = me.pte[me.arg];
  const frame = s.frames[e.ppn];
  const walkable = !e.lk && !(e.m && frame.flk);
  const changes: Change[] = [];
  if (me.st === 'ALIVE' && me.pc === 'IDLE') changes.push(...starts(s, me));
  else if (me.pc === 'F1') changes.push(allocate);
  else if (me.pc === 'F2') changes.push(map);
  else if (me.pc === 'W1' && !frame.flk) changes.push(lock);
  else if (me.pc === 'W2') changes.push(decide(bug));
  else if (me.pc === 'W3') changes.push(mapCopy(bug));
  else if (me.pc === 'K1' && walkable) changes.push(forkPage(bug));
  else if (me.pc === 'X1' && walkable) changes.push(exitPage(bug));
  return changes.map((change) => {
    const t = structuredClone(s);
    change(t, t.slots[p], t.slots[p].pte[t.slots[p].arg]);
    return t;
  });
}

/** What an idle process may begin: a fault or a write at each page, a fork, an exit. */
function starts(s: NaiveState, me: Slot): Change[] {
  const changes: Change[] = [];
  me.pte.forEach((pte, v) => {
    const start = (pc: string): Change => {
      return (_t, x) => void ((x.pte[v].lk = true), (x.arg = v), (x.pc = pc));
    };
    if (!pte.lk && !pte.m) changes.push(start('F1'));
    if (!pte.lk && pte.m && pte.c) changes.push(start('W1'));
  });
  const lowUnborn = s.slots.findIndex(({ st }) => st === 'UNBORN');
  if (lowUnborn >= 0) {
    changes.push((t, x) => {
      t.slots[lowUnborn].st = 'ALIVE';
      for (const pte of t.slots[lowUnborn].pte) pte.lk = true;
      Object.assign(x, { ch: lowUnborn, arg: 0, pc: 'K1' });
    });
  }
  changes.push((_t, x) => void Object.assign(x, { arg: 0, pc: 'X1' }));
  return changes;
}

const allocate: Change = (t, x, pte) => {
  const free = lowestFree(t);
  if (free < 0) {
    pte.lk = false;
    end(x);
  } else {
    t.frames[free].free = false;
    Object.assign(x, { tmp: free, pc: 'F2' });
  }
};

const map: Change = (_t, x, pte) => {
  Object.assign(pte, { m: true, w: true, c: false, ppn: x.tmp, lk: false });
  x.tmp = 0;
  end(x);
};

const lock: Change = (t, x, pte) => {
  t.frames[pte.ppn].flk = true;
  x.pc = 'W2';
};

const decide = (bug: number): Change => {
  return (t, x, pte) => {
    const f = t.frames[pte.ppn];
    const free = lowestFree(t);
    if (f.forks > 0 && free < 0) {
      f.flk = false;
      pte.lk = false;
      return end(x);
    }
    if (f.forks > 0) {
      t.frames[free].free = false;
      f.forks--;
      x.tmp = free;
    } else {
      x.tmp = pte.ppn;
    }
    x.pc = 'W3';
    if (bug === 3) f.flk = false;
  };
};

const mapCopy = (bug: number): Change => {
  return (t, x, pte) => {
    if (bug !== 3) t.frames[pte.ppn].flk = false;
    map(t, x, pte);
  };
};

const forkPage = (bug: number): Change => {
  return (t, x, pte) => {
    const d = t.slots[x.ch].pte[x.arg];
    if (pte.m) {
      if (bug !== 2) pte.w = false;
      pte.c = true;
      Object.assign(d, { m: true, w: false, c: true, ppn: pte.ppn });
      t.frames[pte.ppn].forks++;
    }
    d.lk = false;
    if (isLast(x)) {
      x.ch = 0;
      end(x);
    } else x.arg++;
  };
};

const exitPage = (bug: number): Change => {
  return (t, x, pte) => {
    if (pte.m) {
      const f = t.frames[pte.ppn];
      if (f.forks === 0) f.free = true;
      else if (bug !== 1) f.forks--;
      Object.assign(pte, { m: false, w: false, c: false, ppn: 0 });
    }
    if (isLast(x)) {
      x.st = 'DEAD';
      end(x);
    } else x.arg++;
  };
};

/** Names of the invariants that do not hold. */
export function brokenIn(s: NaiveState): string[] {
  const entries = s.slots.flatMap(({ pte }) => pte).filter(({ m }) => m);
  const mc = s.frames.map((_, f) => entries.filter(({ ppn }) => ppn === f).length);
  const quiet = s.slots.every(({ pc }) => pc === 'IDLE');
  const holds = {
    i: s.frames.every(({ free }, f) => !free || mc[f] === 0),
    ii: s.frames.every(({ forks, flk }, f) => mc[f] === 0 || flk || forks === mc[f] - 1),
    iii: entries.every(({ w, ppn }) => !w || mc[ppn] === 1),
    iv: !quiet || s.frames.every(({ free }, f) => free || mc[f] > 0),
  };
  return Object.entries(holds).flatMap(([name, yes]) => (yes ? [] : [name]));
}

export interface NaiveSearch {
  /** Distance from the initial state by state, as JSON. */
  readonly distances: ReadonlyMap<string, number>;
  readonly transitions: number;
  readonly depth: number;
  /** States without a successor. */
  readonly ends: number;
  /** Distance of the nearest state that breaks each invariant. */
  readonly nearest: Readonly<Record<string, number>>;
}

/** Breadth first to the end, or until all of `invariants` have been broken. */
export function naiveSearch(setting: Setting, bug = 0, until: string[] = []): NaiveSearch {
  const first = initial(setting);
  const distances = new Map([[JSON.stringify(first), 0]]);
  const queue = [first];
  const nearest: Record<string, number> = {};
  let [transitions, depth, ends] = [0, 0, 0];
  for (const s of queue) {
    const distance = distances.get(JSON.stringify(s))!;
    depth = distance;
    for (const name of brokenIn(s)) nearest[name] ??= distance;
    if (until.length > 0 && until.every((name) => name in nearest)) break;
    const next = s.slots.flatMap((_, p) => stepsOf(s, p, bug));
    transitions += next.length;
    if (next.length === 0) ends++;
    for (const t of next) {
      const json = JSON.stringify(t);
      if (distances.has(json)) continue;
      distances.set(json, distance + 1);
      queue.push(t);
    }
  }
  return { distances, transitions, depth, ends, nearest };
}
