/** Reads a scenario from outside. What is wrong in it is refused with its place. */

import { JsonReader } from '../json-reader.ts';
import { parseAction } from './parse-steps.ts';
import { guardNames, most, regionsOfSpec } from './scenario.ts';
import type { Guards, MinixScenario, ProcessSpec, RegionSpec } from './scenario.ts';

/** Fields that a scenario file may have. */
export const scenarioFields = [
  '$schema',
  'name',
  'purpose',
  'frames',
  'pages',
  'processes',
  'actions',
  'limit',
  'failures',
  'failuresPerRequest',
  'persistent',
  'guards',
  'tablePages',
  'blocks',
  'physRegions',
  'regions',
  'records',
] as const;

/**
 * Checks a scenario from outside; throws InputError naming the place. Adds what may be left out.
 */
export function parseScenario(json: unknown): MinixScenario {
  const root = new JsonReader('scenario');
  const top = root.object(json, scenarioFields);
  const field = <T>(
    key: string,
    read: (value: unknown, at: JsonReader) => T,
    otherwise?: unknown,
  ): T => read(top[key] ?? otherwise, root.in(key));
  const whole = (key: string, min: number, max: number, otherwise?: number): number =>
    field(key, (v, at) => at.whole(v, min, max), otherwise);
  const pages = whole('pages', 1, most.pages);
  const processes = field('processes', (v, at) =>
    at.list(v, 1, most.processes, (p, place) => parseProcess(p, place, pages)),
  );
  const names = processes.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) root.in('processes').fail('each name once', twice);
  const guards = field('guards', (v, at) => parseGuards(v, at), {});
  const known = { processes: names, pages, guards };
  const actions = field('actions', (v, at) =>
    at.list(v, 1, most.actions, (a, place) => parseAction(a, place, known)),
  );
  const total = actions.reduce((sum, { times }) => sum + times, 0);
  const failures = whole('failures', 0, 3, 0);
  return {
    name: field('name', (v, at) => at.text(v)),
    purpose: field('purpose', (v, at) => at.text(v), 'A scenario of your own.'),
    frames: whole('frames', 1, most.frames),
    pages,
    processes,
    actions,
    limit: whole('limit', 1, most.limit, Math.min(total, most.limit)),
    failures,
    failuresPerRequest: whole('failuresPerRequest', 1, 3, 1),
    persistent: field('persistent', (v, at) => at.truth(v), false),
    guards,
    tablePages: whole('tablePages', 1, most.pages, 1),
    blocks: whole('blocks', 1, most.blocks, 2 * pages * processes.length + 2),
    physRegions: whole('physRegions', 1, most.physRegions, 2 * pages * processes.length + 4),
    regions: whole('regions', 1, most.regions, 2 + sizeOf(processes)),
    records: whole('records', 1, 20, 3),
  };
}

/** Regions that the processes have at the start, or get from a parent that has most. */
function sizeOf(processes: readonly ProcessSpec[]): number {
  const counts = processes.map((spec) => regionsOfSpec(spec).length);
  return counts.reduce((sum, count) => sum + Math.max(count, 1), 0);
}

function parseProcess(json: unknown, at: JsonReader, pages: number): ProcessSpec {
  const spec = at.object(json, ['name', 'region', 'regions']);
  const name = at.in('name').text(spec['name']);
  if (spec['region'] !== undefined) {
    if (spec['regions'] !== undefined) at.in('regions').fail('either region or regions', 'both');
    return { name, region: parseRegion(spec['region'], at.in('region'), pages) };
  }
  if (spec['regions'] === undefined) return { name };
  const regions = at
    .in('regions')
    .list(spec['regions'], 1, 4, (region, place) => parseRegion(region, place, pages));
  regions.reduce((before, after) => {
    if (before.page + before.pages <= after.page) return after;
    return at.in('regions').fail('regions in order that do not overlap', spec['regions']);
  });
  return { name, regions };
}

function parseRegion(json: unknown, place: JsonReader, pages: number): RegionSpec {
  const region = place.object(json, ['page', 'pages', 'writable', 'direct', 'shared']);
  const page = place.in('page').whole(region['page'] ?? 0, 0, pages - 1);
  const count = place.in('pages').whole(region['pages'] ?? pages - page, 1, pages - page);
  const writable = place.in('writable').truth(region['writable'] ?? true);
  const direct = place.in('direct').truth(region['direct'] ?? false);
  const shared = place.in('shared').truth(region['shared'] ?? false);
  if (direct && shared) place.in('shared').fail('either direct or shared', 'both');
  return { page, pages: count, writable, ...(direct && { direct }), ...(shared && { shared }) };
}

function parseGuards(json: unknown, at: JsonReader): Guards {
  const given = at.object(json, guardNames);
  return Object.fromEntries(
    guardNames.map((name) => [name, at.in(name).truth(given[name] ?? true)]),
  ) as unknown as Guards;
}
