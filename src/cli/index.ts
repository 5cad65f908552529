/** What the commands are made of, for programs: reporters, files of counterexamples, the gate. */

// Saved counterexamples: files that a search writes, and that are replayed as long as they hold.
export { loadCounterexample, readCounterexample, saveCounterexamples } from './in-process.ts';
export { replay as replayCounterexample } from '../counterexample/replay.ts';
export { recordedTrace } from '../counterexample/file.ts';
export type { Counterexample, SavedStep } from '../counterexample/file.ts';
export type { Loaded } from '../counterexample/load.ts';
export type { Replay, ReproducedTrace } from '../counterexample/replay.ts';

// The gate: verdicts and counterexamples that are as a configuration expects them.
export { runGate } from './in-process.ts';
export type { GateOptions } from './in-process.ts';
export { verdictOf } from '../report/run.ts';
export type {
  ReportedSearch,
  Result as ReportedResult,
  ResultOutcome,
  Run as ReportedRun,
  RunVerdict,
  SeriesName,
} from '../report/run.ts';

// Reporters: what becomes of results; each returns text, and prints nothing.
export { reporters } from '../report/reporters.ts';
export { terminalOf } from '../report/terminal.ts';
export type { Format, Style, Terminal } from '../report/terminal.ts';
export type {
  CheckedCitations,
  Examined,
  Listing,
  Reporter,
  SavedTrace,
  Series,
} from '../report/reporter.ts';
export type { CitationCheck, Cited, Drift } from '../core/citations.ts';
export type { DoctorReport, DoctorSettings, LawReport } from '../core/doctor.ts';
export type { Broken } from '../laws/examine.ts';
export type { RequiredCoverage } from '../report/required-coverage.ts';

// The command line: arguments and a host in, an exit code out.
export { run as runCommand } from './command-line.ts';
export { EXIT, exitCode } from './exit.ts';
export { commandHost } from './in-process.ts';
export { searchHost } from './node-host.ts';
export type { Host as CommandHost, Output } from './host.ts';
