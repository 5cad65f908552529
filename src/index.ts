/**
 * The library: declare a state, write operations or rules, explore, replay. What `vmcheck` does on
 * the command line is made of these.
 */

// A state, declared once.
export { pool } from './state/pool.ts';
export type { Pool, Ref, Renaming } from './state/pool.ts';
export { bool, int, oneOf, optional, ref, upTo } from './state/scalar.ts';
export { record, table } from './state/record.ts';
export type { Table } from './state/record.ts';
export { list } from './state/list.ts';
export type { List } from './state/list.ts';
export { cases } from './state/cases.ts';
export { stack } from './state/call-stack.ts';
export type { Case } from './state/cases.ts';
export type { Stack } from './state/call-stack.ts';
export { layout } from './state/layout.ts';
export type { Cell, Layout } from './state/layout.ts';
export { Schema } from './state/schema.ts';
export type { Infer } from './state/schema.ts';

// What moves: C functions as tables of statements, or guarded rules.
export { blocked, goto, next, patched, stuck, vocabulary } from './machine/vocabulary.ts';
export type { Context, Operation, Control, Result, Vocabulary } from './machine/vocabulary.ts';
export { callStack, Machine } from './machine/machine.ts';
export type { MachineStepInvariant, MachineParts } from './machine/machine.ts';
export { replayerOf } from './machine/replay.ts';
export type { Wording } from './machine/replay.ts';
export { ruleModel } from './machine/rules.ts';
export type { Rule, RuleSystem, Space } from './machine/rules.ts';

// The search: a model in, a verdict out.
export { explore, startSearch } from './explore.ts';
export type { Search, SearchOptions } from './explore.ts';
export type { Model, StateInvariant, StepInfo, StepInvariant, Visit } from './explorer/model.ts';
export type { ConfirmableModel, Rerun } from './explorer/rerun.ts';
export type { Statement, Step } from './explorer/statement.ts';
export type { ReducibleModel, Symmetry } from './reduction/capabilities.ts';
export type {
  Violation,
  Coverage,
  Limit,
  Outcome as VerdictOutcome,
  Progress,
  Verdict,
} from './explorer/verdict.ts';

// From names to a verdict with described traces, as the command line does it.
export { resolveSpec } from './core/spec.ts';
export type { Wanted } from './core/spec.ts';
export { runSearch } from './core/run-search.ts';
export type {
  SearchListener,
  SearchRequest,
  SearchResult,
  SearchSettings,
} from './core/run-search.ts';
export type { SearchHost } from './core/host.ts';
export type { Trace, TraceStep } from './core/trace.ts';

// Systems.
export { systems } from './systems.ts';
export type * from './system.ts';
export { InputError, ModelError } from './errors.ts';
