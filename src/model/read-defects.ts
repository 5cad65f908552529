/** Reads `defects/<system>.json`: what is known to be wrong, and the search that shows it. */

import { needs } from '../system.ts';
import type { Defect, OptionValue, Showing, Unmended } from '../system.ts';
import { JsonReader } from './json-reader.ts';

/** What the authors acknowledge, and no counterexample shows. */
export interface NotShown {
  readonly problem: string;
  readonly why: string;
}

interface KnownDefects {
  readonly defects: readonly Defect[];
  readonly unmended?: readonly Unmended[];
  readonly notShown?: readonly NotShown[];
}

const fields = ['$schema', 'system', 'defects', 'unmended', 'notShown'] as const;

/** Throws InputError naming the place; whether the names in it exist is for the tests to say. */
export function readDefects(system: string, json: unknown): KnownDefects {
  const root = new JsonReader(`defects of ${system}`);
  const top = root.object(json, fields);
  root.in('system').name(top['system'], [system], 'the system');
  const list = <T>(key: string, each: (json: unknown, at: JsonReader) => T): readonly T[] =>
    root.in(key).list(top[key], 1, 999, each);
  return {
    defects: list('defects', readDefect),
    ...(top['unmended'] !== undefined && { unmended: list('unmended', readUnmended) }),
    ...(top['notShown'] !== undefined && { notShown: list('notShown', readNotShown) }),
  };
}

function readDefect(json: unknown, at: JsonReader): Defect {
  const known = ['name', 'consequence', 'needs', 'lines', 'fix', 'acknowledged', 'shown'];
  const row = at.object(json, known);
  const text = (key: string): string => at.in(key).text(row[key]);
  const [first, ...others] = at.in('shown').list(row['shown'], 1, 99, readShowing);
  return {
    name: text('name'),
    needs: at.in('needs').name(row['needs'] ?? 'nothing', needs, 'one of'),
    consequence: text('consequence'),
    lines: text('lines'),
    fix: text('fix'),
    ...(row['acknowledged'] !== undefined && { acknowledged: text('acknowledged') }),
    shown: [first, ...others],
  };
}

function readShowing(json: unknown, at: JsonReader): Showing {
  const known = ['counterexample', 'scenario', 'invariant', 'at', 'fixes', 'options'];
  const row = at.object(json, known);
  const text = (key: string): string => at.in(key).text(row[key]);
  return {
    counterexample: text('counterexample'),
    scenario: text('scenario'),
    invariant: text('invariant'),
    ...(row['at'] !== undefined && { at: text('at') }),
    ...(row['fixes'] !== undefined && { fixes: readFixes(row['fixes'], at.in('fixes')) }),
    ...(row['options'] !== undefined && { options: readOptions(row['options'], at.in('options')) }),
  };
}

const ALL_BUT_ITS_OWN = 'all but its own';

function readFixes(json: unknown, at: JsonReader): NonNullable<Showing['fixes']> {
  if (json === ALL_BUT_ITS_OWN) return ALL_BUT_ITS_OWN;
  if (!Array.isArray(json)) at.fail(`a list of fixes, or "${ALL_BUT_ITS_OWN}"`, json);
  return at.list(json, 1, 99, (name, place) => place.text(name));
}

function readOptions(json: unknown, at: JsonReader): Readonly<Record<string, OptionValue>> {
  const given = at.object(json, Object.keys(Object(json)));
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, at.in(name).scalar(value)]),
  );
}

function readUnmended(json: unknown, at: JsonReader): Unmended {
  const row = at.object(json, ['option', 'value', 'invariants', 'why']);
  return {
    option: at.in('option').text(row['option']),
    value: at.in('value').scalar(row['value']),
    invariants: at
      .in('invariants')
      .list(row['invariants'], 0, 99, (name, place) => place.text(name)),
    why: at.in('why').text(row['why']),
  };
}

function readNotShown(json: unknown, at: JsonReader): NotShown {
  const row = at.object(json, ['problem', 'why']);
  return { problem: at.in('problem').text(row['problem']), why: at.in('why').text(row['why']) };
}
