/**
 * From textual LLVM IR (versions 15 and later, as clang prints it) to a module. An
 * instruction, a type or a constant that is not known here is refused by its name: what is
 * not understood cannot be explored.
 */

import { InputError } from '../../errors.ts';
import type {
  Argument,
  Block,
  FunctionDefinition,
  Global,
  Instruction,
  MetaNode,
  MetaValue,
  Module,
  Parameter,
  Type,
  Typed,
  Value,
} from './module.ts';
import { tokenize, type Token } from './tokens.ts';

const BINARY = new Set(
  'add sub mul udiv sdiv urem srem shl lshr ashr and or xor fadd fsub fmul fdiv frem'.split(' '),
);
const CASTS = new Set(
  'trunc zext sext fptrunc fpext fptoui fptosi uitofp sitofp ptrtoint inttoptr bitcast'.split(' '),
);
/** Said of operations; none of them changes what an execution without undefined behaviour does. */
const FLAGS = new Set(
  (
    'nuw nsw exact disjoint nneg samesign inbounds nusw fast nnan ninf nsz arcp contract afn ' +
    'reassoc tail musttail notail volatile weak'
  ).split(' '),
);
/** Attributes of functions, parameters and results that are one word. */
const ATTRIBUTES = new Set(
  (
    'zeroext signext inreg noalias nocapture nofree nest returned nonnull noundef swiftself ' +
    'immarg swifterror swiftasync readnone readonly writeonly writable nounwind noreturn ' +
    'alwaysinline dead_on_unwind allocalign allocptr dead_on_return noext ' +
    'nocallback nosync willreturn'
  ).split(' '),
);
/** Attributes with something in parentheses. */
const ATTRIBUTES_WITH = new Set(
  (
    'byval byref preallocated inalloca sret elementtype align dereferenceable range initializes ' +
    'dereferenceable_or_null nofpclass captures alignstack addrspace memory'
  ).split(' '),
);
const LINKAGE = new Set(
  (
    'private internal available_externally linkonce weak common appending extern_weak ' +
    'linkonce_odr weak_odr external'
  ).split(' '),
);
const PREEMPTION = new Set(
  (
    'dso_local dso_preemptable default hidden protected dllimport dllexport unnamed_addr ' +
    'local_unnamed_addr externally_initialized'
  ).split(' '),
);
const CALLING = new Set(
  'ccc fastcc coldcc tailcc swiftcc preserve_mostcc preserve_allcc'.split(' '),
);

export function parseModule(text: string, file: string): Module {
  return new Parser(tokenize(text, file), file).module();
}

const VOID: Type = { kind: 'void' };
const PTR: Type = { kind: 'ptr' };
const FOREIGN = new Set('half bfloat fp128 x86_fp80 ppc_fp128 x86_mmx x86_amx'.split(' '));

class Parser {
  private readonly tokens: readonly Token[];
  private readonly file: string;
  private at = 0;
  private readonly types = new Map<string, Type | undefined>();
  private readonly globals: Global[] = [];
  private readonly functions: FunctionDefinition[] = [];
  private readonly declared = new Map<string, Type>();
  private readonly aliases = new Map<string, Value>();
  private readonly metadata = new Map<number, MetaNode>();

  constructor(tokens: readonly Token[], file: string) {
    this.tokens = tokens;
    this.file = file;
  }

  private get token(): Token {
    return this.tokens[this.at]!;
  }

  private peek(ahead = 1): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]!;
  }

  private fail(what: string): never {
    throw new InputError(
      `${this.file}: ${what} (line ${this.token.line} of its LLVM IR, at ` +
        `${JSON.stringify(this.token.text)})`,
    );
  }

  private next(): Token {
    return this.tokens[this.at++]!;
  }

  private isPunct(text: string): boolean {
    return this.token.kind === 'punct' && this.token.text === text;
  }

  private isWord(text: string): boolean {
    return this.token.kind === 'word' && this.token.text === text;
  }

  private take(text: string): boolean {
    const { kind } = this.token;
    if ((kind !== 'punct' && kind !== 'word') || this.token.text !== text) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.take(text)) this.fail(`expected ${text}`);
  }

  private kind(kind: Token['kind']): string {
    if (this.token.kind !== kind) this.fail(`expected ${kind}`);
    return this.next().text;
  }

  private number(): number {
    return Number(this.kind('int'));
  }

  module(): Module {
    let triple = '';
    let dataLayout = '';
    while (this.token.kind !== 'end') {
      const { kind, text } = this.token;
      if (kind === 'word' && text === 'source_filename') {
        this.at += 2;
        this.kind('string');
      } else if (kind === 'word' && text === 'target') {
        this.at++;
        const which = this.kind('word');
        this.expect('=');
        const value = this.kind('string');
        if (which === 'triple') triple = value;
        else dataLayout = value;
      } else if (kind === 'word' && text === 'module') {
        this.at++;
        this.expect('asm');
        const asm = this.kind('string');
        if (/\S/.test(asm)) {
          throw new InputError(
            `${this.file}: assembly outside of functions is not modelled: ${JSON.stringify(asm)}`,
          );
        }
      } else if (kind === 'local') {
        this.typeDefinition();
      } else if (kind === 'global') {
        this.globalDefinition();
      } else if (kind === 'comdat') {
        this.at++;
        this.expect('=');
        this.expect('comdat');
        this.kind('word');
      } else if (kind === 'word' && text === 'attributes') {
        this.at++;
        this.kind('hash');
        this.expect('=');
        this.group('{', '}');
      } else if (kind === 'word' && text === 'declare') {
        this.declaration();
      } else if (kind === 'word' && text === 'define') {
        this.definition();
      } else if (kind === 'meta') {
        this.metadataDefinition();
      } else {
        this.fail('a line of a kind that is not known');
      }
    }
    const { file, types, globals, functions, declared, aliases, metadata } = this;
    return { file, triple, dataLayout, types, globals, functions, declared, aliases, metadata };
  }

  /** Passes over a group in brackets. */
  private group(open: string, close: string): void {
    this.expect(open);
    for (let depth = 1; depth > 0;) {
      if (this.token.kind === 'end') this.fail(`expected ${close}`);
      if (this.isPunct(open)) depth++;
      if (this.isPunct(close)) depth--;
      this.at++;
    }
  }

  private typeDefinition(): void {
    const name = this.next().text;
    this.expect('=');
    this.expect('type');
    this.types.set(name, this.take('opaque') ? undefined : this.type());
  }

  // Types

  private type(): Type {
    let type = this.simpleType();
    for (;;) {
      if (this.isPunct('(')) {
        this.at++;
        const parameters: Type[] = [];
        let variadic = false;
        while (!this.take(')')) {
          if (this.take('...')) variadic = true;
          else parameters.push(this.type());
          this.take(',');
        }
        type = { kind: 'function', result: type, parameters, variadic };
      } else if (this.isPunct('*')) {
        this.fail('typed pointers: clang 15 or later is needed');
      } else if (this.isWord('addrspace')) {
        this.fail('address spaces are not modelled');
      } else {
        return type;
      }
    }
  }

  private simpleType(): Type {
    const token = this.next();
    const { text } = token;
    if (token.kind === 'local') return { kind: 'named', name: text };
    if (token.kind === 'word') {
      switch (text) {
        case 'void':
          return VOID;
        case 'ptr':
          return PTR;
        case 'float':
        case 'double':
        case 'label':
        case 'metadata':
        case 'token':
          return { kind: text };
      }
      if (/^i\d+$/.test(text)) return { kind: 'int', bits: Number(text.slice(1)) };
      if (FOREIGN.has(text)) return { kind: 'foreign', name: text };
    }
    if (token.kind === 'punct') {
      if (text === '[') {
        const count = this.number();
        this.expect('x');
        const of = this.type();
        this.expect(']');
        return { kind: 'array', count, of };
      }
      if (text === '{') return this.structure(false);
      if (text === '<') {
        if (this.take('{')) {
          const structure = this.structure(true);
          this.expect('>');
          return structure;
        }
        this.at--;
        this.group('<', '>');
        return { kind: 'foreign', name: 'vectors' };
      }
    }
    this.at--;
    return this.fail('expected a type');
  }

  private structure(packed: boolean): Type {
    const fields: Type[] = [];
    while (!this.take('}')) {
      fields.push(this.type());
      this.take(',');
    }
    return { kind: 'struct', fields, packed };
  }

  private startsType(): boolean {
    const { kind, text } = this.token;
    if (kind === 'local') return true;
    if (kind === 'punct') return text === '[' || text === '{' || text === '<';
    if (kind !== 'word') return false;
    return (
      /^i\d+$/.test(text) ||
      FOREIGN.has(text) ||
      ['void', 'ptr', 'float', 'double', 'label', 'metadata', 'token'].includes(text)
    );
  }

  /** Attributes of a parameter, a result or a function; answers the type of a copy. */
  private attributes(): Type | undefined {
    let byval: Type | undefined;
    for (;;) {
      const { kind, text } = this.token;
      if (kind === 'word' && ATTRIBUTES_WITH.has(text)) {
        this.at++;
        if (text === 'align' && this.token.kind === 'int') {
          this.at++;
        } else if (text === 'byval' && this.isPunct('(')) {
          this.expect('(');
          byval = this.type();
          this.expect(')');
        } else if (text === 'inalloca' || text === 'preallocated') {
          this.fail(`arguments with ${text} are not modelled`);
        } else if (this.isPunct('(')) {
          this.group('(', ')');
        }
      } else if (kind === 'word' && ATTRIBUTES.has(text)) {
        this.at++;
      } else if (kind === 'string' || kind === 'hash') {
        this.at++;
        if (kind === 'string' && this.take('=')) this.kind('string');
      } else {
        return byval;
      }
    }
  }

  // Values

  private typed(): Typed {
    const type = this.type();
    this.attributes();
    if (type.kind === 'metadata') {
      this.metadataOperand();
      return { type, value: { kind: 'metadata' } };
    }
    return { type, value: this.value(type) };
  }

  private value(type: Type): Value {
    const token = this.next();
    const { kind, text } = token;
    switch (kind) {
      case 'local':
        return { kind: 'local', name: text };
      case 'global':
        return { kind: 'global', name: text };
      case 'int':
        return { kind: 'int', value: BigInt(text) };
      case 'float':
        return { kind: 'float', value: this.float(text, type) };
      case 'bytes':
        return { kind: 'bytes', bytes: text };
      case 'punct':
        if (text === '[') return this.aggregate(']');
        if (text === '{') return this.aggregate('}');
        if (text === '<' && this.take('{')) {
          const parts = this.aggregate('}');
          this.expect('>');
          return parts;
        }
        break;
      case 'word':
        return this.constant(text);
    }
    this.at--;
    return this.fail('expected a value');
  }

  private float(text: string, type: Type): number {
    if (!text.startsWith('0x')) return Number(text);
    if (!/^0x[0-9A-Fa-f]+$/.test(text) || (type.kind !== 'float' && type.kind !== 'double')) {
      this.fail('a number of a floating-point type that is not modelled');
    }
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt(text));
    return view.getFloat64(0);
  }

  private aggregate(close: string): Value {
    const parts: Typed[] = [];
    while (!this.take(close)) {
      parts.push(this.typed());
      this.take(',');
    }
    return { kind: 'aggregate', parts };
  }

  private constant(word: string): Value {
    switch (word) {
      case 'null':
      case 'zeroinitializer':
      case 'undef':
      case 'poison':
      case 'none':
        return { kind: 'zero' };
      case 'true':
        return { kind: 'int', value: 1n };
      case 'false':
        return { kind: 'int', value: 0n };
      case 'asm': {
        while (['sideeffect', 'alignstack', 'inteldialect', 'unwind'].includes(this.token.text))
          this.at++;
        const text = this.kind('string');
        this.expect(',');
        return { kind: 'asm', text, constraints: this.kind('string') };
      }
      case 'getelementptr': {
        while (this.token.kind === 'word' && FLAGS.has(this.token.text)) this.at++;
        if (this.take('inrange')) this.group('(', ')');
        this.expect('(');
        const source = this.type();
        this.expect(',');
        const [base, ...indices] = this.list(')');
        return { kind: 'gep', source, base: base!, indices };
      }
      case 'dso_local_equivalent':
      case 'no_cfi':
        return { kind: 'global', name: this.kind('global') };
    }
    if (CASTS.has(word)) {
      this.expect('(');
      const from = this.typed();
      this.expect('to');
      const to = this.type();
      this.expect(')');
      return { kind: 'cast', op: word, from, to };
    }
    if (BINARY.has(word)) {
      while (this.token.kind === 'word' && FLAGS.has(this.token.text)) this.at++;
      this.expect('(');
      const [left, right] = this.list(')');
      return { kind: 'binary', op: word, left: left!, right: right! };
    }
    this.at--;
    return this.fail(`constants of the kind ${word} are not modelled`);
  }

  private list(close: string): Typed[] {
    const values: Typed[] = [];
    while (!this.take(close)) {
      this.take('inrange');
      values.push(this.typed());
      this.take(',');
    }
    return values;
  }

  // Globals

  private globalDefinition(): void {
    const name = this.next().text;
    this.expect('=');
    let internal = false;
    let weak = false;
    let elsewhere = false;
    for (;;) {
      const { kind, text } = this.token;
      if (kind !== 'word') break;
      if (LINKAGE.has(text)) {
        internal ||= text === 'private' || text === 'internal';
        weak ||= /^(weak|linkonce|common)/.test(text);
        elsewhere ||=
          text === 'external' || text === 'extern_weak' || text === 'available_externally';
      } else if (text === 'thread_local') {
        this.at++;
        if (this.isPunct('(')) this.group('(', ')');
        throw new InputError(
          `${this.file}: ${name} is thread_local: use vmcheck_thread() and an array instead`,
        );
      } else if (!PREEMPTION.has(text)) {
        break;
      }
      this.at++;
    }
    const what = this.kind('word');
    if (what === 'alias' || what === 'ifunc') {
      if (what === 'ifunc') this.fail('ifuncs are not modelled');
      this.type();
      this.expect(',');
      this.aliases.set(name, this.typed().value);
      return this.globalEnd(() => undefined);
    }
    if (what !== 'global' && what !== 'constant') this.fail('expected global or constant');
    const type = this.type();
    const initial = elsewhere || !this.startsValue() ? undefined : this.value(type);
    let align = 0;
    let debug: number | undefined;
    this.globalEnd((field) => {
      if (field === 'align') align = this.number();
      else if (field === 'dbg') debug = Number(this.kind('meta'));
      else return false;
      return true;
    });
    this.globals.push({
      name,
      type,
      internal,
      weak,
      constant: what === 'constant',
      align,
      ...(initial !== undefined && { initial }),
      ...(debug !== undefined && { debug }),
    });
  }

  private startsValue(): boolean {
    const { kind, text } = this.token;
    if (kind === 'word') return text !== 'align' && text !== 'section' && text !== 'comdat';
    if (kind === 'punct') return text === '[' || text === '{' || text === '<';
    return ['global', 'int', 'float', 'bytes'].includes(kind) && this.peek(1).text !== '=';
  }

  /** `, section "x", align 4, !dbg !3` and attribute groups. */
  private globalEnd(field: (name: string) => boolean | undefined): void {
    for (;;) {
      if (this.token.kind === 'hash') {
        this.at++;
        continue;
      }
      if (!this.take(',')) return;
      if (this.token.kind === 'meta') {
        const name = this.next().text;
        if (field(name) !== true) this.kind('meta');
      } else if (this.take('align')) {
        if (field('align') !== true) this.number();
      } else if (this.take('section') || this.take('partition')) {
        this.kind('string');
      } else if (this.take('comdat')) {
        if (this.isPunct('(')) this.group('(', ')');
      } else if (this.take('code_model')) {
        this.kind('string');
      } else {
        this.fail('a property of a global that is not known');
      }
    }
  }

  // Functions

  private declaration(): void {
    this.expect('declare');
    while (this.token.kind === 'meta') {
      this.at++;
      this.kind('meta');
    }
    const { name, result, parameters, variadic } = this.header();
    const types = parameters.map(({ type }) => type);
    this.declared.set(name, { kind: 'function', result, parameters: types, variadic });
    this.functionAttributes();
  }

  private header() {
    let internal = false;
    let weak = false;
    for (;;) {
      const { kind, text } = this.token;
      if (kind !== 'word') break;
      if (LINKAGE.has(text)) {
        internal ||= text === 'private' || text === 'internal';
        weak ||= /^(weak|linkonce|extern_weak|available)/.test(text);
      } else if (text === 'cc') {
        this.fail('calling conventions by number are not modelled');
      } else if (!PREEMPTION.has(text) && !CALLING.has(text)) {
        break;
      }
      this.at++;
    }
    this.attributes();
    // A type of a result would take the parameters for those of a function type.
    const result = this.resultType();
    const name = this.kind('global');
    this.expect('(');
    const parameters: Parameter[] = [];
    let variadic = false;
    while (!this.take(')')) {
      if (this.take('...')) {
        variadic = true;
      } else {
        const type = this.type();
        const byval = this.attributes();
        const own = this.token.kind === 'local' ? this.next().text : String(parameters.length);
        parameters.push({ type, name: own, ...(byval !== undefined && { byval }) });
      }
      this.take(',');
    }
    return { internal, weak, result, name, parameters, variadic };
  }

  private resultType(): Type {
    return this.simpleType();
  }

  /** What comes behind the parameters; answers the number of the subprogram. */
  private functionAttributes(): number | undefined {
    let subprogram: number | undefined;
    for (;;) {
      const { kind, text } = this.token;
      if (kind === 'word' && (text === 'unnamed_addr' || text === 'local_unnamed_addr')) this.at++;
      else if (kind === 'hash' && !text.startsWith('dbg_')) this.at++;
      else if (kind === 'word' && (text === 'section' || text === 'gc' || text === 'partition')) {
        this.at++;
        this.kind('string');
      } else if (kind === 'word' && text === 'align') {
        this.at++;
        this.number();
      } else if (kind === 'word' && text === 'comdat') {
        this.at++;
        if (this.isPunct('(')) this.group('(', ')');
      } else if (
        kind === 'word' &&
        (text === 'prefix' || text === 'prologue' || text === 'personality')
      ) {
        this.fail(`functions with ${text} are not modelled`);
      } else if (kind === 'word' && (ATTRIBUTES.has(text) || ATTRIBUTES_WITH.has(text))) {
        this.attributes();
      } else if (kind === 'meta') {
        // `!0 = ...` on the next line belongs to nobody here.
        if (this.peek().text === '=') return subprogram;
        this.at++;
        const ref = this.kind('meta');
        if (text === 'dbg') subprogram = Number(ref);
      } else {
        return subprogram;
      }
    }
  }

  private definition(): void {
    this.expect('define');
    const { internal, weak, result, name, parameters, variadic } = this.header();
    const subprogram = this.functionAttributes();
    this.expect('{');
    const blocks: Block[] = [];
    const variables = new Map<string, number>();
    let block = '';
    let instructions: Instruction[] = [];
    let named = false;
    const close = (): void => {
      if (named || instructions.length > 0) blocks.push({ name: block, instructions });
      instructions = [];
    };
    // The first block has the number behind the parameters if it has no name.
    block = String(parameters.length);
    while (!this.take('}')) {
      if (this.token.kind === 'label') {
        close();
        block = this.next().text;
        named = true;
      } else if (this.token.kind === 'hash' && this.token.text.startsWith('dbg_')) {
        this.debugRecord(variables);
      } else {
        const instruction = this.instruction(variables);
        if (instruction !== undefined) instructions.push(instruction);
      }
    }
    close();
    this.functions.push({
      name,
      internal,
      weak,
      result,
      parameters,
      variadic,
      blocks,
      variables,
      ...(subprogram !== undefined && { subprogram }),
    });
  }

  /** `#dbg_declare(ptr %2, !39, !DIExpression(), !48)` */
  private debugRecord(variables: Map<string, number>): void {
    const what = this.next().text;
    if (what === 'dbg_declare' && this.peek(2).kind === 'local' && this.peek(4).kind === 'meta') {
      variables.set(this.peek(2).text, Number(this.peek(4).text));
    }
    this.group('(', ')');
  }

  private metadataOperand(): number | undefined {
    if (this.token.kind === 'meta') {
      const { text } = this.next();
      if (this.isPunct('(')) this.group('(', ')');
      return Number(text);
    }
    if (this.isPunct('!')) {
      this.at++;
      if (this.token.kind === 'string') this.at++;
      else this.group('{', '}');
      return undefined;
    }
    this.typed();
    return undefined;
  }

  private instruction(variables: Map<string, number>): Instruction | undefined {
    const { line } = this.token;
    let result: string | undefined;
    if (this.token.kind === 'local') {
      result = this.next().text;
      this.expect('=');
    }
    const parsed = this.operation(result, variables);
    let location: number | undefined;
    while (this.isPunct(',') || this.token.kind === 'hash') {
      if (this.token.kind === 'hash') {
        if (this.token.text.startsWith('dbg_')) break;
        this.at++;
        continue;
      }
      this.at++;
      if (this.token.kind === 'meta') {
        const name = this.next().text;
        const ref = this.kind('meta');
        if (name === 'dbg') location = Number(ref);
      } else if (this.take('align')) {
        this.number();
      } else {
        this.fail('a property of an instruction that is not known');
      }
    }
    if (parsed === undefined) return undefined;
    return {
      ...parsed,
      line,
      ...(result !== undefined && { result }),
      ...(location !== undefined && { location }),
    };
  }

  private flags(): Set<string> {
    const found = new Set<string>();
    while (this.token.kind === 'word' && FLAGS.has(this.token.text)) found.add(this.next().text);
    return found;
  }

  private blockName(): string {
    this.expect('label');
    return this.kind('local');
  }

  /** All but its result, its location and its line; undefined for what only debuggers need. */
  private operation(
    result: string | undefined,
    variables: Map<string, number>,
  ): Omit<Instruction, 'line'> | undefined {
    if (this.token.kind !== 'word') this.fail('expected an instruction');
    if (['tail', 'musttail', 'notail'].includes(this.token.text)) this.at++;
    const op = this.next().text;
    if (BINARY.has(op)) {
      this.flags();
      const left = this.typed();
      this.expect(',');
      const right = { type: left.type, value: this.value(left.type) };
      return { op, type: left.type, operands: [left, right] };
    }
    if (CASTS.has(op)) {
      this.flags();
      const from = this.typed();
      this.expect('to');
      return { op, type: this.type(), operands: [from] };
    }
    switch (op) {
      case 'alloca': {
        if (this.take('inalloca')) this.fail('arguments with inalloca are not modelled');
        const type = this.type();
        const operands: Typed[] = [];
        while (this.isPunct(',') && this.peek().kind !== 'meta') {
          this.at++;
          if (this.take('align')) this.number();
          else operands.push(this.typed());
        }
        return { op, type, operands };
      }
      case 'load': {
        const atomic = this.take('atomic');
        this.flags();
        const type = this.type();
        this.expect(',');
        const from = this.typed();
        if (atomic) this.ordering();
        return { op, type, operands: [from], atomic };
      }
      case 'store': {
        const atomic = this.take('atomic');
        this.flags();
        const value = this.typed();
        this.expect(',');
        const to = this.typed();
        if (atomic) this.ordering();
        return { op, type: value.type, operands: [value, to], atomic };
      }
      case 'fence':
        this.ordering();
        return { op, type: VOID, operands: [] };
      case 'cmpxchg': {
        this.flags();
        const to = this.typed();
        this.expect(',');
        const expected = this.typed();
        this.expect(',');
        const value = this.typed();
        this.ordering();
        this.kind('word');
        const fields: Type[] = [value.type, { kind: 'int', bits: 1 }];
        const type: Type = { kind: 'struct', fields, packed: false };
        return { op, type, operands: [to, expected, value], atomic: true };
      }
      case 'atomicrmw': {
        this.flags();
        const flavour = this.kind('word');
        const to = this.typed();
        this.expect(',');
        const value = this.typed();
        this.ordering();
        return { op, type: value.type, operands: [to, value], flavour, atomic: true };
      }
      case 'getelementptr': {
        this.flags();
        const source = this.type();
        const operands: Typed[] = [];
        while (this.isPunct(',') && this.peek().kind !== 'meta') {
          this.at++;
          this.take('inrange');
          operands.push(this.typed());
        }
        if (operands.some(({ type }) => type.kind === 'foreign'))
          this.fail('vectors are not modelled');
        return { op, type: PTR, operands, source };
      }
      case 'icmp':
      case 'fcmp': {
        this.flags();
        const flavour = this.kind('word');
        const left = this.typed();
        this.expect(',');
        const right = { type: left.type, value: this.value(left.type) };
        return { op, type: { kind: 'int', bits: 1 }, operands: [left, right], flavour };
      }
      case 'fneg':
      case 'freeze': {
        this.flags();
        const of = this.typed();
        return { op, type: of.type, operands: [of] };
      }
      case 'select': {
        this.flags();
        const condition = this.typed();
        this.expect(',');
        const yes = this.typed();
        this.expect(',');
        return { op, type: yes.type, operands: [condition, yes, this.typed()] };
      }
      case 'phi': {
        this.flags();
        const type = this.type();
        const operands: Typed[] = [];
        const labels: string[] = [];
        do {
          this.expect('[');
          operands.push({ type, value: this.value(type) });
          this.expect(',');
          labels.push(this.kind('local'));
          this.expect(']');
        } while (this.peek().kind !== 'meta' && this.take(','));
        return { op, type, operands, labels };
      }
      case 'extractvalue': {
        const from = this.typed();
        return { op, type: VOID, operands: [from], path: this.path() };
      }
      case 'insertvalue': {
        const into = this.typed();
        this.expect(',');
        const value = this.typed();
        return { op, type: into.type, operands: [into, value], path: this.path() };
      }
      case 'br': {
        if (this.isWord('label'))
          return { op, type: VOID, operands: [], labels: [this.blockName()] };
        const condition = this.typed();
        this.expect(',');
        const yes = this.blockName();
        this.expect(',');
        return { op, type: VOID, operands: [condition], labels: [yes, this.blockName()] };
      }
      case 'switch': {
        const on = this.typed();
        this.expect(',');
        const labels = [this.blockName()];
        const cases: bigint[] = [];
        this.expect('[');
        while (!this.take(']')) {
          const { value } = this.typed();
          if (value.kind !== 'int') this.fail('expected a number');
          else cases.push(value.value);
          this.expect(',');
          labels.push(this.blockName());
        }
        return { op, type: VOID, operands: [on], labels, cases };
      }
      case 'ret': {
        const type = this.type();
        if (type.kind === 'void') return { op, type, operands: [] };
        return { op, type, operands: [{ type, value: this.value(type) }] };
      }
      case 'unreachable':
        return { op, type: VOID, operands: [] };
      case 'call':
        return this.call(result, variables);
    }
    this.at--;
    return this.fail(`the instruction ${op} is not modelled`);
  }

  private path(): number[] {
    const path: number[] = [];
    while (this.isPunct(',') && this.peek().kind === 'int') {
      this.at++;
      path.push(this.number());
    }
    return path;
  }

  private ordering(): void {
    if (this.take('syncscope')) this.group('(', ')');
    if (this.token.kind === 'word') this.at++;
    else this.fail('expected an ordering');
  }

  private call(
    result: string | undefined,
    variables: Map<string, number>,
  ): Omit<Instruction, 'line'> | undefined {
    this.flags();
    while (this.token.kind === 'word' && CALLING.has(this.token.text)) this.at++;
    this.attributes();
    let type = this.simpleType();
    let parameters: readonly Type[] | undefined;
    let variadic = false;
    if (this.isPunct('(')) {
      this.at++;
      const given: Type[] = [];
      while (!this.take(')')) {
        if (this.take('...')) variadic = true;
        else given.push(this.type());
        this.take(',');
      }
      parameters = given;
    }
    const callee = this.value(PTR);
    const declares = callee.kind === 'global' && callee.name === 'llvm.dbg.declare';
    this.expect('(');
    const given: Argument[] = [];
    const notes: (number | undefined)[] = [];
    let variable: string | undefined;
    while (!this.take(')')) {
      const of = this.type();
      const byval = this.attributes();
      if (of.kind === 'metadata') {
        if (declares && notes.length === 0 && this.peek().kind === 'local') {
          variable = this.peek().text;
        }
        notes.push(this.metadataOperand());
      } else {
        const value = this.value(of);
        given.push({ type: of, value, ...(byval !== undefined && { byval }) });
      }
      this.take(',');
    }
    this.attributes();
    if (this.isPunct('[')) {
      this.fail('operand bundles are not modelled');
    }
    if (callee.kind === 'global' && callee.name.startsWith('llvm.dbg.')) {
      if (variable !== undefined && notes[1] !== undefined) variables.set(variable, notes[1]);
      return undefined;
    }
    if (result === undefined && type.kind !== 'void') type = { ...type };
    const call = { callee, arguments: given, result: type, parameters, variadic };
    return { op: 'call', type, operands: given, call };
  }

  // Metadata

  private metadataDefinition(): void {
    const name = this.next().text;
    this.expect('=');
    this.take('distinct');
    const node = this.metadataNode();
    if (/^\d+$/.test(name)) this.metadata.set(Number(name), node);
  }

  private metadataNode(): MetaNode {
    const fields = new Map<string, MetaValue>();
    const parts: MetaValue[] = [];
    if (this.take('!')) {
      this.expect('{');
      while (!this.take('}')) {
        parts.push(this.metadataValue());
        this.take(',');
      }
      return { kind: '', fields, parts };
    }
    const kind = this.kind('meta');
    if (!this.isPunct('(')) return { kind: '', fields, parts: [{ ref: Number(kind) }] };
    this.expect('(');
    while (!this.take(')')) {
      if (this.token.kind === 'label') {
        fields.set(this.next().text, this.metadataValue());
      } else if (this.peek().text === ':' && this.peek().kind === 'punct') {
        const name = this.next().text;
        this.at++;
        fields.set(name, this.metadataValue());
      } else {
        parts.push(this.metadataValue());
      }
      this.take(',');
    }
    return { kind, fields, parts };
  }

  private metadataValue(): MetaValue {
    const { kind, text } = this.token;
    if (kind === 'meta') {
      if (this.peek().text === '(') return { node: this.metadataNode() };
      this.at++;
      return { ref: Number(text) };
    }
    if (kind === 'string' || kind === 'bytes') {
      this.at++;
      return { text };
    }
    if (kind === 'punct' && text === '!') {
      if (this.peek().kind === 'string') {
        this.at += 2;
        return { text: this.tokens[this.at - 1]!.text };
      }
      return { node: this.metadataNode() };
    }
    // A value with its type, or words such as `DW_TAG_member` and `DIFlagA | DIFlagB`.
    if (this.startsType() && ['int', 'global', 'local', 'word'].includes(this.peek().kind)) {
      const { value } = this.typed();
      return { word: value.kind === 'int' ? String(value.value) : value.kind };
    }
    if (this.startsType() && this.peek().text === '(') {
      this.typed();
      return { word: '' };
    }
    let word = this.next().text;
    while (this.take('|')) word += ` | ${this.next().text}`;
    return { word };
  }
}
