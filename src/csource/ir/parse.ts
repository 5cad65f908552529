/**
 * From textual LLVM IR (versions 15 and later, as clang prints it) to a module. An
 * instruction, a type or a constant that is not known here is refused by its name: what is
 * not understood cannot be explored.
 */

import { InputError } from '../../errors.ts';
import { Cursor } from './cursor.ts';
import { parseDeclaration, parseDefinition } from './functions.ts';
import { parseGlobal } from './globals.ts';
import { parseMetadataDefinition } from './metadata.ts';
import type { FunctionDefinition, Global, MetaNode, Module, Type, Value } from './module.ts';
import { type Token, tokenize } from './tokens.ts';
import { parseTypeDefinition } from './types.ts';

export function parseModule(text: string, file: string): Module {
  return new ModuleParser(new Cursor(tokenize(text, file), file)).parse();
}

class ModuleParser {
  private readonly cursor: Cursor;
  private triple = '';
  private dataLayout = '';
  private readonly types = new Map<string, Type | undefined>();
  private readonly globals: Global[] = [];
  private readonly functions: FunctionDefinition[] = [];
  private readonly declared = new Map<string, Type>();
  private readonly aliases = new Map<string, Value>();
  private readonly metadata = new Map<number, MetaNode>();

  /** By the word that a definition begins with. */
  private readonly byWord: Readonly<Record<string, () => void>> = {
    source_filename: () => this.sourceName(),
    target: () => this.target(),
    module: () => this.assembly(),
    attributes: () => this.attributeGroup(),
    declare: () => void this.declared.set(...parseDeclaration(this.cursor)),
    define: () => void this.functions.push(parseDefinition(this.cursor)),
  };

  /** By the kind of the token that a definition begins with. */
  private readonly byKind: Readonly<Partial<Record<Token['kind'], () => void>>> = {
    local: () => void this.types.set(...parseTypeDefinition(this.cursor)),
    global: () => this.global(),
    comdat: () => this.comdat(),
    meta: () => this.metadataNode(),
  };

  constructor(cursor: Cursor) {
    this.cursor = cursor;
  }

  parse(): Module {
    const { cursor } = this;
    while (cursor.token.kind !== 'end') {
      const { kind, text } = cursor.token;
      const known = kind === 'word' && Object.hasOwn(this.byWord, text);
      const parse = known ? this.byWord[text] : this.byKind[kind];
      if (parse === undefined) this.cursor.fail('a line of a kind that is not known');
      parse();
    }
    const { triple, dataLayout, types, globals, functions, declared, aliases, metadata } = this;
    const { file } = cursor;
    return { file, triple, dataLayout, types, globals, functions, declared, aliases, metadata };
  }

  private sourceName(): void {
    this.cursor.skip(2);
    this.cursor.kind('string');
  }

  private target(): void {
    this.cursor.skip();
    const which = this.cursor.kind('word');
    this.cursor.expect('=');
    const value = this.cursor.kind('string');
    if (which === 'triple') this.triple = value;
    else this.dataLayout = value;
  }

  private assembly(): void {
    this.cursor.skip();
    this.cursor.expect('asm');
    const asm = this.cursor.kind('string');
    if (!/\S/.test(asm)) return;
    throw new InputError(
      `${this.cursor.file}: assembly outside of functions is not modelled: ${JSON.stringify(asm)}`,
    );
  }

  private attributeGroup(): void {
    this.cursor.skip();
    this.cursor.kind('hash');
    this.cursor.expect('=');
    this.cursor.group('{', '}');
  }

  private comdat(): void {
    this.cursor.skip();
    this.cursor.expect('=');
    this.cursor.expect('comdat');
    this.cursor.kind('word');
  }

  private global(): void {
    const parsed = parseGlobal(this.cursor);
    if ('global' in parsed) this.globals.push(parsed.global);
    else this.aliases.set(parsed.alias.name, parsed.alias.of);
  }

  private metadataNode(): void {
    const [name, node] = parseMetadataDefinition(this.cursor);
    if (/^\d+$/.test(name)) this.metadata.set(Number(name), node);
  }
}
