/**
 * A trace as a table: number, thread, line of C, token, changes. On a narrow terminal the last
 * column goes below the step.
 */

import { type TraceStep, type Trace, citation, fixLegend } from '../../core/trace.ts';
import type { Change } from '../../system.ts';
import { oneLine } from '../../safe-text.ts';
import { type Terminal, hang, wrap } from '../terminal.ts';

/** Changes shown per step; the others are counted. */
const SHOWN = 3;
/** The minimum width of the last column beside the step. */
const NEEDED = 28;
/** Paths longer than this do not move the values of all steps to the right. */
const LONGEST_PATH = 32;

/** One step of a trace, as lines. */
interface StepLines {
  readonly number: number;
  readonly lines: readonly string[];
}

/** The steps of a trace, or of one of its threads; numbers are those of the whole trace. */
export function stepTable(trace: Trace, terminal: Terminal, thread?: string): StepLines[] {
  const steps = trace.steps.map(safeStep);
  const numbers = Math.max(String(steps.length).length, 2);
  const threads = longest(steps.map((step) => step.thread));
  const citations = longest(steps.map((step) => citation(step.statement)));
  const sources = steps.map((step) => {
    const cited = citation(step.statement);
    return cited === ''
      ? step.statement.token
      : `${cited.padEnd(citations)}  ${step.statement.token}`;
  });
  const effects = steps.map((step) => effectsOf(step, trace.sentence));
  const paths = Math.min(longest(effects.flat().map((effect) => effect.path)), LONGEST_PATH);
  const sourceAt = 2 + numbers + 2 + threads + 2;
  const effectAt = sourceAt + longest(sources) + 3;
  const beside = effectAt + NEEDED <= terminal.width;

  return steps.flatMap((step, at) => {
    if (thread !== undefined && trace.steps[at].thread !== thread) return [];
    const indent = ' '.repeat(beside ? effectAt : 2 + numbers + 4);
    const beneath = effects[at].flatMap(({ path, change }) => {
      const text = path === '' ? change : `${beside ? path.padEnd(paths) : path}  ${change}`;
      return wrap(text, terminal.width - indent.length - 2).map((line, row) =>
        row > 0 ? `  ${line}` : line,
      );
    });
    const number = `  ${String(at + 1).padStart(numbers)}  `;
    const named = step.thread.padEnd(threads);
    const [source, ...more] = wrap(sources[at], terminal.width - sourceAt);
    const first = number + terminal.paint('cyan', named) + '  ' + source;
    const lines = [first, ...more.map((line) => ' '.repeat(sourceAt) + line)];
    if (beside && beneath.length > 0) {
      lines[0] += ' '.repeat(Math.max(effectAt - sourceAt - source.length, 1)) + beneath.shift();
    }
    return [{ number: at + 1, lines: [...lines, ...beneath.map((line) => indent + line)] }];
  });
}

/** The step with all text made safe for one line. */
function safeStep({ thread, statement, choice, changes, notes }: TraceStep): TraceStep {
  return {
    thread: oneLine(thread),
    statement: {
      ...statement,
      operation: oneLine(statement.operation),
      file: oneLine(statement.file),
      token: oneLine(statement.token),
    },
    choice,
    changes: changes.map(({ path, from, to }) => ({
      path: oneLine(path),
      from: oneLine(from),
      to: oneLine(to),
    })),
    notes: notes.map(oneLine),
  };
}

/** Explains the mark of lines that fixes add or change, if there are any. */
export function legendLines({ steps }: Trace, terminal: Terminal): string[] {
  const legend = fixLegend(steps);
  return legend === undefined ? [] : ['', ...hang('  ', oneLine(legend), terminal)];
}

interface Effect {
  readonly path: string;
  readonly change: string;
}

/**
 * The effects of a step: the most relevant changes first, then the functions called and returned
 * from.
 */
function effectsOf(step: TraceStep, sentence: string): Effect[] {
  const ranked = [...step.changes].sort(
    (a, b) => rank(a, step, sentence) - rank(b, step, sentence),
  );
  const shown = ranked.length > SHOWN + 1 ? ranked.slice(0, SHOWN) : ranked;
  const effects = shown.map((change) => ({ path: change.path, change: changeText(change) }));
  if (shown.length < ranked.length) {
    effects.push({ path: '', change: `+${ranked.length - shown.length} more` });
  }
  // A note with a line of its own already shows its changes.
  const ownLines = step.notes.some((note) => CITED.test(note));
  const notes = step.notes.map(noteText);
  if (ownLines) return notes.map((change) => ({ path: '', change }));
  return notes.length === 0 ? effects : [...effects, { path: '', change: notes.join('  ') }];
}

/** `munmap.c:58 do_munmap ...`: a line that the step passed. */
const CITED = /^(\S+\.[ch]:\d+ |\+)/;

/** Fields that the violation mentions come first, locals of the thread last. */
function rank(change: Change, step: TraceStep, sentence: string): number {
  if (change.path.startsWith(step.thread)) return 2;
  return sentence.includes(change.path) ? 0 : 1;
}

/** `free → used`; `+ LOCKED` if there was no old value, `- LOCKED` if there is no new one. */
export function changeText({ from, to }: Change): string {
  if (from === '') return `+ ${to}`;
  if (to === '') return `- ${from}`;
  return `${from} → ${to}`;
}

/** `→ f(4)` for a call, `← return 0` for a return. */
export function noteText(note: string): string {
  return `${note.startsWith('return') ? '←' : '→'} ${note}`;
}

function longest(texts: readonly string[]): number {
  return texts.reduce((length, text) => Math.max(length, text.length), 0);
}
