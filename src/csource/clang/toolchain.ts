/**
 * Finds a clang and has it translate C to LLVM IR, whose textual form is all that is needed of it:
 * an installed one of version 15 or later, else the package that carries clang as WebAssembly. What
 * it makes is kept by content: of the file, of all that it includes, of clang and of the options.
 */

import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import process from 'node:process';

import { InputError } from '../../errors.ts';
import { readBytes } from '../../files/read.ts';
import { cacheFolder, hashOf, keepIr, keptIr } from './cache.ts';

/** Older ones print typed pointers. */
const OLDEST = 15;
const NEWEST_NAMED = 24;
const CARRIED = '@yowasp/clang';

interface Compiler {
  /** `clang 19.1.7`. */
  readonly version: string;
  readonly command: readonly string[];
  readonly carried: boolean;
}

let found: Compiler | undefined;

/** Throws InputError, with what was found instead, if there is none that works. */
export function findCompiler(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Compiler {
  if (found !== undefined) return found;
  const wanted = env['VMCHECK_CLANG'];
  const tooOld: string[] = [];
  const versions = Array.from({ length: NEWEST_NAMED - OLDEST + 1 }, (_, i) => NEWEST_NAMED - i);
  const names =
    wanted === undefined
      ? ['clang', ...versions.map((n) => `clang-${n}`)]
      : wanted === 'carried'
        ? []
        : [wanted];
  for (const name of names) {
    const version = versionOf(name);
    if (version === undefined) {
      if (wanted !== undefined) throw new InputError(`VMCHECK_CLANG: ${wanted} is no clang`);
      continue;
    }
    if (Number(version.split('.')[0]) < OLDEST) {
      tooOld.push(`${name} is version ${version}`);
      continue;
    }
    found = { version: `clang ${version}`, command: [name], carried: false };
    return found;
  }
  if (wanted === undefined || wanted === 'carried') {
    const carried = carriedVersion();
    if (carried !== undefined) {
      const script = new URL('./carried-clang.js', import.meta.url);
      const command = [process.execPath, script.pathname];
      found = { version: `${CARRIED} ${carried}`, command, carried: true };
      return found;
    }
  }
  const old = tooOld.length === 0 ? '' : `${tooOld.join(', ')}, and `;
  throw new InputError(
    `exploring C needs clang: ${old}version ${OLDEST} or later is needed: ` +
      `install clang-19, or the package ${CARRIED}`,
  );
}

function versionOf(name: string): string | undefined {
  const { status, stdout } = spawnSync(name, ['--version'], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  return /clang version (\d+[.\d]*)/.exec(stdout)?.[1];
}

function carriedVersion(): string | undefined {
  try {
    const require = createRequire(import.meta.url);
    const main = require.resolve(CARRIED);
    for (let at = main; at.length > 1; at = resolve(at, '..')) {
      const file = join(at, 'package.json');
      if (existsSync(file))
        return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
    }
    return undefined;
  } catch {
    return undefined;
  }
}

interface Translation {
  readonly triple: string;
  readonly include: readonly string[];
  readonly defines: readonly string[];
  readonly flags: readonly string[];
  readonly overflow: 'trap' | 'wrap';
  /** Is undefined behaviour reported? Not in the runtime. */
  readonly checks: boolean;
}

/** The LLVM IR of a file; `folder` is where relative names begin. */
export function translate(file: string, folder: string, how: Translation): string {
  const compiler = findCompiler();
  const path = resolve(folder, file);
  if (!existsSync(path)) throw new InputError(`there is no file ${file}`);
  if (!file.endsWith('.c')) {
    throw new InputError(`${file} is no C source: its name must end in .c`);
  }
  const options = optionsOf(how);
  const cache = cacheFolder();
  const key = hashOf([compiler.version, ...options, file, folder, readBytes(path, file)]);
  const kept = cache === undefined ? undefined : keptIr(cache, key);
  if (kept !== undefined) return kept;
  const { ir, includes } = run(compiler, file, folder, options);
  if (cache !== undefined)
    keepIr(
      cache,
      key,
      ir,
      includes.map((name) => resolve(folder, name)),
    );
  return ir;
}

function optionsOf({ triple, include, defines, flags, overflow, checks }: Translation): string[] {
  const kinds = [
    'shift',
    'integer-divide-by-zero',
    'unreachable',
    'return',
    'bounds',
    'vla-bound',
    'builtin',
  ];
  if (overflow === 'trap') kinds.push('signed-integer-overflow');
  return [
    `--target=${triple}`,
    '-std=gnu11',
    '-ffreestanding',
    '-fno-builtin',
    '-fno-stack-protector',
    '-fno-pic',
    '-w',
    '-O1',
    '-Xclang',
    '-disable-llvm-passes',
    '-g',
    ...(overflow === 'wrap' ? ['-fwrapv'] : []),
    ...(checks ? [`-fsanitize=${kinds.join(',')}`, '-fsanitize-trap=all'] : []),
    ...flags,
    ...defines.map((define) => `-D${define}`),
    ...include.map((folder) => `-I${folder}`),
    // Files of ours have the names by which they are included.
    ...include.filter(isAbsolute).map((folder) => `-ffile-prefix-map=${folder}/=`),
  ];
}

function run(
  compiler: Compiler,
  file: string,
  folder: string,
  options: readonly string[],
): { ir: string; includes: string[] } {
  const work = join(tmpdir(), `vmcheck-${randomUUID()}`);
  mkdirSync(work);
  try {
    const out = join(work, 'out.ll');
    const deps = join(work, 'out.d');
    const [command, ...words] = compiler.command;
    const given = [...words, ...options, '-S', '-emit-llvm', '-MD', '-MF', deps, file, '-o', out];
    const { status, stderr, error } = spawnSync(command, given, { cwd: folder, encoding: 'utf8' });
    if (error !== undefined)
      throw new InputError(`${compiler.version} cannot be started: ${error.message}`);
    if (status !== 0) throw new InputError(complaintOf(stderr, file));
    return { ir: readFileSync(out, 'utf8'), includes: includesIn(readFileSync(deps, 'utf8')) };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The first error of clang, with its file and line. */
function complaintOf(stderr: string, file: string): string {
  const lines = stderr.split('\n');
  const first = lines.find((line) => /(fatal )?error:/.test(line));
  return first === undefined ? `${file} does not compile: ${lines[0]}` : first.trim();
}

/** Files in a rule of make. */
function includesIn(rule: string): string[] {
  return rule
    .replace(/\\\r?\n/g, ' ')
    .replace(/^[^:]*:/, '')
    .split(/(?<!\\)\s+/)
    .map((name) => name.replaceAll('\\ ', ' '))
    .filter((name) => name !== '');
}
