/** What C must not do is told with its line, and what is no harness is refused with a sentence. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSource } from '../../src/csource/system/load.ts';
import { parseHarness } from '../../src/csource/harness/harness.ts';
import { searched, withClang } from './clang.ts';
import { handmade } from './generated.ts';

const FAULTS: readonly (readonly [invariant: string, body: string, sentence: string])[] = [
  [
    'null-pointer',
    'struct s *p = nothing; p->b = 1;',
    'a write through a null pointer, 4 bytes beyond it',
  ],
  ['wild-pointer', 'int *p = array; p[two + 3] = 1;', '12 bytes behind the end of array'],
  ['wild-pointer', 'int *p = (int *)&fixed; *p = two;', 'a write to fixed, which is constant'],
  [
    'wild-pointer',
    'call = (void (*)(void))(long)two; call();',
    'a call through a pointer to no function',
  ],
  ['wild-pointer', 'int *p = escaped(); *p = two;', 'a variable of a function that has returned'],
  ['undefined-behaviour', 'two = 2147483647; two = two + 1;', 'a sum overflows'],
  ['undefined-behaviour', 'two = two << (two + 30);', 'a shift by too many bits'],
  ['undefined-behaviour', 'two = 7 / (two - 2);', 'a division by zero'],
  ['undefined-behaviour', 'array[two] = 1;', 'an index lies beyond the end of an array'],
  ['undefined-behaviour', '__builtin_unreachable();', 'a place is reached that cannot be reached'],
  ['assertion', 'vmcheck_assert(two == 3);', 'two == 3 at p.c:'],
  ['panic', 'vmcheck_panic("out of frames");', 'out of frames at p.c:'],
  ['missing-function', 'nowhere(two);', 'nowhere is called, and is defined nowhere'],
  ['endless-loop', 'for (int i = 0; i < 2; i = 0) ;', 'a loop goes round more often'],
  ['stack-overflow', 'two = deep(two);', 'the stack of the thread is full'],
  ['environment', 'two = vmcheck_choose(two + 30);', 'a choice of 32 ways'],
];

withClang('faults are told by their kind, their line and the names of the C', async () => {
  const functions = FAULTS.map(([, body], i) => `void f${i}(void) { ${body} }`).join('\n');
  const source = `
    #include <vmcheck.h>
    struct s { int a, b; };
    int two = 2, array[2]; const int fixed = 1; struct s *nothing; void (*call)(void);
    void nowhere(int);
    static int *keep(int *p) { return p; }
    static int *escaped(void) { int x = two; return keep(&x); }
    static int look(int *p) { return *p; }
    static int deep(int n) { int room[64]; room[n & 63] = n; return deep(n + 1) + look(room); }
    ${functions}
  `;
  const scenarios = FAULTS.map((_, i) => ({
    name: `s${i}`,
    purpose: 'fault',
    threads: [{ function: `f${i}` }],
  }));
  const { system, remove } = handmade(source, '', [], [], { scenarios });
  try {
    for (const [i, [invariant, , sentence]] of FAULTS.entries()) {
      const { verdict } = await searched(system, { scenario: `s${i}` });
      const [violation] = verdict.violations;
      expect(violation?.invariant, sentence).toBe(invariant);
      expect(violation?.sentence).toContain(sentence);
      expect(violation?.sentence).toContain('p.c:');
    }
  } finally {
    remove();
  }
});

withClang(
  'loops that wait for what never comes are a deadlock, also in several steps',
  async () => {
    const source = `
    int a, b, c;
    void waits(void) { while (!a || !b) { if (c) c = 0; } }
    void goes(void) { a = 1; }
  `;
    const { system, remove } = handmade(source, '', ['waits', 'goes'], []);
    try {
      for (const grain of ['access', 'adaptive']) {
        const { verdict } = await searched(system, { options: { yield: grain } });
        expect(verdict.violations.map(({ invariant }) => invariant)).toEqual(['deadlock-free']);
      }
    } finally {
      remove();
    }
  },
);

/** What is computed agrees with what clang itself computes of constants. */
withClang('operations of all widths, structures, calls and loops compute what C says', async () => {
  const source = `
    #include <vmcheck.h>
    typedef unsigned char u8; typedef short s16; typedef unsigned long long u64; typedef long long s64;
    volatile u8 a8 = 200; volatile s16 a16 = -1234; volatile int a32 = -7; volatile u64 a64 = 0x123456789abcdef0ull;
    volatile unsigned b32 = 5; volatile double d = 2.5; volatile float f = -0.75f;
    struct pair { int x; s64 y; char z[3]; }; struct bits { unsigned a : 3; int b : 5; unsigned c : 9; };
    static struct pair make(int x) { struct pair p = { x, -x, "ab" }; return p; }
    static s64 sum(struct pair p) { p.x++; return p.x + p.y + p.z[1]; }
    static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
    static int pick(int n) { switch (n) { case 1: return 10; case -2: return 20; case 7: n++; default: return n; } }
    static int twice(int n) { return 2 * n; }
    static int (*table[2])(int) = { fib, twice };
    static int count(int n, ...) { __builtin_va_list v; __builtin_va_start(v, n); int s = 0;
      while (n-- > 0) s += __builtin_va_arg(v, int); s += (int)__builtin_va_arg(v, s64); __builtin_va_end(v); return s; }
    void run(void) {
      vmcheck_assert((u8)(a8 + 100) == 44); vmcheck_assert((signed char)a8 == -56); vmcheck_assert(a16 / 7 == -176);
      vmcheck_assert(a16 % 100 == -34); vmcheck_assert((unsigned short)a16 == 64302); vmcheck_assert(a32 >> 1 == -4);
      vmcheck_assert((unsigned)a32 >> 28 == 15); vmcheck_assert(a32 * 3 == -21); vmcheck_assert(a32 < (int)b32);
      vmcheck_assert((unsigned)a32 > b32); vmcheck_assert((a64 >> 36) == 0x1234567); vmcheck_assert(a64 % 1000 == 0x123456789abcdef0ull % 1000);
      vmcheck_assert((s64)a32 * 1000000007ll == -7000000049ll);
      vmcheck_assert(__builtin_popcount(b32) == 2 && __builtin_ctz(8 * b32) == 3 && __builtin_clzll(a64) == 3);
      vmcheck_assert(__builtin_bswap32(0x01020304u + b32) == 0x09030201u);
      vmcheck_assert(d * 2 == 5.0 && f + 1 == 0.25f && d > f && (double)a32 == -7.0);
      struct pair p = make(4), q = p; q.z[1] = 'c'; vmcheck_assert(sum(q) == 5 - 4 + 'c' && p.z[1] == 'b' && q.x == 4);
      struct bits b = { 5, -3, 300 }; b.a += 2; vmcheck_assert(b.a == 7 && b.b == -3 && b.c == 300); b.a++; vmcheck_assert(b.a == 0);
      vmcheck_assert(fib(9) == 34 && table[b32 - 4](21) == 42 && table[0]((int)b32) == 5);
      vmcheck_assert(pick(1) == 10 && pick(-2) == 20 && pick(7) == 8 && pick(3) == 3);
      vmcheck_assert(count(3, 1, 2, 3, 40ll) == 46);
      int m[3][4], *e = &m[0][0]; for (int i = 0; i < 12; i++) e[i] = i * i; vmcheck_assert(m[2][1] == 81 && &m[1][2] - e == 6);
      int x = 3, y = __sync_fetch_and_add(&x, 4); vmcheck_assert(y == 3 && x == 7 && __sync_bool_compare_and_swap(&x, 7, 9) && x == 9);
      vmcheck_assert((a32 < 0 && b32 > 3 ? a8 : a16) == 200);
      vmcheck_assert(sizeof(long) == sizeof(void *));
    }
  `;
  for (const target of ['ilp32', 'lp64', 'i386', 'x86_64', 'aarch64']) {
    const { system, remove } = handmade(source, '', ['run'], [], { target });
    try {
      const { verdict } = await searched(system);
      expect(verdict.violations[0]?.sentence, target).toBeUndefined();
      expect(verdict.outcome).toBe('holds');
    } finally {
      remove();
    }
  }
});

withClang('what cannot be explored is refused with its place', async () => {
  const refusals: readonly (readonly [
    source: string,
    environment: string,
    more: object,
    why: RegExp,
  ])[] = [
    ['int f(void) { return x; }', '', {}, /^p\.c:1:22: error: use of undeclared identifier 'x'/],
    ['void g(void) {}', '', {}, /there is no C function f in the sources/],
    [
      'void f(void) {}',
      'void nowhere(void); void e(void) { nowhere(); }',
      {},
      /^e\.c:1: e of the environment calls nowhere/,
    ],
    ['void f(void) { asm volatile("wfi"); }', '', {}, /inline assembly "wfi" is not modelled/],
    ['extern int x; void f(void) { x = 1; }', '', {}, /the variable x is nowhere/],
    [
      'void f(void) {}',
      '#include <vmcheck.h>\nvoid s(void) { vmcheck_fail("no room"); }',
      { initialise: 's' },
      /initialisation fails at e\.c:2 in s: no room/,
    ],
    ['void f(void) {}', '', { show: ['pages'] }, /there is no variable pages/],
  ];
  for (const [source, environment, more, why] of refusals) {
    const { system, remove } = handmade(
      source,
      environment,
      ['f'],
      [],
      more as Record<string, unknown>,
    );
    try {
      await expect(searched(system)).rejects.toThrow(why);
    } finally {
      remove();
    }
  }
});

withClang('an invariant that writes is refused', async () => {
  const { system, remove } = handmade(
    'int x; void f(void) { x = 1; }',
    'extern int x; int i(void) { return ++x; }',
    ['f'],
    ['i'],
  );
  try {
    await expect(searched(system)).rejects.toThrow(
      'the invariant i writes: it changes x at e.c:1 in i',
    );
  } finally {
    remove();
  }
});

test.each([
  [{ name: 'x', sources: ['a.c'], thread: [] }, 'unknown key "thread": did you mean threads?'],
  [{ name: 'x', sources: [] }, 'sources names at least one C file'],
  [{ name: 'x y', sources: ['a.c'] }, 'name consists of letters'],
  [
    { name: 'x', sources: ['a.c'], threads: [{ function: 'f', funktion: 1 }] },
    'threads[0]: unknown key "funktion"',
  ],
  [
    { name: 'x', sources: ['a.c'], threads: [{ function: 'f' }], target: 'vax' },
    'target is one of ilp32',
  ],
  [[], 'h.json is not an object'],
])('%j is no harness', (json, why) => {
  expect(() => parseHarness(json, 'h.json')).toThrow(why);
});

test('a missing harness file, or one that names a missing source, leaves nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcheck-none-'));
  try {
    await expect(loadSource('none.json', folder)).rejects.toThrow('there is no file none.json');
    const harness = { name: 'x', sources: ['none.c'], threads: [{ function: 'f' }] };
    writeFileSync(join(folder, 'h.json'), JSON.stringify(harness));
    await expect(loadSource('h.json', folder)).rejects.toThrow('h.json: there is no file none.c');
    expect(readdirSync(folder)).toEqual(['h.json']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
