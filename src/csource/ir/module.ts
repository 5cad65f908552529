/** What a translation unit consists of, as clang tells it in LLVM IR. */

export type Type =
  | { readonly kind: 'void' | 'ptr' | 'float' | 'double' | 'label' | 'metadata' | 'token' }
  | { readonly kind: 'int'; readonly bits: number }
  | { readonly kind: 'array'; readonly count: number; readonly of: Type }
  | { readonly kind: 'struct'; readonly fields: readonly Type[]; readonly packed: boolean }
  /** A structure by its name; `undefined` in the table of the module: opaque. */
  | { readonly kind: 'named'; readonly name: string }
  | {
      readonly kind: 'function';
      readonly result: Type;
      readonly parameters: readonly Type[];
      readonly variadic: boolean;
    }
  /** Known to LLVM, and to nobody here: refused where a value of it is needed. */
  | { readonly kind: 'foreign'; readonly name: string };

export interface Typed {
  readonly type: Type;
  readonly value: Value;
}

export type Value =
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'global'; readonly name: string }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  /** null, zeroinitializer, undef, poison, none: all zero here. */
  | { readonly kind: 'zero' }
  | { readonly kind: 'aggregate'; readonly parts: readonly Typed[] }
  | { readonly kind: 'bytes'; readonly bytes: string }
  | {
      readonly kind: 'gep';
      readonly source: Type;
      readonly base: Typed;
      readonly indices: readonly Typed[];
    }
  | { readonly kind: 'cast'; readonly op: string; readonly from: Typed; readonly to: Type }
  | { readonly kind: 'binary'; readonly op: string; readonly left: Typed; readonly right: Typed }
  | { readonly kind: 'asm'; readonly text: string; readonly constraints: string }
  | { readonly kind: 'metadata' };

export interface Argument extends Typed {
  /** The callee gets a copy of what the pointer points to. */
  readonly byval?: Type;
}

export interface Instruction {
  readonly op: string;
  /** What it defines. */
  readonly result?: string;
  /** Of the result, or of what is stored or allocated. */
  readonly type: Type;
  readonly operands: readonly Typed[];
  /** Number of a DILocation. */
  readonly location?: number;
  /** Predicate of a comparison, operation of an atomicrmw. */
  readonly flavour?: string;
  /** Blocks that may come next, or from which values of a phi come. */
  readonly labels?: readonly string[];
  /** Values of the cases of a switch. */
  readonly cases?: readonly bigint[];
  /** Of a getelementptr. */
  readonly source?: Type;
  /** Of extractvalue and insertvalue. */
  readonly path?: readonly number[];
  readonly call?: {
    readonly callee: Value;
    readonly arguments: readonly Argument[];
    readonly result: Type;
    /** The type that is given where the callee is variadic. */
    readonly parameters: readonly Type[] | undefined;
    readonly variadic: boolean;
  };
  readonly atomic?: boolean;
  /** Line of the IR, for messages. */
  readonly line: number;
}

export interface Block {
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

export interface Parameter {
  readonly type: Type;
  readonly name: string;
  readonly byval?: Type;
}

export interface FunctionDefinition {
  readonly name: string;
  readonly internal: boolean;
  readonly weak: boolean;
  readonly result: Type;
  readonly parameters: readonly Parameter[];
  readonly variadic: boolean;
  readonly blocks: readonly Block[];
  /** Number of its DISubprogram. */
  readonly subprogram?: number;
  /** Local variables by the pointer to where they lie: number of the DILocalVariable. */
  readonly variables: ReadonlyMap<string, number>;
}

export interface Global {
  readonly name: string;
  readonly type: Type;
  readonly internal: boolean;
  readonly weak: boolean;
  readonly constant: boolean;
  /** Absent: defined elsewhere. */
  readonly initial?: Value;
  readonly align: number;
  /** Number of a DIGlobalVariableExpression. */
  readonly debug?: number;
}

/** `!DISubprogram(name: "f", line: 3, scope: !4)`, or a tuple. */
export interface MetaNode {
  readonly kind: string;
  readonly fields: ReadonlyMap<string, MetaValue>;
  readonly parts: readonly MetaValue[];
}

export type MetaValue =
  | { readonly ref: number }
  | { readonly text: string }
  | { readonly word: string }
  | { readonly node: MetaNode };

export interface Module {
  readonly file: string;
  readonly triple: string;
  readonly dataLayout: string;
  readonly types: ReadonlyMap<string, Type | undefined>;
  readonly globals: readonly Global[];
  readonly functions: readonly FunctionDefinition[];
  /** Functions that are called and not defined here. */
  readonly declared: ReadonlyMap<string, Type>;
  readonly aliases: ReadonlyMap<string, Value>;
  readonly metadata: ReadonlyMap<number, MetaNode>;
}
