/** Rules about what modules take from each other: no cycles, and no export that nobody takes. */

import { posix } from 'node:path';
import { parseSync } from 'rolldown/utils';
import type { Offence } from './text.ts';
import type { SourceFile } from './tree.ts';

interface Module {
  /** What it takes from other modules by name; `*` is everything. */
  readonly imports: readonly { readonly from: string; readonly name: string }[];
  readonly exports: readonly string[];
  readonly text: string;
}

export type Modules = ReadonlyMap<string, Module>;

/** The modules of the tree, with imports resolved to paths of the tree; of types, too. */
export function modulesOf(files: readonly SourceFile[]): Modules {
  return new Map(
    files.map(({ path, text }) => {
      const { staticImports, staticExports, dynamicImports } = parseSync(path, text).module;
      const exported = staticExports.flatMap(({ entries }) => entries);
      const taken = [
        ...staticImports.flatMap(({ moduleRequest, entries }) =>
          entries.map(({ importName }) => ({ to: moduleRequest.value, name: importName.name })),
        ),
        ...exported.map(({ moduleRequest, importName }) => {
          return { to: moduleRequest?.value, name: importName.name };
        }),
        ...dynamicImports.map(({ moduleRequest: { start, end } }) => {
          return { to: text.slice(start + 1, end - 1), name: undefined };
        }),
      ];
      const imports = taken.flatMap(({ to, name }) =>
        to?.startsWith('.') ? [{ from: resolved(path, to), name: name ?? '*' }] : [],
      );
      const exports = exported.flatMap(({ exportName: { name } }) => name ?? []);
      return [path, { imports, exports, text }];
    }),
  );
}

/** Scripts and the benchmark import what is built from a module of the tree. */
function resolved(from: string, to: string): string {
  return posix
    .join(posix.dirname(from), to)
    .replace(/^dist(?:-modules)?\/(.*)\.js$/, 'src/$1.ts')
    .replace(/^dist-bench\/(.*)\.js$/, '$1.ts')
    .replace(/^(src\/.*)\.js$/, '$1.ts');
}

/**
 * Modules that import each other, each group once: also within folders, also
 * where only types go round.
 */
export function importCycles(modules: Modules): Offence[] {
  const reached = new Map([...modules.keys()].map((path) => [path, reachedFrom(modules, path)]));
  const groups = [...modules.keys()].flatMap((path) => {
    const group = [...reached.get(path)!].filter((other) => reached.get(other)?.has(path)).sort();
    return group[0] === path ? [group] : [];
  });
  return groups.map((group) => ({
    subject: group.join(' '),
    found: `${group.length} modules import each other`,
  }));
}

function reachedFrom(modules: Modules, start: string): Set<string> {
  const found = new Set<string>();
  const open = [start];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const { from } of modules.get(path)?.imports ?? []) {
      if (!found.has(from)) open.push(from);
      found.add(from);
    }
  }
  return found;
}

/**
 * Exports of `src` that no module imports. What is published counts as used, and so does a factory,
 * which is found by its name in a string: `export: 'reduceInWorker'`.
 */
export function deadExports(modules: Modules, published: readonly string[]): Offence[] {
  const all = [...modules.values()];
  const used = new Set(
    all.flatMap(({ imports }) => imports.map(({ from, name }) => `${from} ${name}`)),
  );
  const byName = (name: string): boolean => all.some(({ text }) => text.includes(`'${name}'`));
  return [...modules].flatMap(([path, { exports }]) => {
    if (!path.startsWith('src/') || published.includes(path) || used.has(`${path} *`)) return [];
    return exports
      .filter((name) => !used.has(`${path} ${name}`) && !byName(name))
      .map((name) => ({ subject: `${path} ${name}`, found: 'nothing imports it' }));
  });
}
