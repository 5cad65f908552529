/**
 * What the tarball holds: its pages point to nothing that it lacks, and its types are complete.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { folder } from './cli/folder.ts';

const root = join(import.meta.dirname, '..');

/** What `npm pack` would put into the tarball; nothing is built. */
function packed(): string[] {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const told = execFileSync('npm', words, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  const [{ files }] = JSON.parse(told) as [{ files: readonly { readonly path: string }[] }];
  return files.map(({ path }) => path);
}

/** The package, laid out as it is published: with its types, and without its code. */
function unpackedTypes(): string {
  const place = folder();
  const home = join(place, 'node_modules/vmcheck');
  const built = join(place, 'built');
  const project = join(root, 'tsconfig.build.json');
  execFileSync(process.execPath, [tsc, '-p', project, '--outDir', join(built, 'dist')]);
  cpSync(join(root, 'package.json'), join(built, 'package.json'));
  const words = ['pack', '--silent', '--ignore-scripts', '--pack-destination', place];
  const tarball = execFileSync('npm', words, { cwd: built, encoding: 'utf8' }).trim();
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', join(place, tarball), '-C', home, '--strip-components=1']);
  return place;
}

const tsc = join(root, 'node_modules/typescript/bin/tsc');

const files = packed();
const pages = files.filter((path) => path.endsWith('.md'));
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Targets of links outside of code, without those that lead out of the package. */
function linksIn(text: string): string[] {
  const prose = text.replaceAll(/^ *```.*?^ *```/gms, '').replaceAll(/`[^`\n]*`/g, '');
  const found = [...prose.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)/gm)];
  return found
    .map(([, inLine, below]) => inLine ?? below)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of the headings of a page, as they are made for the web. */
function anchorsOf(text: string): string[] {
  const prose = text.replaceAll(/^ *```.*?^ *```/gms, '');
  const seen = new Map<string, number>();
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => {
    const words = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '');
    const anchor = words.trim().replaceAll(/\s/g, '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}

test('examples, documents, templates and C sources are in the tarball', () => {
  expect(pages.length).toBeGreaterThan(30);
  for (const path of ['examples/README.md', 'docs/README.md', 'templates/start/kernel.mjs']) {
    expect(files).toContain(path);
  }
});

test('no page in the tarball links to a file that is not in it', () => {
  const folders = new Set(files.flatMap((path) => foldersOf(path)));
  const broken = pages.flatMap((page) =>
    linksIn(textOf(page)).flatMap((target) => {
      const [path, anchor] = target.split('#');
      const file = path === '' ? page : posix.join(posix.dirname(page), decodeURI(path));
      const isThere = files.includes(file) || folders.has(file.replace(/\/$/, ''));
      if (!isThere) return [`${page}: ${target}`];
      if (anchor === undefined || !file.endsWith('.md')) return [];
      return anchorsOf(textOf(file)).includes(anchor) ? [] : [`${page}: no heading ${target}`];
    }),
  );
  expect(broken).toEqual([]);
});

/** What the compiler complains of, in a project that imports these entries and checks libraries. */
function complaints(place: string, entries: readonly string[]): string {
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  };
  writeFileSync(join(place, 'package.json'), JSON.stringify({ type: 'module' }));
  const lines = entries.map((entry, i) => `export * as entry${i} from '${entry}';\n`);
  writeFileSync(join(place, 'user.ts'), lines.join(''));
  writeFileSync(
    join(place, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['user.ts'] }),
  );
  return spawnSync(process.execPath, [tsc, '-p', place], { encoding: 'utf8' }).stdout;
}

test('the types of every entry check in a project that has nothing else', () => {
  const { exports: published } = JSON.parse(textOf('package.json')) as {
    readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  };
  const typed = Object.entries(published).filter(([, target]) => typeof target === 'object');
  const names = typed.map(([name]) => posix.join('vmcheck', name));
  const place = unpackedTypes();
  // Only this entry needs another package.
  const alone = names.filter((name) => name !== 'vmcheck/arbitrary');
  expect(complaints(place, alone)).toBe('');
  for (const name of ['fast-check', 'pure-rand']) {
    symlinkSync(join(root, 'node_modules', name), join(place, 'node_modules', name));
  }
  expect(complaints(place, names)).toBe('');
  expect(complaints(place, [...names, 'vmcheck/state/pool.js'])).toContain('vmcheck/state/pool.js');
});

/** `docs`, and `docs/adr`, of `docs/adr/0001.md`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'));
}
