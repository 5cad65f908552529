/**
 * A scenario of ALMOS-MKH: the machine, the processes with the clusters where they have a
 * descriptor, the vsegs that exist at the start, and what each thread does. Plain JSON;
 * `parseScenario` says where one from outside is wrong.
 */

import type { Scenario } from '../../system.ts';
import { JsonReader } from '../json-reader.ts';

export type KernelType = 'KCODE' | 'KDATA' | 'KDEV';
export type VsegType = 'CODE' | 'DATA' | 'STACK' | 'ANON' | 'FILE' | 'REMOTE' | KernelType;

/** A vseg of the kernel: in every copy of every process, mapped to frames of its cluster. */
export interface KernelSpec {
  readonly type: KernelType;
  readonly page: number;
  readonly pages: number;
}

/** One thing a user thread does; pages are virtual page numbers. */
export type UserStep =
  | { readonly do: 'read'; readonly page: number; readonly word?: number }
  | { readonly do: 'write'; readonly page: number; readonly word?: number }
  | { readonly do: 'fork'; readonly child: string }
  | {
      readonly do: 'mmap';
      readonly type: 'ANON' | 'FILE' | 'REMOTE';
      readonly pages: number;
      readonly file?: string;
      /** Position in the file, in pages; half a page makes a vseg that begins inside of a page. */
      readonly offset?: number;
      /** Cluster of the frames of a REMOTE vseg. */
      readonly at?: number;
    }
  | { readonly do: 'munmap'; readonly page: number; readonly pages: number }
  /** The thread of this number, which waits for it, begins. */
  | { readonly do: 'create'; readonly thread: number }
  /** The thread ends, and with it its stack. */
  | { readonly do: 'leave' }
  | { readonly do: 'exec' }
  | { readonly do: 'exit' };

export interface ProcessSpec {
  readonly name: string;
  /** Clusters where it has a descriptor; the first one is owner and reference. */
  readonly clusters: readonly number[];
  /** True for a process that only a fork brings to life. */
  readonly child?: boolean;
}

export interface VsegSpec {
  readonly process: string;
  readonly type: 'CODE' | 'DATA' | 'ANON' | 'FILE' | 'REMOTE';
  /** First page; mmap types are handed out by the mmap allocator and must come in its order. */
  readonly page: number;
  readonly pages: number;
  readonly file?: string;
  /** Position in the file, in pages. */
  readonly offset?: number;
  /** Pages of DATA that the file holds; the rest is BSS. */
  readonly filePages?: number;
  /** Cluster of the frames of ANON and REMOTE; the reference if left out. */
  readonly at?: number;
}

export interface ThreadSpec {
  readonly process: string;
  readonly cluster: number;
  /** Its stack slot (its number in its cluster); without one it has no stack. */
  readonly slot?: number;
  /** It begins only when another thread creates it. */
  readonly created?: boolean;
  /** Steps in order; where an array stands, any one of its steps. */
  readonly program: readonly (UserStep | readonly UserStep[])[];
}

/** How many allocations of each kind may fail although there is room. */
export interface Budgets {
  readonly frame: number;
  readonly descriptor: number;
  readonly gpt: number;
  readonly pte: number;
  readonly ptecopy: number;
  readonly kernel: number;
  readonly io: number;
}

export interface AlmosScenario extends Scenario {
  readonly clusters: number;
  /** Frames of each cluster. */
  readonly frames: number;
  /** Vseg descriptors of each cluster. */
  readonly descriptors: number;
  /** Pages of the virtual space; the mmap zone is [heapBase, stackBase[, the stacks [.., pages[. */
  readonly pages: number;
  readonly heapBase: number;
  readonly stackBase: number;
  /** Pages of a stack slot; the first is a guard that is never mapped. */
  readonly stackSize: number;
  /** First page of the args area, and pages of args and envs (vmm_user_init). */
  readonly utilsBase: number;
  readonly args: number;
  readonly envs: number;
  /** Clusters of the mesh over which DATA pages are spread; more than there are is allowed. */
  readonly mesh: number;
  /** Modelled words of a page, 1 or 2. */
  readonly words: number;
  readonly files: readonly {
    readonly name: string;
    readonly cluster: number;
    readonly pages: number;
  }[];
  readonly processes: readonly ProcessSpec[];
  readonly vsegs: readonly VsegSpec[];
  readonly kernel: readonly KernelSpec[];
  readonly threads: readonly ThreadSpec[];
  readonly budgets: Budgets;
}

export const noBudgets: Budgets = {
  frame: 0,
  descriptor: 0,
  gpt: 0,
  pte: 0,
  ptecopy: 0,
  kernel: 0,
  io: 0,
};

/** Bounds of what the packed state can hold; far above what can be explored. */
const most = {
  clusters: 4,
  frames: 16,
  descriptors: 16,
  pages: 30,
  processes: 6,
  threads: 8,
  program: 16,
  budget: 7,
  filePages: 8,
} as const;

/** Fields that a scenario file may have. */
export const scenarioFields = [
  '$schema',
  'name',
  'purpose',
  'about',
  'clusters',
  'frames',
  'descriptors',
  'pages',
  'heapBase',
  'stackBase',
  'stackSize',
  'utilsBase',
  'args',
  'envs',
  'mesh',
  'words',
  'files',
  'processes',
  'vsegs',
  'kernel',
  'threads',
  'budgets',
] as const;

/**
 * Checks a scenario from outside; throws InputError naming the place. Adds what may be left out.
 */
export function parseScenario(json: unknown): AlmosScenario {
  const root = new JsonReader('scenario');
  const top = root.object(json, scenarioFields);
  const field = <T>(
    key: string,
    read: (value: unknown, at: JsonReader) => T,
    otherwise?: unknown,
  ): T => read(top[key] ?? otherwise, root.in(key));
  const clusters = field('clusters', (v, at) => at.whole(v, 1, most.clusters));
  const pages = field('pages', (v, at) => at.whole(v, 1, most.pages));
  const heapBase = field('heapBase', (v, at) => at.whole(v, 0, pages), 0);
  const stackBase = field('stackBase', (v, at) => at.whole(v, heapBase, pages), pages);
  const files = field(
    'files',
    (v, at) => at.list(v, 0, 4, (f, place) => parseFile(f, place, clusters)),
    [],
  );
  const processes = field('processes', (v, at) =>
    at.list(v, 1, most.processes, (p, place) => parseProcess(p, place, clusters)),
  );
  const processNames = unique(
    processes.map(({ name }) => name),
    root.in('processes'),
  );
  const fileNames = unique(
    files.map(({ name }) => name),
    root.in('files'),
  );
  const words = field('words', (v, at) => at.whole(v, 1, 2), 1);
  const scenario: AlmosScenario = {
    name: field('name', (v, at) => at.text(v)),
    purpose: field('purpose', (v, at) => at.text(v), 'A scenario of your own.'),
    ...(top['about'] === undefined
      ? {}
      : { about: field('about', (v, at) => at.list(v, 1, 40, (name, place) => place.text(name))) }),
    clusters,
    frames: field('frames', (v, at) => at.whole(v, 1, most.frames)),
    descriptors: field('descriptors', (v, at) => at.whole(v, 1, most.descriptors), 4),
    pages,
    heapBase,
    stackBase,
    stackSize: field('stackSize', (v, at) => at.whole(v, 2, most.pages), 2),
    utilsBase: field('utilsBase', (v, at) => at.whole(v, 0, pages), 0),
    args: field('args', (v, at) => at.whole(v, 1, pages), 1),
    envs: field('envs', (v, at) => at.whole(v, 1, pages), 1),
    mesh: field('mesh', (v, at) => at.whole(v, 1, 16), clusters),
    words,
    files,
    processes,
    vsegs: field(
      'vsegs',
      (v, at) =>
        at.list(v, 0, 8, (s, place) =>
          parseVseg(s, place, processNames, fileNames, pages, clusters),
        ),
      [],
    ),
    kernel: field(
      'kernel',
      (v, at) => at.list(v, 0, 3, (s, place) => parseKernel(s, place, pages)),
      [],
    ),
    threads: field('threads', (v, at) =>
      at.list(v, 1, most.threads, (t, place) =>
        parseThread(t, place, processes, fileNames, pages, words, clusters),
      ),
    ),
    budgets: field('budgets', (v, at) => parseBudgets(v, at), {}),
  };
  checkTogether(scenario, root);
  return scenario;
}

function unique(names: readonly string[], at: JsonReader): readonly string[] {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) at.fail('each name once', twice);
  return names;
}

function parseFile(
  json: unknown,
  at: JsonReader,
  clusters: number,
): AlmosScenario['files'][number] {
  const file = at.object(json, ['name', 'cluster', 'pages']);
  return {
    name: at.in('name').text(file['name']),
    cluster: at.in('cluster').whole(file['cluster'], 0, clusters - 1),
    pages: at.in('pages').whole(file['pages'], 1, most.filePages),
  };
}

function parseProcess(json: unknown, at: JsonReader, clusters: number): ProcessSpec {
  const spec = at.object(json, ['name', 'clusters', 'child']);
  const where = at
    .in('clusters')
    .list(spec['clusters'], 1, clusters, (v, place) => place.whole(v, 0, clusters - 1));
  if (new Set(where).size !== where.length) at.in('clusters').fail('each cluster once', where);
  const child = spec['child'] ?? false;
  if (typeof child !== 'boolean') at.in('child').fail('true or false', child);
  if (child && where.length > 1) at.in('clusters').fail('one cluster for a child', where);
  const name = at.in('name').text(spec['name']);
  return child ? { name, clusters: where, child: true } : { name, clusters: where };
}

function parseVseg(
  json: unknown,
  at: JsonReader,
  processes: readonly string[],
  files: readonly string[],
  pages: number,
  clusters: number,
): VsegSpec {
  const spec = at.object(json, [
    'process',
    'type',
    'page',
    'pages',
    'file',
    'offset',
    'filePages',
    'at',
  ]);
  const types = ['CODE', 'DATA', 'ANON', 'FILE', 'REMOTE'];
  const type = at.in('type').name(spec['type'], types, 'a vseg type');
  // DATA without a file is what vmm_user_init makes for args and envs.
  const withFile = type === 'FILE' || type === 'CODE' || spec['file'] !== undefined;
  if (withFile && (type === 'ANON' || type === 'REMOTE')) {
    at.in('file').fail(`no file for ${type}`, spec['file']);
  }
  const optional = (key: 'filePages' | 'at', most: number) =>
    spec[key] === undefined ? {} : { [key]: at.in(key).whole(spec[key], 0, most) };
  return {
    process: at.in('process').name(spec['process'], processes, 'a process'),
    type: type as VsegSpec['type'],
    page: at.in('page').whole(spec['page'], 0, pages - 1),
    pages: at.in('pages').whole(spec['pages'], 1, pages),
    ...(withFile ? { file: at.in('file').name(spec['file'], files, 'a file') } : {}),
    offset: at.in('offset').whole(spec['offset'] ?? 0, 0, most.filePages),
    ...optional('filePages', most.filePages),
    ...optional('at', clusters - 1),
  };
}

function parseKernel(json: unknown, at: JsonReader, pages: number): KernelSpec {
  const spec = at.object(json, ['type', 'page', 'pages']);
  return {
    type: at.in('type').name(spec['type'], ['KCODE', 'KDATA', 'KDEV'] as const, 'one of'),
    page: at.in('page').whole(spec['page'], 0, pages - 1),
    pages: at.in('pages').whole(spec['pages'] ?? 1, 1, pages),
  };
}

function parseThread(
  json: unknown,
  at: JsonReader,
  processes: readonly ProcessSpec[],
  files: readonly string[],
  pages: number,
  words: number,
  clusters: number,
): ThreadSpec {
  const spec = at.object(json, ['process', 'cluster', 'slot', 'created', 'program']);
  const names = processes.map(({ name }) => name);
  const process = at.in('process').name(spec['process'], names, 'a process');
  const home = processes.find(({ name }) => name === process) as ProcessSpec;
  const cluster = spec['cluster'] ?? home.clusters[0];
  if (!home.clusters.includes(cluster as number)) {
    at.in('cluster').fail(`a cluster of process ${process}: ${home.clusters.join(', ')}`, cluster);
  }
  const step = (v: unknown, place: JsonReader): UserStep =>
    parseStep(v, place, processes, files, pages, words, clusters);
  const created = spec['created'] ?? false;
  if (typeof created !== 'boolean') at.in('created').fail('true or false', created);
  return {
    process,
    cluster: cluster as number,
    ...(spec['slot'] === undefined ? {} : { slot: at.in('slot').whole(spec['slot'], 0, 29) }),
    ...(created ? { created: true } : {}),
    program: at
      .in('program')
      .list(spec['program'], 0, most.program, (v, place) =>
        Array.isArray(v) ? place.list(v, 1, 8, step) : step(v, place),
      ),
  };
}

const stepKinds = ['read', 'write', 'fork', 'mmap', 'munmap', 'create', 'leave', 'exec', 'exit'];

function parseStep(
  json: unknown,
  at: JsonReader,
  processes: readonly ProcessSpec[],
  files: readonly string[],
  pages: number,
  words: number,
  clusters: number,
): UserStep {
  const step = at.object(json, [
    'do',
    'page',
    'word',
    'pages',
    'child',
    'type',
    'file',
    'offset',
    'at',
    'thread',
  ]);
  const kind = at.in('do').name(step['do'], stepKinds, 'one of');
  const used = {
    read: ['page', 'word'],
    write: ['page', 'word'],
    fork: ['child'],
    mmap: ['type', 'pages', 'file', 'offset', 'at'],
    munmap: ['page', 'pages'],
    create: ['thread'],
    leave: [],
    exec: [],
    exit: [],
  }[kind as UserStep['do']] as readonly string[];
  at.object(json, ['do', ...used]);
  const page = (): number => at.in('page').whole(step['page'], 0, pages - 1);
  const count = (): number => at.in('pages').whole(step['pages'] ?? 1, 1, pages);
  switch (kind as UserStep['do']) {
    case 'read':
    case 'write': {
      const word = at.in('word').whole(step['word'] ?? 0, 0, words - 1);
      return { do: kind as 'read' | 'write', page: page(), word };
    }
    case 'fork': {
      const children = processes.filter(({ child }) => child).map(({ name }) => name);
      return { do: 'fork', child: at.in('child').name(step['child'], children, 'a child process') };
    }
    case 'mmap': {
      const type = at.in('type').name(step['type'], ['ANON', 'FILE', 'REMOTE'], 'one of');
      if (type === 'ANON') return { do: 'mmap', type, pages: count() };
      if (type === 'REMOTE') {
        const from = at.in('at').whole(step['at'], 0, clusters - 1);
        return { do: 'mmap', type, pages: count(), at: from };
      }
      const file = at.in('file').name(step['file'], files, 'a file');
      const offset = at.in('offset').halves(step['offset'] ?? 0, most.filePages);
      return { do: 'mmap', type: 'FILE', pages: count(), file, offset };
    }
    case 'munmap': {
      const first = page();
      // None at all, or fewer, are sizes that vmm_resize_vseg does not refuse.
      const length = at.in('pages').whole(step['pages'] ?? 1, -pages, pages);
      if (first + length > pages || first + length < 0) {
        at.in('pages').fail(`pages from 0 to ${pages - 1}, those of the virtual space`, length);
      }
      return { do: 'munmap', page: first, pages: length };
    }
    case 'create':
      return { do: 'create', thread: at.in('thread').whole(step['thread'], 0, most.threads - 1) };
    default:
      return { do: kind as 'leave' | 'exec' | 'exit' };
  }
}

function parseBudgets(json: unknown, at: JsonReader): Budgets {
  const found = at.object(json, Object.keys(noBudgets));
  const entries = Object.keys(noBudgets).map((key) => [
    key,
    at.in(key).whole(found[key] ?? 0, 0, most.budget),
  ]);
  return Object.fromEntries(entries) as Budgets;
}

/** What no single field shows. */
function checkTogether(s: AlmosScenario, root: JsonReader): void {
  for (const { name, clusters } of s.processes) {
    for (const cluster of clusters) {
      if (s.threads.some((t) => t.process === name && t.cluster === cluster)) continue;
      root.in('threads').fail(`a thread of process ${name} in cluster ${cluster}`, undefined);
    }
  }
  const forks = s.threads.flatMap((t) => t.program.flat()).filter((step) => step.do === 'fork');
  for (const { name } of s.processes.filter(({ child }) => child)) {
    const found = forks.filter((fork) => fork.child === name).length;
    // A process is born once: a second fork makes a process of another name.
    if (found !== 1) root.in('threads').fail(`one step that forks process ${name}`, found);
  }
  const steps = s.threads.map((t) => t.program.flat());
  s.threads.forEach(({ process, cluster, slot, created }, t) => {
    const at = root.in('threads').in(t);
    const makers = steps.filter((own, maker) => own.some((step) => makes(step, t) && maker !== t));
    if (created && makers.length === 0) at.in('created').fail('a step that creates it', created);
    const made = steps.flat().filter((step) => makes(step, t)).length;
    if (made > 1) root.in('threads').fail(`one step that creates thread ${t}`, made);
    if (!created && makers.length > 0) at.in('created').fail('true, as a step creates it', created);
    if (steps[t].some((step) => step.do === 'create' && step.thread >= s.threads.length)) {
      at.in('program').fail(`threads up to ${s.threads.length - 1}`, 'a higher one');
    }
    const home = s.processes.find(({ name }) => name === process) as ProcessSpec;
    if (steps[t].some((step) => step.do === 'exec') && cluster !== home.clusters[0]) {
      at.in('program').fail(`exec in cluster ${home.clusters[0]}, the reference`, 'exec');
    }
    if (slot === undefined) return;
    if (s.stackBase + slot * s.stackSize + s.stackSize > s.pages) {
      at.in('slot').fail('a slot inside of the stack zone', slot);
    }
    const twin = s.threads.findIndex(
      (other) => other.process === process && other.cluster === cluster && other.slot === slot,
    );
    if (twin !== t) at.in('slot').fail(`a slot that thread ${twin} has not`, slot);
  });
  checkKernel(s, root);
  const execs = steps.flat().some((step) => step.do === 'exec');
  const areas = s.utilsBase + s.args + s.envs;
  if (execs && areas > s.heapBase) {
    const zone = `the mmap zone, which starts at page ${s.heapBase}`;
    root.in('utilsBase').fail(`args and envs, which exec makes, below ${zone}`, s.utilsBase);
  }
  s.vsegs.forEach((vseg, i) => {
    const at = root.in('vsegs').in(i);
    if (vseg.page + vseg.pages > s.pages) at.in('pages').fail(`at most page ${s.pages - 1}`, vseg);
    const owner = s.processes.find(({ name }) => name === vseg.process) as ProcessSpec;
    if (owner.child) at.in('process').fail('a process that exists at the start', vseg.process);
    const fixed = vseg.type === 'DATA' || vseg.type === 'CODE';
    if (fixed && vseg.page + vseg.pages > s.heapBase) {
      at.in('page').fail(
        `${vseg.type} below the mmap zone, which starts at page ${s.heapBase}`,
        vseg.page,
      );
    }
    const loaded = fixed && execs && vseg.file !== undefined;
    if (loaded && vseg.page < areas && vseg.page + vseg.pages > s.utilsBase) {
      const zone = `${s.utilsBase} to ${areas - 1}`;
      at.in('page').fail(
        `pages beside those of args and envs, ${zone}, which exec makes`,
        vseg.page,
      );
    }
  });
}

/**
 * Kernel vsegs lie where nothing else does, and each of their pages takes a frame of every cluster.
 */
function checkKernel(s: AlmosScenario, root: JsonReader): void {
  const fixed = s.vsegs.filter(({ type }) => type === 'DATA' || type === 'CODE');
  let frames = 0;
  s.kernel.forEach(({ page, pages }, i) => {
    const at = root.in('kernel').in(i);
    const end = page + pages;
    if (end > s.pages) at.in('pages').fail(`pages up to ${s.pages - 1}`, pages);
    if (end > s.heapBase && page < s.stackBase)
      at.in('page').fail('a page outside of the mmap zone', page);
    if (end > s.stackBase) at.in('page').fail('a page outside of the stack zone', page);
    const others = [...fixed, ...s.kernel.slice(0, i)];
    const met = others.find((other) => page < other.page + other.pages && other.page < end);
    if (met !== undefined) at.in('page').fail('pages that no other vseg has', page);
    frames += pages;
    if (frames >= s.frames)
      root.in('frames').fail(`more frames than the ${frames} of the kernel`, s.frames);
  });
}

function makes(step: UserStep, thread: number): boolean {
  return step.do === 'create' && step.thread === thread;
}
