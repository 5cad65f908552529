/** What clang tells debuggers: places, functions, types and names of variables. */

import type { MetaNode, MetaValue, Module } from './module.ts';

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly fn: string;
}

export class DebugInfo {
  private readonly module: Module;

  constructor(module: Module) {
    this.module = module;
  }

  node(value: MetaValue | undefined): MetaNode | undefined {
    if (value === undefined) return undefined;
    if ('node' in value) return value.node;
    return 'ref' in value ? this.module.metadata.get(value.ref) : undefined;
  }

  field(node: MetaNode | undefined, name: string): MetaNode | undefined {
    return this.node(node?.fields.get(name));
  }

  text(node: MetaNode | undefined, name: string): string | undefined {
    const value = node?.fields.get(name);
    if (value === undefined) return undefined;
    if ('text' in value) return value.text;
    return 'word' in value ? value.word : undefined;
  }

  number(node: MetaNode | undefined, name: string): number {
    const text = this.text(node, name);
    return text === undefined ? 0 : Number(text);
  }

  at(ref: number | undefined): MetaNode | undefined {
    return ref === undefined ? undefined : this.module.metadata.get(ref);
  }

  /** Name of the file that a scope, a function or a variable is in. */
  fileOf(node: MetaNode | undefined): string {
    const file = node?.kind === 'DIFile' ? node : this.field(node, 'file');
    return this.text(file, 'filename') ?? this.module.file;
  }

  place(location: number | undefined): Place | undefined {
    const node = this.at(location);
    if (node?.kind !== 'DILocation') return undefined;
    let scope = this.field(node, 'scope');
    const file = this.fileOf(scope);
    while (scope !== undefined && scope.kind !== 'DISubprogram') scope = this.field(scope, 'scope');
    return {
      file,
      line: this.number(node, 'line'),
      column: this.number(node, 'column'),
      fn: this.text(scope, 'name') ?? '',
    };
  }

  /** Nodes of a tuple. */
  list(node: MetaNode | undefined): (MetaNode | undefined)[] {
    return (node?.parts ?? []).map((part) => this.node(part));
  }
}
