/** Reads a scenario from outside. What is wrong in it is refused with its place. */

import { JsonReader } from '../json-reader.ts';
import { parseProgram } from './parse-steps.ts';
import { most, noBudgets } from './scenario.ts';
import type { Bounds, Budgets, FileSpec, Mm0Scenario, SpaceSpec } from './scenario.ts';

/** Fields that a scenario file may have. */
export const scenarioFields = [
  '$schema',
  'name',
  'purpose',
  'about',
  'pages',
  'shmPages',
  'files',
  'segments',
  'spaces',
  'threads',
  'splitFaults',
  'budgets',
  'bounds',
] as const;

/** Checks a scenario from outside; throws InputError naming the place. Adds what is left out. */
export function parseScenario(json: unknown): Mm0Scenario {
  const root = new JsonReader('scenario');
  const top = root.object(json, scenarioFields);
  const at = (key: string): JsonReader => root.in(key);
  const pages = at('pages').whole(top['pages'], 1, most.pages);
  const shmPages = at('shmPages').whole(top['shmPages'] ?? 0, 0, most.shmPages);
  const files = at('files').list(top['files'] ?? [], 0, 2, parseFile);
  const segments = at('segments').list(top['segments'] ?? [], 0, 3, (v, p) => parseSized(v, p, 12));
  const spaces = at('spaces').list(top['spaces'], 1, most.spaces, parseSpace);
  for (const [key, list] of Object.entries({ files, segments, spaces })) {
    const names = list.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) at(key).fail('each name once', twice);
  }
  const known = {
    pages: 1 + pages + shmPages,
    files: files.map(({ name }) => name),
    segments: segments.map(({ name }) => name),
    spaces: spaces.map(({ name }) => name),
    children: spaces.filter(({ child }) => child === true).map(({ name }) => name),
  };
  const threads = at('threads').list(top['threads'], 1, most.threads, (v, p) => {
    const spec = p.object(v, ['space', 'program']);
    return {
      space: p.in('space').name(spec['space'], known.spaces, 'a space'),
      program: parseProgram(spec['program'], p.in('program'), known),
    };
  });
  for (const space of known.spaces) {
    if (threads.some((thread) => thread.space === space)) continue;
    at('threads').fail(`one of ${space}`, []);
  }
  const budgets = parseBudgets(top['budgets'] ?? {}, at('budgets'));
  const bounds = parseBounds(top['bounds'] ?? {}, at('bounds'));
  return {
    name: at('name').text(top['name']),
    purpose: at('purpose').text(top['purpose'] ?? 'A scenario of your own.'),
    ...(top['about'] === undefined
      ? {}
      : { about: at('about').list(top['about'], 1, 60, (v, p) => p.text(v)) }),
    pages,
    shmPages,
    files,
    segments,
    spaces,
    threads,
    splitFaults: at('splitFaults').truth(top['splitFaults'] ?? false),
    budgets,
    bounds,
  };
}

function parseSized(json: unknown, at: JsonReader, max: number): { name: string; pages: number } {
  const thing = at.object(json, ['name', 'pages']);
  return {
    name: at.in('name').text(thing['name']),
    pages: at.in('pages').whole(thing['pages'], 1, max),
  };
}

function parseFile(json: unknown, at: JsonReader): FileSpec {
  const { room, ...plain } = at.object(json, ['name', 'pages', 'room']);
  const file = parseSized(plain, at, 3);
  return { ...file, room: at.in('room').whole(room ?? file.pages, file.pages, 4) };
}

function parseSpace(json: unknown, at: JsonReader): SpaceSpec {
  const spec = at.object(json, ['name', 'child']);
  const name = at.in('name').text(spec['name']);
  return at.in('child').truth(spec['child'] ?? false) ? { name, child: true } : { name };
}

function parseBudgets(json: unknown, at: JsonReader): Budgets {
  const given = at.object(json, Object.keys(noBudgets));
  const budget = (key: keyof Budgets): number => at.in(key).whole(given[key] ?? 0, 0, most.budget);
  return { alloc: budget('alloc'), page: budget('page'), server: budget('server') };
}

function parseBounds(json: unknown, at: JsonReader): Bounds {
  const given = at.object(json, ['objects', 'links', 'vmas', 'frames']);
  const bound = (key: keyof Bounds, usual: number, max: number): number =>
    at.in(key).whole(given[key] ?? usual, 1, max);
  return {
    objects: bound('objects', 7, 15),
    links: bound('links', 12, 31),
    vmas: bound('vmas', 4, 12),
    frames: bound('frames', 8, 15),
  };
}
