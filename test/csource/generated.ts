/**
 * Small C programs by chance: threads that share words, locks, branches, loops, atomic operations.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHarness } from '../../src/csource/harness/harness.ts';
import { SourceSystem } from '../../src/csource/system/system.ts';

export const VARIABLES = 4;

function randomOf(seed: number): (below: number) => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

/** The threads of one program. */
function programOf(seed: number): string {
  const random = randomOf(seed);
  const threads = 2 + (random(5) === 0 ? 1 : 0);
  const word = (): string => `s[${random(VARIABLES)}]`;
  const expression = (): string =>
    [
      () => String(random(3)),
      () => word(),
      () => `r + ${random(2)}`,
      () => `q`,
      () => `${word()} + ${word()}`,
    ][random(5)]();
  const condition = (): string =>
    `${random(2) === 0 ? word() : 'r'} ${['==', '<', '>'][random(3)]} ${random(3)}`;
  const statement = (depth: number): string => {
    switch (random(depth > 0 ? 14 : 10)) {
      case 0:
      case 1:
        return `r = ${expression()};`;
      case 2:
      case 3:
        return `${word()} = ${expression()};`;
      case 4:
        return `${word()}++;`;
      case 5:
        return `q = __atomic_fetch_add(&${word()}, 1, __ATOMIC_SEQ_CST);`;
      case 6:
        return `r = __sync_bool_compare_and_swap(&${word()}, ${random(2)}, ${random(3)});`;
      case 7:
        return `p = &${word()}; *p = *p + 1;`;
      case 8:
        return `r = vmcheck_choose(2);`;
      case 9:
        return `swap(&${word()}, &${word()});`;
      case 10:
        return `if (${condition()}) { ${block(depth - 1)} } else { ${block(depth - 1)} }`;
      case 11: {
        const l = random(2);
        return `lock(&l[${l}]); ${block(depth - 1)} unlock(&l[${l}]);`;
      }
      case 12:
        return `for (int i = 0; i < 2; i++) { ${statement(0)} }`;
      default:
        return `{ struct pair t = pairs[${random(2)}]; t.a++; pairs[${random(2)}] = t; r = t.b; }`;
    }
  };
  const block = (depth: number): string =>
    Array.from({ length: 1 + random(2) }, () => statement(depth)).join(' ');
  return Array.from({ length: 3 }, (_, thread) => {
    if (thread >= threads) return `void p${seed}_${thread}(void) {}`;
    const body = Array.from({ length: 2 + random(threads === 3 ? 1 : 2) }, () => statement(2));
    const check =
      random(3) === 0 ? `if (${condition()}) { if (${condition()}) vmcheck_fail("c"); }` : '';
    return `void p${seed}_${thread}(void) { int r = 0, q = 0, *p; ${body.join(' ')} ${check} }`;
  }).join('\n');
}

const SOURCE = `
#include <vmcheck.h>
struct pair { int a, b; };
extern int s[${VARIABLES}], l[2];
extern struct pair pairs[2];
void lock(int *), unlock(int *);
static void swap(int *a, int *b) { int t = *a; *a = *b; *b = t; }
`;

const ENVIRONMENT = `
#include <vmcheck.h>
struct pair { int a, b; };
int s[${VARIABLES}], l[2];
struct pair pairs[2];
void lock(int *p) { while (*p) vmcheck_wait(); *p = 1; }
void unlock(int *p) { *p = 0; }
int ordered(void) { return s[0] <= s[1] + 2; }
int apart(void) { return !(s[2] == 2 && s[3] == 1); }
int even(void) { return pairs[0].a != 2 || s[0] != 1; }
`;

/** Programs \`first\` to \`first + count - 1\`, each a scenario of one system. */
export function generated(first: number, count: number): { system: SourceSystem; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'vmcheck-generated-'));
  const seeds = Array.from({ length: count }, (_, i) => first + i);
  writeFileSync(join(folder, 'p.c'), SOURCE + seeds.map((seed) => programOf(seed)).join('\n'));
  writeFileSync(join(folder, 'e.c'), ENVIRONMENT);
  const harness = parseHarness(
    {
      name: 'generated',
      sources: ['p.c'],
      environment: ['e.c'],
      overflow: 'wrap',
      scenarios: seeds.map((seed) => ({
        name: `p${seed}`,
        purpose: 'by chance',
        threads: [0, 1, 2].map((i) => ({ name: `t${i}`, function: `p${seed}_${i}` })),
      })),
      invariants: ['ordered', 'apart', 'even'].map((name) => ({
        name,
        sentence: name,
        function: name,
      })),
    },
    'generated',
  );
  const system = new SourceSystem(harness, 'generated.vmcheck.json', folder);
  return { system, remove: () => rmSync(folder, { recursive: true }) };
}

/** A system of one source and one environment, both given as text. */
export function handmade(
  source: string,
  environment: string,
  threads: readonly string[],
  invariants: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): { system: SourceSystem; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'vmcheck-handmade-'));
  writeFileSync(join(folder, 'p.c'), source);
  writeFileSync(join(folder, 'e.c'), environment);
  const remove = (): void => rmSync(folder, { recursive: true });
  try {
    const harness = parseHarness(
      {
        name: 'handmade',
        sources: ['p.c'],
        environment: ['e.c'],
        threads: threads.map((fn, i) => ({ name: `t${i}`, function: fn })),
        invariants: invariants.map((name) => ({ name, sentence: name, function: name })),
        ...more,
      },
      'handmade',
    );
    return { system: new SourceSystem(harness, 'handmade.vmcheck.json', folder), remove };
  } catch (error) {
    remove();
    throw error;
  }
}
