/** Reads a scenario from outside. What is wrong in it is refused with its place. */

import { JsonReader } from '../json-reader.ts';
import { parseProgram } from './parse-steps.ts';
import type { Known } from './parse-steps.ts';
import { checkTogether } from './scenario-checks.ts';
import { most, noBudgets } from './scenario.ts';
import type {
  AlmosScenario,
  Budgets,
  KernelSpec,
  ProcessSpec,
  ThreadSpec,
  VsegSpec,
} from './scenario.ts';

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
  const field = <T>(key: string, read: (value: unknown, at: JsonReader) => T, usual?: unknown): T =>
    read(top[key] ?? usual, root.in(key));
  const whole = (key: string, min: number, max: number, usual?: number): number =>
    field(key, (v, at) => at.whole(v, min, max), usual);
  const list = <T>(
    key: string,
    max: number,
    each: (value: unknown, at: JsonReader) => T,
    min = 0,
  ): readonly T[] => field(key, (v, at) => at.list(v, min, max, each), min === 0 ? [] : undefined);

  const clusters = whole('clusters', 1, most.clusters);
  const pages = whole('pages', 1, most.pages);
  const heapBase = whole('heapBase', 0, pages, 0);
  const stackBase = whole('stackBase', heapBase, pages, pages);
  const files = list('files', 4, (v, at) => parseFile(v, at, clusters));
  const processes = list('processes', most.processes, (v, at) => parseProcess(v, at, clusters), 1);
  unique(processes, root.in('processes'));
  unique(files, root.in('files'));
  const words = whole('words', 1, 2, 1);
  const known = { clusters, pages, words, files: files.map(({ name }) => name), processes };
  const scenario: AlmosScenario = {
    name: field('name', (v, at) => at.text(v)),
    purpose: field('purpose', (v, at) => at.text(v), 'A scenario of your own.'),
    ...(top['about'] !== undefined && { about: list('about', 40, (v, at) => at.text(v), 1) }),
    clusters,
    frames: whole('frames', 1, most.frames),
    descriptors: whole('descriptors', 1, most.descriptors, 4),
    pages,
    heapBase,
    stackBase,
    stackSize: whole('stackSize', 2, most.pages, 2),
    utilsBase: whole('utilsBase', 0, pages, 0),
    args: whole('args', 1, pages, 1),
    envs: whole('envs', 1, pages, 1),
    mesh: whole('mesh', 1, 16, clusters),
    words,
    files,
    processes,
    vsegs: list('vsegs', 8, (v, at) => parseVseg(v, at, known)),
    kernel: list('kernel', 3, (v, at) => parseKernel(v, at, pages)),
    threads: list('threads', most.threads, (v, at) => parseThread(v, at, known), 1),
    budgets: field('budgets', parseBudgets, {}),
  };
  checkTogether(scenario, root);
  return scenario;
}

function unique(things: readonly { readonly name: string }[], at: JsonReader): void {
  const names = things.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) at.fail('each name once', twice);
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

function parseVseg(json: unknown, at: JsonReader, known: Known): VsegSpec {
  const { clusters, pages, files } = known;
  const processes = known.processes.map(({ name }) => name);
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

function parseThread(json: unknown, at: JsonReader, known: Known): ThreadSpec {
  const spec = at.object(json, ['process', 'cluster', 'slot', 'created', 'program']);
  const names = known.processes.map(({ name }) => name);
  const process = at.in('process').name(spec['process'], names, 'a process');
  const home = known.processes.find(({ name }) => name === process) as ProcessSpec;
  const cluster = spec['cluster'] ?? home.clusters[0];
  if (!home.clusters.includes(cluster as number)) {
    at.in('cluster').fail(`a cluster of process ${process}: ${home.clusters.join(', ')}`, cluster);
  }
  const created = spec['created'] ?? false;
  if (typeof created !== 'boolean') at.in('created').fail('true or false', created);
  return {
    process,
    cluster: cluster as number,
    ...(spec['slot'] === undefined ? {} : { slot: at.in('slot').whole(spec['slot'], 0, 29) }),
    ...(created ? { created: true } : {}),
    program: parseProgram(spec['program'], at.in('program'), known),
  };
}

function parseBudgets(json: unknown, at: JsonReader): Budgets {
  const found = at.object(json, Object.keys(noBudgets));
  const entries = Object.keys(noBudgets).map((key) => [
    key,
    at.in(key).whole(found[key] ?? 0, 0, most.budget),
  ]);
  return Object.fromEntries(entries) as Budgets;
}
