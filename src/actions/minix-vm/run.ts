/**
 * Runs a script on the machine that the search explores: its lines become the actions of a
 * scenario, taken in order, and the port says which allocations fail and writes down what happens.
 */

import { InputError } from '../../errors.ts';
import { resultNames } from '../../model/minix-vm/events.ts';
import { scriptOptions } from '../../model/minix-vm/options.ts';
import type { Options } from '../../model/minix-vm/options.ts';
import type { MinixScenario, UserAction } from '../../model/minix-vm/scenario.ts';
import { guardNames } from '../../model/minix-vm/scenario.ts';
import type { Guards } from '../../model/minix-vm/scenario.ts';
import { scopeOf } from '../../model/minix-vm/scope.ts';
import type { PbRef, PrRef, ProcessRef, Scope } from '../../model/minix-vm/scope.ts';
import { ScriptPort } from '../../model/minix-vm/script.ts';
import type { Failure } from '../../model/minix-vm/script.ts';
import { addRegion } from '../../model/minix-vm/state.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import { inOrder, regionsOf } from '../../model/minix-vm/tree.ts';
import type { Observation, Script } from '../../system.ts';
import type { Machine } from '../machine.ts';

/** One line of a script. */
interface Line {
  readonly op: string;
  readonly action?: UserAction;
  /** Index of the action among those of the scenario. */
  readonly index: number;
  readonly process?: {
    readonly slot: number;
    readonly page: number;
    readonly pages: number;
    readonly writable: boolean;
  };
  readonly failure?: Failure;
}

/** Steps of one request after which it is taken for endless. */
const STEPS = 100_000;

export function runScript(
  script: Script,
  machineOf: (scope: Scope) => Machine<Kernel, Scope>,
  optionsOf: (given: Readonly<Record<string, unknown>>) => Options,
): Observation[] {
  const options = optionsOf(withoutScriptOptions(script.options));
  const lines = parseLines(script);
  const port = new ScriptPort();
  const scope = scopeOf(scenarioOf(script, lines), options, port);
  const machine = machineOf(scope);
  const { layout, start } = machine.parts;
  machine.scratch.set(layout.pack(start[0]));
  const k = layout.view;
  const seen: Observation[] = [];
  for (const line of lines) {
    const { op } = line;
    port.begin(line.index, line.failure);
    if (line.process !== undefined) {
      const { slot, page, pages, writable } = line.process;
      if (k.processes[scope.process.at(slot)].alive) {
        throw new InputError(`${script.name}: ${op}: there is a process P${slot} already`);
      }
      k.processes[scope.process.at(slot)].alive = true;
      addRegion(k, scope, scope.process.at(slot), page, pages, writable);
    } else if (line.action !== undefined) {
      perform(machine, k, scope, line, port);
    }
    if (k.halted !== 'no') {
      seen.push({ op, result: k.halted, events: port.events });
      return seen;
    }
    const result = resultNames[port.result] ?? `${port.result}`;
    const value = port.value === undefined ? {} : { value: port.value };
    seen.push({ op, result, ...value, events: port.events, state: stateOf(k, scope) });
  }
  return seen;
}

function perform(
  machine: Machine<Kernel, Scope>,
  k: Kernel,
  scope: Scope,
  line: Line,
  port: ScriptPort,
): void {
  const { given, process, source } = scope.actions[line.index];
  const actor = given.do === 'fork' ? source : process;
  if (given.do !== 'safeunmap' && !k.processes[actor].alive) {
    throw new InputError(`${line.op}: there is no process ${scope.processNames[actor]}`);
  }
  for (let i = 0; i < STEPS && !port.done && k.halted === 'no'; i++) {
    machine.replay(k, process, 0);
  }
  if (!port.done && k.halted === 'no') k.halted = 'hang';
}

function withoutScriptOptions(given: Script['options']): Record<string, unknown> {
  const rest: Record<string, unknown> = { ...given };
  for (const { name, values } of scriptOptions) {
    if (!(name in rest)) continue;
    if (!(values as readonly unknown[]).includes(rest[name])) {
      throw new InputError(
        `option ${name}: one of ${values.join(', ')}, not ${String(rest[name])}`,
      );
    }
    delete rest[name];
  }
  return rest;
}

function parseLines(script: Script): Line[] {
  let actions = 0;
  return script.operations.map((op, i) => {
    const line = parseLine(op, i, script.name, actions);
    if (line.action !== undefined) actions += 1;
    return line;
  });
}

const shapes: Readonly<Record<string, string>> = {
  process: 'Pn',
  write: 'Pnn',
  read: 'Pn',
  touchRange: 'Pnn',
  fork: 'PP',
  exit: 'P',
  safemap: 'PPnnnn',
  safeunmap: 'n',
  cowmap: 'PPnnn',
  unmap: 'PPnnn',
  munmap: 'Pnn',
  mmap: 'Pnn',
  brk: 'Pn',
  kernelCheck: 'Pnn',
};

function parseLine(op: string, i: number, script: string, index: number): Line {
  const refuse = (why: string): never => {
    throw new InputError(`${script}: operation ${i} (${op}): ${why}`);
  };
  const words = op.trim().split(/\s+/);
  const name = words[0];
  if (name === 'init') {
    if (i !== 0) refuse('init is the first operation');
    return { op, index };
  }
  if (i === 0) refuse('the first operation is init');
  const shape = shapes[name] ?? refuse(`there is no operation ${name}`);
  const plain = words.slice(1).filter((word) => !word.includes('=') && word !== 'ro');
  const given = new Map<string, string>();
  for (const word of words.slice(1)) {
    if (!word.includes('=')) continue;
    const [key, value] = [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)];
    const known = name === 'process' ? ['at'] : ['fail'];
    if (!known.includes(key)) refuse(`${key}= has no meaning here`);
    given.set(key, value);
  }
  if (words.includes('ro') && name !== 'process') refuse('ro has no meaning here');
  if (plain.length !== shape.length) refuse(`${shape.length} words are needed after ${name}`);
  const names: string[] = [];
  const numbers: number[] = [];
  plain.forEach((word, at) => {
    if (shape[at] === 'P')
      names.push(/^P[0-5]$/.test(word) ? word : refuse(`${word} is no process`));
    else if (/^-?\d+$/.test(word)) numbers.push(Number(word));
    else refuse(`${word} is no number`);
  });
  const [P, Q] = names;
  const [a, b, c, d] = numbers;
  if (name === 'process') {
    const page = given.has('at') ? Number(given.get('at')) : 0;
    if (!Number.isInteger(page)) refuse('at= is a page');
    const slot = Number(P.slice(1));
    return { op, index, process: { slot, page, pages: a, writable: !words.includes('ro') } };
  }
  const failure = given.has('fail') ? parseFailure(given.get('fail') as string, refuse) : undefined;
  const action = actionOf(name, P, Q, a, b, c, d);
  return { op, index, action, ...(failure === undefined ? {} : { failure }) };
}

function actionOf(
  name: string,
  P: string,
  Q: string,
  a: number,
  b: number,
  c: number,
  d: number,
): UserAction {
  const times = 1;
  switch (name) {
    case 'write':
      return { do: 'write', times, process: P, page: a, value: b };
    case 'read':
      return { do: 'read', times, process: P, page: a };
    case 'touchRange':
      return { do: 'touch', times, process: P, page: a, pages: b };
    case 'fork':
      return { do: 'fork', times, process: P, child: Q };
    case 'exit':
      return { do: 'exit', times, process: P };
    case 'safemap':
      return { do: 'safemap', times, from: P, to: Q, page: a, at: b, pages: c, flag: d };
    case 'cowmap':
    case 'unmap':
      return { do: name, times, from: P, to: Q, page: a, at: b, pages: c, flag: -1 };
    case 'safeunmap':
      return { do: 'safeunmap', times, process: 'P0', record: a };
    case 'munmap':
    case 'mmap':
      return { do: name, times, process: P, page: a, pages: b };
    case 'brk':
      return { do: 'brk', times, process: P, pages: a };
    default:
      return { do: 'check', times, process: P, page: a, pages: b };
  }
}

/** The failure points, `#` for an index. */
const points = [
  ...['fault.new', 'map.fill#', 'touch.fill#', 'check.fill#'].flatMap((fill) =>
    ['physr', 'pb', 'frames', 'pte'].map((what) => `${fill}.${what}`),
  ),
  ...[
    ...['fault.copy', 'munmap.copy', 'map.srccopy#', 'map.dstcopy#', 'unmap.copy#', 'check.copy#'],
    'fork.smapcopy#',
  ].flatMap((copy) => ['pb', 'frames'].map((what) => `${copy}.${what}`)),
  ...['map.newphysr#', 'map.ptsrc#', 'map.ptdst#', 'split.newpb', 'split.newpr#'],
  ...['fork.pt', 'fork.region', 'fork.tree', 'fork.pr#'],
];

function parseFailure(text: string, refuse: (why: string) => never): Failure {
  const persistent = text.endsWith('+');
  const rest = persistent ? text.slice(0, -1) : text;
  const [point, occasion = '1'] = rest.split('@');
  if (!points.includes(point.replace(/\[\d+\]/, '#'))) refuse(`${point} is no failure point`);
  if (!/^[1-9]\d*$/.test(occasion)) refuse(`@${occasion} is no occasion`);
  return { point, occasion: Number(occasion), persistent };
}

/** Large enough for whatever the script does: nothing is recycled in it. */
function scenarioOf(script: Script, lines: readonly Line[]): MinixScenario {
  const found = /^init\s+frames=(\d+)$/.exec((script.operations[0] ?? '').trim());
  if (found === null) throw new InputError(`${script.name}: the first operation is init frames=N`);
  const actions = lines.flatMap(({ action }) => (action === undefined ? [] : [action]));
  let pages = 1;
  let more = 0;
  const upTo = (end: number): number => (pages = Math.max(pages, end));
  for (const { process } of lines) if (process !== undefined) upTo(process.page + process.pages);
  for (const action of actions) {
    if (action.do === 'brk') more += action.pages;
    if ('page' in action && 'pages' in action) upTo(action.page + action.pages);
    else if ('page' in action) upTo(action.page + 1);
    if ('at' in action) upTo(action.at + action.pages);
  }
  const records = actions.filter((action) => action.do === 'safemap').length;
  const objects = 450 + 24 * lines.length;
  return {
    name: script.name,
    purpose: 'A script.',
    frames: Number(found[1]),
    pages: 2 * (pages + more),
    processes: [0, 1, 2, 3, 4, 5].map((slot) => ({ name: `P${slot}` })),
    actions,
    limit: actions.length,
    failures: 0,
    failuresPerRequest: 1,
    persistent: false,
    guards: Object.fromEntries(guardNames.map((name) => [name, false])) as unknown as Guards,
    blocks: objects,
    physRegions: objects,
    regions: 8 + 6 * lines.length,
    records: Math.max(1, records),
  };
}

// The state as scripts show it

function stateOf(k: Kernel, s: Scope): unknown {
  const names = new Map<PbRef, string>();
  const nameOf = (pb: PbRef): string => {
    if (!names.has(pb)) names.set(pb, `b${names.size + 1}`);
    return names.get(pb) as string;
  };
  const places = placesOf(k, s);
  const procs: Record<string, unknown> = {};
  for (const p of s.process.all) {
    if (!k.processes[p].alive) continue;
    procs[s.processNames[p]] = {
      pte: s.page.all.flatMap((n) => {
        const { frame, writable } = k.processes[p].pte[n];
        return frame === 0 ? [] : [[n, frame, writable ? 'W' : 'r']];
      }),
      regions: regionsOf(k, p).map((r) => [
        k.regions[r].vaddr,
        k.regions[r].length,
        k.regions[r].writable ? 'W' : 'r',
        inOrder(k, r).map((pr) => [
          k.physRegions[pr].offset,
          nameOf(k.physRegions[pr].ph as PbRef),
        ]),
      ]),
    };
  }
  const blocks: Record<string, unknown> = {};
  for (const [pb, name] of names) {
    const { phys, length, refcount, share_flag, slab } = k.blocks[pb];
    const list = listOf(k, pb, places);
    const freed = slab === 'freed' ? ['freed'] : [];
    blocks[name] = [phys, length, refcount, share_flag, list, ...freed];
  }
  const frames: Record<string, number> = {};
  for (const f of s.frame.all) if (k.frames[f].used) frames[f + 1] = k.frames[f].content;
  const live = (rows: readonly { readonly slab: string }[]): number =>
    rows.filter(({ slab }) => slab === 'live').length;
  const objects = {
    pr: live(s.pr.all.map((pr) => k.physRegions[pr])),
    pb: live(s.pb.all.map((pb) => k.blocks[pb])),
  };
  return { procs, blocks, frames, objects };
}

/** `P0:3` for each phys_region that a tree contains. */
function placesOf(k: Kernel, s: Scope): ReadonlyMap<PrRef, string> {
  const places = new Map<PrRef, string>();
  for (const p of s.process.all) {
    for (const r of regionsOf(k, p as ProcessRef)) {
      for (const pr of inOrder(k, r)) {
        places.set(pr, `${s.processNames[p]}:${k.regions[r].vaddr + k.physRegions[pr].offset}`);
      }
    }
  }
  return places;
}

function listOf(k: Kernel, pb: PbRef, places: ReadonlyMap<PrRef, string>): string[] {
  const list: string[] = [];
  let pr = k.blocks[pb].firstregion;
  while (pr !== null && list.length < 12) {
    const { slab, next_ph_list } = k.physRegions[pr];
    list.push(slab === 'freed' ? 'freed' : (places.get(pr) ?? 'orphan'));
    pr = next_ph_list;
  }
  if (pr !== null) list.push('...');
  return list;
}
