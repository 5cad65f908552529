/** LLVM IR: what is known is read, what is not is refused by its name. */

import { expect, test } from 'vitest';
import { parseModule } from '../../src/csource/ir/parse.ts';
import { tokenize } from '../../src/csource/ir/tokens.ts';

const kinds = (text: string) => tokenize(text, 'x.c').map(({ kind, text: own }) => [kind, own]);

test('names, quoted names, escapes and comments', () => {
  expect(kinds('%a = add i32 %"b c", 1 ; nothing')).toEqual([
    ['local', 'a'],
    ['punct', '='],
    ['word', 'add'],
    ['word', 'i32'],
    ['local', 'b c'],
    ['punct', ','],
    ['int', '1'],
    ['end', ''],
  ]);
  expect(kinds('c"a\\00\\22"')).toEqual([
    ['bytes', 'a\0"'],
    ['end', ''],
  ]);
  expect(kinds('!12 = !{!"x", i32 -1, double 0x3FF0000000000000}').map(([kind]) => kind)).toEqual([
    'meta',
    'punct',
    'punct',
    'punct',
    'punct',
    'string',
    'punct',
    'word',
    'int',
    'punct',
    'word',
    'float',
    'punct',
    'end',
  ]);
});

test('a character that is part of no token is refused with its line', () => {
  expect(() => tokenize('%a = add\n  ~', 'x.c')).toThrow('x.c: line 2');
});

const wrapped = (body: string) =>
  `target datalayout = "e-p:32:32"\ndefine i32 @f(ptr %0) {\n${body}\n  ret i32 0\n}\n`;

test('operations with flags, attributes and metadata', () => {
  const module = parseModule(
    wrapped(
      [
        '  %2 = load volatile i32, ptr %0, align 4, !dbg !3, !tbaa !4',
        '  %3 = add nuw nsw i32 %2, -1',
        '  store i32 %3, ptr getelementptr inbounds nuw ([2 x i32], ptr @g, i32 0, i32 1), align 4',
        '  %4 = call noundef zeroext i1 @h(ptr noundef byval({ i32 }) align 4 %0, ' +
          'i32 noundef 3) #2, !dbg !3',
        '  %5 = atomicrmw add ptr %0, i32 1 syncscope("agent") seq_cst, align 4',
        '  %6 = cmpxchg weak ptr %0, i32 0, i32 1 acquire monotonic, align 4',
        '  switch i32 %2, label %7 [',
        '    i32 1, label %7',
        '  ]',
        '7:',
      ].join('\n'),
    ) + '@g = internal global [2 x i32] [i32 1, i32 2], align 4\ndeclare zeroext i1 @h(ptr, i32)\n',
    'x.c',
  );
  const [fn] = module.functions;
  expect(fn.blocks.map(({ name }) => name)).toEqual(['1', '7']);
  expect(fn.blocks[0].instructions.map(({ op }) => op)).toEqual([
    'load',
    'add',
    'store',
    'call',
    'atomicrmw',
    'cmpxchg',
    'switch',
  ]);
  expect(fn.blocks[0].instructions[3].call?.arguments[0].byval).toEqual({
    kind: 'struct',
    fields: [{ kind: 'int', bits: 32 }],
    packed: false,
  });
  expect(fn.blocks[0].instructions[2].operands[1].value.kind).toBe('gep');
});

test.each([
  ['  indirectbr ptr %0, [label %1]', 'the instruction indirectbr is not modelled'],
  ['  %2 = va_arg ptr %0, i32', 'the instruction va_arg is not modelled'],
  ['  %2 = frobnicate i32 1', 'the instruction frobnicate is not modelled'],
  ['  store i32* null, ptr %0', 'typed pointers: clang 15 or later is needed'],
  [
    '  %2 = load i32, ptr blockaddress(@f, %1)',
    'constants of the kind blockaddress are not modelled',
  ],
])('%s is refused by its name', (line, why) => {
  expect(() => parseModule(wrapped(line), 'x.c')).toThrow(why);
});

test('assembly outside of functions is refused', () => {
  expect(() => parseModule('module asm ".globl x"', 'x.c')).toThrow(
    'assembly outside of functions',
  );
});
