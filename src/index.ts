/**
 * The public API: declare a state, write operations or rules, explore, replay. The command line is
 * built on these functions.
 */

// A state: declared once, as fields of records, tables, lists and stacks.
export { pool } from './state/pool.ts';
export type { Pool, Ref, ReferenceVisitor, Renaming, Rows } from './state/pool.ts';
export { bool, int, oneOf, only, upTo } from './state/values.ts';
export { optional, ref } from './state/references.ts';
export type { PositionedView, Scalar } from './state/scalar.ts';
export { record } from './state/record.ts';
export { table } from './state/table.ts';
export type {
  ClassComposite,
  Composite,
  Fields as StateFields,
  FieldValues,
  RecordSchema,
  Viewer,
} from './state/record.ts';
export type { Table } from './state/table.ts';
export { list } from './state/list.ts';
export type { List } from './state/list.ts';
export { cases } from './state/cases.ts';
export { stack } from './state/call-stack.ts';
export type { Case, CasesSchema, Tagged, Variants } from './state/cases.ts';
export type { StackSchema } from './state/call-stack.ts';
export type { Chain, Follow } from './state/stack-shapes.ts';
export type { Stack, StackLayout } from './state/stack-view.ts';
export { layout } from './state/layout.ts';
export type { Cell, Guarded, Layout, Part } from './state/layout.ts';
export type { Bits, Marks, VisibleBits } from './state/access-recording.ts';
export type { Chosen } from './state/projection.ts';
export { Schema } from './state/schema.ts';
export type { Binding, CellVisitor, Infer, Initialiser, ViewClass } from './state/schema.ts';

// Transitions: C functions as tables of statements, or guarded rules.
export { blocked, goto, next, patched, stuck, vocabulary } from './machine/vocabulary.ts';
export type {
  AnyOperation,
  Arguments,
  Context,
  Lines,
  NoFields,
  Operation,
  OperationHeader,
  Control,
  Result,
  Run,
  Source,
  StatementCode,
  Vocabulary,
} from './machine/vocabulary.ts';
export { callStack, startFrame } from './machine/thread-stacks.ts';
export { Machine } from './machine/machine.ts';
export type { Frame as StackFrame } from './machine/thread-stacks.ts';
export type { MachineStepInvariant, MachineParts } from './machine/parts.ts';
export { replayerOf } from './machine/replay.ts';
export type { ReplayableMachine, Wording } from './machine/replay.ts';
export { ruleModel } from './machine/rules.ts';
export type { RuleModel } from './machine/rules.ts';
export { symmetryOf } from './machine/symmetry.ts';
export type { Classes } from './state/names.ts';
export { dependenciesOf } from './machine/dependencies.ts';
export type { DeclaredDependencies, DeclaredRegion } from './machine/dependencies.ts';
export type { Rule, RuleInvariant, RuleSystem, Space } from './machine/rule-system.ts';
export { sequence } from './machine/sequence.ts';
export type { SequenceStep } from './machine/sequence.ts';

// Pieces of a machine: for states and for the code that works on them, as in `docs/pieces.md`.
export { counter } from './hw/counter.ts';
export type { Counter } from './hw/counter.ts';
export { frames } from './hw/frames.ts';
export type { Frame, Frames, FramesParts } from './hw/frames.ts';
export { pageTable } from './hw/page-table.ts';
export type { PageTable, PageTableParts, Pte } from './hw/page-table.ts';
export { mmu } from './hw/mmu.ts';
export type { Access, AccessKind, ReadablePte } from './hw/mmu.ts';
export { forget, remember, remembers, tlbEntry } from './hw/tlb.ts';
export type { TlbEntry } from './hw/tlb.ts';
export { tlbs } from './hw/tlbs.ts';
export type { Cpu, Tlbs, TlbsParts } from './hw/tlbs.ts';
export { answerFlushes, flushLocal, flushRules, shootDown } from './hw/flushes.ts';
export type { CpusOf, FlushParts } from './hw/flushes.ts';
export { holders } from './hw/named-locks.ts';
export { Mutex, RecursiveMutex, TicketLock } from './hw/mutexes.ts';
export { ReadWriteLock, SequenceLock } from './hw/read-write-locks.ts';
export { Semaphore } from './hw/semaphore.ts';
export type { Counting } from './hw/semaphore.ts';
export type { NamedLock } from './hw/named-locks.ts';
export type { Nested, Queue } from './hw/mutexes.ts';
export type { Sequence } from './hw/read-write-locks.ts';
export type { Exclusive, ReadWrite } from './hw/locks.ts';
export { lockStatements } from './hw/lock-statements.ts';
export type { LockParts, LockStatements, Takeable } from './hw/lock-statements.ts';
export { deferredFrees } from './hw/deferred-frees.ts';
export type { Deferred, DeferredFrees, DeferredFreesParts } from './hw/deferred-frees.ts';
export { pins } from './hw/pins.ts';
export type { Pinned, Pins, PinsParts } from './hw/pins.ts';
export { pageCache } from './hw/page-cache.ts';
export type { CachedFile, CachedPage, PageCache, PageCacheParts } from './hw/page-cache.ts';
export {
  firstOf,
  holdsOther,
  mapsFreeFrame,
  miscounts,
  remembersFreeFrame,
  sumOf,
} from './hw/checks.ts';

// The search: a model in, a verdict out.
export { explore, startSearch } from './explore.ts';
export type { AnyModel, Search, SearchOptions } from './explore.ts';
export type { Checkpoint, CheckpointHead, CheckpointReader } from './explorer/checkpoint.ts';
export type { ModelFactory } from './explorer/model-factory.ts';
export type { Disk, Spill } from './explorer/visited/spill.ts';
export type { FoundViolation } from './explorer/checks/violation-log.ts';
export type { SavedViolations } from './explorer/checks/violations.ts';
export { REDUCTIONS } from './explorer/reduction-names.ts';
export type { Reduction } from './explorer/reduction-names.ts';
export { traceLines } from './explorer/checks/model-errors.ts';
export type { Model, StateInvariant, StepInfo, StepInvariant, Visit } from './explorer/model.ts';
export type { ConfirmableModel, Rerun, ViolatedInvariant } from './explorer/rerun.ts';
export type { Statement, Step } from './explorer/statement.ts';
export type {
  Dependencies,
  RecordingModel,
  ReducibleModel,
  Region,
  Symmetry,
  Visibility,
} from './reduction/capabilities.ts';
export type {
  Collisions,
  Violation,
  Coverage,
  Limit,
  Outcome as VerdictOutcome,
  Progress,
  Verdict,
} from './explorer/verdict.ts';

// From names to a verdict: with described traces, as the command line does it.
export { resolveSpec } from './core/spec.ts';
export type { SpecRequest } from './core/spec.ts';
export { runSearch } from './core/run-search.ts';
export type {
  SearchListener,
  SearchRequest,
  SearchResult,
  SearchSettings,
} from './core/run-search.ts';
export type { CheckpointStorage, OpenCheckpoints, SearchIdentity } from './core/checkpointing.ts';
export type { SearchHost } from './core/host.ts';
export type { OpenSpill, SpillStorage } from './core/spill-files.ts';
export type { Earlier, Trace, TraceStep } from './core/trace.ts';

// Systems: what the command line knows by name, built in or loaded from a module.
export { systems } from './systems.ts';
export type {
  Builder,
  Change,
  Choices,
  Defect,
  FixInfo,
  FromSource,
  HardwareInfo,
  Identity,
  InvariantInfo,
  KnowsDefects,
  Named,
  Need,
  Observation,
  OperationInfo,
  OptionInfo,
  OptionValue,
  RecognisesScenarios,
  Replayed,
  Replayer,
  RunsScripts,
  Scenario,
  Script,
  ScriptLanguage,
  Showing,
  Spec,
  Subject,
  System,
  Unmended,
} from './system.ts';
export { InputError, ModelError } from './errors.ts';

// A system of one's own: what is particular to it, and defaults for the rest.
export { defineSystem } from './define/define-system.ts';
export type {
  AnyInvariant,
  Command,
  CommonDefinition,
  FixDefinition,
  Given,
  InvariantDefinition,
  Moment,
  OperationsDefinition,
  Place,
  RulesDefinition,
  StateOf,
  StepInvariantDefinition,
  ThreadDefinition,
  Written,
} from './define/definition.ts';

// The fields of a scenario: each with its bounds, and a sentence that documents it.
export * as field from './scenario/fields.ts';
export type { Complain, ScenarioOf } from './scenario/form.ts';
export type {
  Definitions,
  Field,
  Fields as ScenarioFields,
  JsonSchema,
  Reading,
  ValueOf,
  Values,
  ValuesOf,
} from './scenario/field.ts';
export type { Bounds, Size } from './scenario/scalars.ts';
export type { KindOf, Kinds } from './scenario/tagged.ts';
export type { Mistake, Path } from './mistakes.ts';
