/**
 * The script language of the VM server: one operation per line, processes P0 to P5, pages, numbers.
 */

import { InputError } from '../../errors.ts';
import { quote, shortName } from '../../safe-text.ts';
import type { Failure } from '../../model/minix-vm/script-port.ts';
import type { UserAction } from '../../model/minix-vm/scenario.ts';
import type { Script } from '../../system.ts';
import type { Line } from './plan.ts';

export function parseLines(script: Script): Line[] {
  let actions = 0;
  return script.operations.map((op, i) => {
    const line = parseLine(op, i, script.name, actions);
    if (line.action !== undefined) actions += 1;
    return line;
  });
}

/** The kind of a word of an operation: a process, or a number within bounds. */
type Kind = 'process' | keyof typeof bounds;

/** The bounds of each number; pages may lie outside of regions, because callers can be wrong. */
const bounds = {
  page: [0, 127],
  pages: [1, 64],
  /** The length of a munmap, which returns EFAULT for 0 (mmap.c:378). */
  length: [0, 64],
  value: [0, 65_535],
  flag: [-1, 1],
  record: [0, 999],
} as const;

/** Frames that the machine may have. */
const MOST_FRAMES = 256;

const shapes: ReadonlyMap<string, readonly Kind[]> = new Map<string, readonly Kind[]>([
  ['process', ['process', 'pages']],
  ['write', ['process', 'page', 'value']],
  ['read', ['process', 'page']],
  ['touchRange', ['process', 'page', 'pages']],
  ['fork', ['process', 'process']],
  ['exit', ['process']],
  ['safemap', ['process', 'process', 'page', 'page', 'pages', 'flag']],
  ['safeunmap', ['record']],
  ['cowmap', ['process', 'process', 'page', 'page', 'pages']],
  ['unmap', ['process', 'process', 'page', 'page', 'pages']],
  ['munmap', ['process', 'page', 'length']],
  ['mmap', ['process', 'page', 'pages']],
  ['brk', ['process', 'pages']],
  ['kernelCheck', ['process', 'page', 'pages']],
]);

function parseLine(op: string, i: number, script: string, index: number): Line {
  const refuse = (why: string): never => {
    throw new InputError(`${script}: operation ${i} (${shortName(op)}): ${why}`);
  };
  const words = op.trim().split(/\s+/);
  const name = words[0];
  if (name === 'init') {
    if (i !== 0) refuse('init must be the first operation');
    return { op, index };
  }
  if (i === 0) refuse('the first operation must be init');
  const shape = shapes.get(name) ?? refuse(`there is no operation ${shortName(name)}`);
  const plain = words.slice(1).filter((word) => !word.includes('=') && word !== 'ro');
  const given = new Map<string, string>();
  for (const word of words.slice(1)) {
    if (!word.includes('=')) continue;
    const [key, value] = [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)];
    const known = name === 'process' ? ['at'] : ['fail'];
    if (!known.includes(key)) refuse(`${shortName(key)}= has no meaning here`);
    if (given.has(key)) refuse(`${key}= is given twice: give it once`);
    given.set(key, value);
  }
  if (words.includes('ro') && name !== 'process') refuse('ro has no meaning here');
  if (plain.length !== shape.length) refuse(`${shape.length} words are needed after ${name}`);
  const names: string[] = [];
  const numbers: number[] = [];
  plain.forEach((word, at) => {
    const kind = shape[at];
    if (kind !== 'process') numbers.push(numberOf(word, kind, refuse));
    else names.push(/^P[0-5]$/.test(word) ? word : refuse(`P0 to P5, not ${quote(word)}`));
  });
  const [P, Q] = names;
  const [a, b, c, d] = numbers;
  if (name === 'process') {
    const page = numberOf(given.get('at') ?? '0', 'page', refuse);
    const slot = Number(P.slice(1));
    return { op, index, process: { slot, page, pages: a, writable: !words.includes('ro') } };
  }
  const failure = given.has('fail') ? parseFailure(given.get('fail') as string, refuse) : undefined;
  const action = actionOf(name, P, Q, a, b, c, d);
  return { op, index, action, ...(failure === undefined ? {} : { failure }) };
}

/** A number of this kind, within its bounds. */
function numberOf(word: string, kind: keyof typeof bounds, refuse: (why: string) => never): number {
  const [least, most] = bounds[kind];
  const value = /^-?\d{1,9}$/.test(word) ? Number(word) : NaN;
  if (value >= least && value <= most) return value;
  return refuse(`${kind}: a whole number from ${least} to ${most}, not ${quote(word)}`);
}

/** The number of frames, from the first operation. */
export function framesOf({ name, operations }: Script): number {
  const [, frames] = /^init\s+frames=(\d{1,9})$/.exec((operations[0] ?? '').trim()) ?? [];
  if (Number(frames) >= 1 && Number(frames) <= MOST_FRAMES) return Number(frames);
  throw new InputError(
    `${name}: the first operation is init frames=N with N from 1 to ${MOST_FRAMES}, ` +
      `not ${quote(operations[0])}`,
  );
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
    'fault.copy',
    'munmap.copy',
    'map.srccopy#',
    'map.dstcopy#',
    'unmap.copy#',
    'check.copy#',
    'fork.smapcopy#',
  ].flatMap((copy) => ['pb', 'frames'].map((what) => `${copy}.${what}`)),
  'map.newphysr#',
  'map.ptsrc#',
  'map.ptdst#',
  'split.newpb',
  'split.newpr#',
  'fork.pt',
  'fork.region',
  'fork.tree',
  'fork.pr#',
];

function parseFailure(text: string, refuse: (why: string) => never): Failure {
  const persistent = text.endsWith('+');
  const rest = persistent ? text.slice(0, -1) : text;
  const [point, occasion = '1'] = rest.split('@');
  if (!points.includes(point.replace(/\[\d+\]/, '#')))
    refuse(`${quote(point)} is no failure point`);
  if (!/^[1-9]\d{0,3}$/.test(occasion)) refuse(`@n with n from 1, not ${quote(occasion)}`);
  return { point, occasion: Number(occasion), persistent };
}
