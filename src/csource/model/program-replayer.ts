/** Runs steps of C one by one in a machine of its own, which checks what each writes. */

import type { Rerun } from '../../explorer/rerun.ts';
import type { Step } from '../../explorer/statement.ts';
import type { Change, Replayed, Replayer, ViolatedInvariant } from '../../system.ts';
import { askInvariant } from './ask.ts';
import type { Program } from '../compile/program.ts';
import { invariantOfFault } from './fault-invariants.ts';
import { type FaultSentences, placeOfSite } from './fault-sentences.ts';
import { Machine } from '../machine/machine.ts';
import type { Fault } from '../machine/messages.ts';
import type { ProgramModelOptions } from './model-options.ts';
import type { Names } from '../names/names.ts';
import type { Plan } from '../machine/plan.ts';
import type { Statements } from './statements.ts';
import { choicesOf, hasEnded, hasFailed, siteOf } from '../machine/thread-head.ts';
import { goesRound } from './waiting.ts';
import type { WasmModule } from '../wasm/host.ts';

/** What it has in common with the model whose steps it runs. */
interface ReplayContext {
  readonly program: Program;
  readonly options: ProgramModelOptions;
  readonly names: Names;
  readonly statements: Statements;
  readonly sentences: FaultSentences;
  /** May a state without successors be the last one? */
  readonly isFinal: (state: Int32Array) => boolean;
}

export class ProgramReplayer implements Replayer<Int32Array>, Rerun<Int32Array> {
  private readonly context: ReplayContext;
  private readonly make: () => Machine;
  private made: Machine | undefined;

  constructor(module: WasmModule, plan: Plan, context: ReplayContext) {
    this.context = context;
    const { program, options } = context;
    this.make = () => {
      const machine = new Machine(program, module, plan, {
        ...options.machine,
        learns: options.fixedYields,
        checked: true,
        detects: false,
      });
      machine.tracing = true;
      return machine;
    };
  }

  private get machine(): Machine {
    this.made ??= this.make();
    return this.made;
  }

  initial(): readonly Int32Array[] {
    this.machine.initial();
    return [this.machine.scratch.slice()];
  }

  step(state: Int32Array, { thread, statement, choice }: Step): Replayed<Int32Array> | undefined {
    const { machine } = this;
    const { program, names, statements } = this.context;
    machine.scratch.set(state);
    if (this.stopped(machine)) return undefined;
    const head = machine.head(thread);
    if (statements.at(thread, head) !== statement) return undefined;
    if (choice >= choicesOf(head)) return undefined;
    machine.load();
    const before = machine.memory.slice(0, program.stacksLo);
    machine.begin();
    machine.remember();
    const answer = machine.step(thread, choice);
    if (answer === 0) return undefined;
    const unrecorded = machine.unrecorded();
    if (unrecorded !== undefined) {
      const name = names.placeOf(unrecorded);
      throw new Error(`${name} was changed by a write that was not seen: please report this`);
    }
    return {
      state: machine.scratch.slice(),
      statement,
      changes: this.changes(before, machine.memory),
      notes: this.notes(),
      violated: answer === 2 ? this.violatedBy(machine.fault()) : [],
    };
  }

  private violatedBy(fault: Fault): ViolatedInvariant[] {
    const { options, sentences } = this.context;
    const invariant = invariantOfFault(fault.kind) ?? '';
    if (!options.faults.includes(invariant)) return [];
    return [{ invariant, sentence: sentences.of(fault, this.machine) }];
  }

  /** Functions entered and left in the last step. */
  private notes(): string[] {
    const { program, names } = this.context;
    return this.machine.notes().map(({ entered, fn, value }) => {
      const { name } = program.functions[fn];
      if (entered) return `${name}()`;
      const result = names.result(fn, value);
      return result === undefined ? `${name} returns` : `${name} returns ${result}`;
    });
  }

  private changes(before: Uint8Array, after: Uint8Array): Change[] {
    const { program, names } = this.context;
    const changes: Change[] = [];
    const old = new Int32Array(before.buffer, 0, before.length >> 2);
    const now = new Int32Array(after.buffer, after.byteOffset, old.length);
    for (let word = program.dataLo >> 2; word < old.length; word++) {
      if (old[word] === now[word]) continue;
      for (const leaf of names.leavesAt(4 * word, 4)) {
        const from = names.format(leaf, before);
        const to = names.format(leaf, after);
        if (from === to || changes.some(({ path }) => path === leaf.path)) continue;
        changes.push({ path: leaf.path, from, to });
      }
    }
    return changes;
  }

  private stopped(machine: Machine): boolean {
    return this.context.options.threads.some((_, thread) => hasFailed(machine.head(thread)));
  }

  violations(state: Int32Array): readonly ViolatedInvariant[] {
    const { machine } = this;
    const { options, sentences } = this.context;
    machine.scratch.set(state);
    if (this.stopped(machine)) return [];
    const ended = options.threads.every((_, thread) => hasEnded(machine.head(thread)));
    return options.invariants.flatMap((invariant) => {
      if (invariant.when === 'finished' && !ended) return [];
      machine.load();
      const why = askInvariant(machine, invariant, sentences);
      return why === undefined ? [] : [{ invariant: invariant.name, sentence: why }];
    });
  }

  deadlocked(state: Int32Array): boolean {
    const { machine } = this;
    machine.scratch.set(state);
    if (this.stopped(machine)) return false;
    machine.begin();
    const { options, isFinal } = this.context;
    return goesRound(machine, options.threads.length) && !isFinal(state);
  }

  possible(state: Int32Array): readonly Step[] {
    const { machine } = this;
    const { options, statements } = this.context;
    machine.scratch.set(state);
    if (this.stopped(machine)) return [];
    const steps: Step[] = [];
    machine.begin();
    for (let thread = 0; thread < options.threads.length; thread++) {
      const head = machine.headBefore(thread);
      for (let choice = 0; choice < choicesOf(head); choice++) {
        if (machine.step(thread, choice) === 0) continue;
        steps.push({ thread, statement: statements.at(thread, head), choice });
      }
    }
    return steps;
  }

  describe(state: Int32Array): readonly string[] {
    const { machine } = this;
    const { names, options, program } = this.context;
    machine.scratch.set(state);
    const lines = options.threads.map((name, thread) => {
      const head = machine.head(thread);
      if (hasFailed(head)) return `${name} has failed`;
      if (hasEnded(head)) return `${name} has ended`;
      const site = program.sites[siteOf(head)];
      return site === undefined ? `${name} has not started` : `${name} is at ${placeOfSite(site)}`;
    });
    machine.load();
    for (const leaf of names.leavesOf(options.show, 256)) {
      lines.push(`${leaf.path} = ${names.format(leaf, machine.memory)}`);
    }
    return lines;
  }

  pack(state: Int32Array): Int32Array {
    return state;
  }
}
