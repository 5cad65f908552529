/**
 * A harness file as a system: C that is compiled when it is built, a scenario for each set of
 * threads, a fix for each set of definitions, yield modes as an option.
 */

import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { quote } from '../suggest.ts';
import { InputError } from '../errors.ts';
import { readBytes, readText } from '../files/read.ts';
import type { ModelFactory } from '../explorer/model-factory.ts';
import type {
  FixInfo,
  InvariantInfo,
  Named,
  OperationInfo,
  OptionInfo,
  Scenario,
  Spec,
  Subject,
  System,
} from '../system.ts';
import { buildProgram, type Program } from './compile/program.ts';
import type { Unit } from './compile/symbols.ts';
import { discover } from './discover.ts';
import { type Harness, type HarnessScenario, TARGETS } from './harness.ts';
import { parseModule } from './ir/parse.ts';
import type { Module } from './ir/module.ts';
import {
  emptyPlan,
  FLAGS,
  type Grain,
  grains,
  InitialisationFault,
  Machine,
  Outgrown,
  type Plan,
} from './machine.ts';
import { Names } from './names.ts';
import { FAULT_INVARIANTS, ProgramModel, type ProgramModelOptions } from './program-model.ts';
import { cacheFolder, findCompiler, hashOf, readKept, translate, writeKept } from './toolchain.ts';
import { compileWasm, type WasmModule } from './wasm/host.ts';

/** What a saved counterexample records of where it comes from. */
interface SourceScenario extends Scenario {
  /** The harness file, from the folder in which vmcheck was started. */
  readonly harness: string;
  /** Hashes of its sources and of its environment. */
  readonly files: Readonly<Record<string, string>>;
  /** Words at which threads may be interrupted, and words that several threads use. */
  readonly yields?: readonly string[];
  readonly shared?: readonly string[];
}

interface Built {
  readonly program: Program;
  readonly module: WasmModule;
  readonly key: string;
}

const INCLUDE = fileURLToPath(new URL('../../csource/include', import.meta.url));
const RUNTIME = fileURLToPath(new URL('../../csource', import.meta.url));
const PLAIN_HARDWARE: Named = {
  name: 'flat',
  sentence: 'memory is what every thread sees at once',
};
/** A pattern that no pointer and no small number has. */
const POISON = 0xa5a5a5a5 | 0;

export class SourceSystem implements System {
  readonly name: string;
  readonly title: string;
  readonly revision: string;
  readonly sentence: string;
  readonly source: string;
  readonly defaultScenario: string;
  readonly scenarios: readonly SourceScenario[];
  readonly invariants: readonly InvariantInfo[];
  readonly fixes: readonly FixInfo[];
  readonly hardware: readonly Named[];
  readonly defaultHardware: string;
  readonly options: readonly OptionInfo[];
  private readonly harness: Harness;
  private readonly folder: string;
  private readonly cwd: string;
  private readonly built = new Map<string, Built>();
  private readonly plans = new Map<string, Plan>();
  private readonly modules = new Map<string, Module>();
  private readonly texts = new Map<string, readonly string[]>();
  private runtime: Module | undefined;

  constructor(harness: Harness, file: string, cwd: string) {
    this.harness = harness;
    this.source = file;
    this.cwd = cwd;
    this.folder = dirname(resolve(cwd, file));
    this.name = harness.name;
    this.title = harness.title;
    this.sentence = harness.sentence;
    const files = Object.fromEntries(
      [...harness.sources, ...harness.environment].map((name) => [name, this.fileHash(name)]),
    );
    this.revision = hashOf(Object.entries(files).flat()).slice(0, 12);
    this.scenarios = harness.scenarios.map(({ name, purpose }) => {
      return { name, purpose, harness: relative(cwd, resolve(cwd, file)), files };
    });
    this.defaultScenario = this.scenarios[0].name;
    this.invariants = [
      ...harness.invariants.map(({ name, sentence, when, group }): InvariantInfo => {
        const asked = when === 'always' ? 'in every state' : 'when all threads have ended';
        return { name, sentence, when: asked, group };
      }),
      ...FAULT_INVARIANTS.map(({ name, sentence }): InvariantInfo => {
        return { name, sentence, when: 'at every step', group: 'faults' };
      }),
      {
        name: 'deadlock-free',
        sentence: 'something can move, unless all threads have ended',
        when: 'in every state',
        group: 'control',
      },
    ];
    this.fixes = harness.fixes;
    this.hardware = harness.hardware.length > 0 ? harness.hardware : [PLAIN_HARDWARE];
    this.defaultHardware = this.hardware[0].name;
    this.options = [
      {
        name: 'yield',
        sentence:
          'where threads may be interrupted: at words on which they conflict (adaptive), before ' +
          'every access, or at calls of the environment only (coarser than the C)',
        values: grains,
        default: harness.yield,
      },
    ];
  }

  get operations(): readonly OperationInfo[] {
    const { program } = this.program(this.harness.scenarios[0], [], this.defaultHardware);
    return program.functions
      .filter(({ mode }) => mode === 'source')
      .map(({ name, file, line }): OperationInfo => {
        const last = program.sites
          .filter((site) => site.fn === name && site.file === file)
          .reduce((most, site) => Math.max(most, site.line), line);
        return { name, file, lines: [line, last], sentence: `C function of ${file}` };
      });
  }

  private fileHash(name: string): string {
    const path = resolve(this.folder, name);
    if (!existsSync(path)) throw new InputError(`${this.source}: there is no file ${name}`);
    return hashOf([readBytes(path, name)]).slice(0, 16);
  }

  parseScenario(json: unknown): Scenario {
    const given = (json ?? {}) as Partial<SourceScenario>;
    const own = this.scenarios.find(({ name }) => name === given.name);
    if (own === undefined) {
      const names = this.scenarios.map(({ name }) => name).join(', ');
      throw new InputError(`${this.source} has no scenario ${quote(given.name)}: it has ${names}`);
    }
    const { files, yields, shared } = given;
    const texts = (value: unknown): value is string[] =>
      Array.isArray(value) && value.every((one) => typeof one === 'string');
    return {
      ...own,
      ...(typeof files === 'object' && files !== null && { files }),
      ...(texts(yields) && { yields }),
      ...(texts(shared) && { shared }),
    };
  }

  build(spec: Spec): Subject {
    const scenario = spec.scenario as SourceScenario;
    const { yields, shared } = scenario;
    const options = this.modelOptions(spec, yields !== undefined);
    const built = this.programOf(spec);
    try {
      let plan = this.planOf(spec, built, options);
      if (yields !== undefined) plan = this.withYields(plan, built.program, yields, shared ?? []);
      return this.subject(spec, built, plan, options);
    } catch (error) {
      throw this.initialisationError(error);
    }
  }

  /** The same in another thread, with the plan that the search has. */
  buildWithPlan(spec: Spec, plan: Plan): Subject {
    return this.subject(spec, this.programOf(spec), plan, this.modelOptions(spec, false));
  }

  private subject(
    spec: Spec,
    { program, module }: Built,
    plan: Plan,
    options: ProgramModelOptions,
  ): Subject {
    const model = new ProgramModel(program, module, plan, options);
    const names = new Names(program, options.threads);
    const placed = (flag: number): string[] =>
      plan.words
        .filter(([, flags]) => (flags & flag) !== 0)
        .map(([address]) => wordName(names, address));
    const yields = [
      ...placed(FLAGS.yieldRead),
      ...plan.words
        .filter(([, flags]) => (flags & (FLAGS.yieldRead | FLAGS.yieldWrite)) === FLAGS.yieldWrite)
        .map(([address]) => `${wordName(names, address)} (written)`),
    ];
    const scenario: SourceScenario = {
      ...(spec.scenario as SourceScenario),
      ...(options.machine.grain === 'adaptive' && { yields, shared: placed(FLAGS.shared) }),
    };
    const threads = options.threads.length;
    const summary =
      `${this.harness.sources.join(', ')}, ${threads} thread${threads === 1 ? '' : 's'}, ` +
      `${options.machine.grain} yield points` +
      (options.machine.grain === 'adaptive' ? ` (${yields.length})` : '');
    return Object.assign(model, { spec: { ...spec, scenario }, summary });
  }

  private modelOptions(spec: Spec, fixedYields: boolean): ProgramModelOptions {
    const { harness } = this;
    const scenario = this.harnessScenario(spec);
    const wanted = harness.invariants.flatMap(({ name, sentence, when }, question) =>
      spec.invariants.includes(name) ? [{ name, sentence, when, question }] : [],
    );
    return {
      threads: scenario.threads.map(({ name }) => name),
      invariants: wanted,
      faults: FAULT_INVARIANTS.map(({ name }) => name).filter((name) =>
        spec.invariants.includes(name),
      ),
      finished: harness.finished === undefined ? undefined : harness.invariants.length,
      machine: { grain: spec.options['yield'] as Grain, steps: harness.bounds.steps },
      line: (file, line) => this.line(file, line),
      show: harness.show,
      fixedYields,
    };
  }

  private harnessScenario({ scenario }: Spec): HarnessScenario {
    const found = this.harness.scenarios.find(({ name }) => name === scenario.name);
    if (found === undefined)
      throw new InputError(`${this.source} has no scenario ${scenario.name}`);
    return found;
  }

  private line(file: string, line: number): string {
    let text = this.texts.get(file);
    if (text === undefined) {
      const path = [this.folder, INCLUDE].map((from) => resolve(from, file)).find(existsSync);
      text = path === undefined ? [] : readText(path, file).split('\n');
      this.texts.set(file, text);
    }
    const own = (text[line - 1] ?? '').trim().replaceAll(/\s+/g, ' ');
    return own.length > 72 ? `${own.slice(0, 71)}…` : own;
  }

  // Compilation

  private programOf(spec: Spec): Built {
    return this.program(this.harnessScenario(spec), spec.fixes, spec.hardware);
  }

  private program(scenario: HarnessScenario, fixes: readonly string[], hardware: string): Built {
    const { harness } = this;
    const variants = [
      ...harness.hardware.filter(({ name }) => name === hardware),
      ...harness.fixes.filter(({ name }) => fixes.includes(name)),
    ];
    const defines = [
      ...harness.defines,
      ...scenario.defines,
      ...variants.flatMap((variant) => variant.defines),
    ];
    const key = JSON.stringify([defines, scenario.threads]);
    const known = this.built.get(key);
    if (known !== undefined) return known;
    const unit = (file: string, mode: 'source' | 'environment'): Unit => {
      const role = mode === 'source' ? 'VMCHECK_SOURCE=1' : 'VMCHECK_ENVIRONMENT=1';
      return { module: this.translated(file, [...defines, role]), mode };
    };
    const units = [
      ...harness.sources.map((file) => unit(file, 'source')),
      ...harness.environment.map((file) => unit(file, 'environment')),
    ];
    const questions = harness.invariants.map((invariant) => invariant.function);
    if (harness.finished !== undefined) questions.push(harness.finished);
    const program = buildProgram(units, this.runtimeModule(), {
      threads: scenario.threads.map((thread) => ({
        fn: thread.function,
        argument: thread.argument,
      })),
      initialise: harness.initialise,
      questions,
      stackBytes: harness.bounds.stack,
      frameBytes: harness.bounds.frames,
      filling: harness.uninitialised === 'poison' ? POISON : 0,
      windows: harness.memory,
      symbols: harness.symbols,
    });
    const names = new Names(program, []);
    const unknown = harness.show.find((name) => !names.hasVariable(name));
    if (unknown !== undefined) {
      throw new InputError(`${this.source}: show: there is no variable ${unknown} in the C`);
    }
    const built = { program, module: compileWasm(program.bytes), key: hashOf([program.bytes]) };
    this.built.set(key, built);
    return built;
  }

  private translated(file: string, defines: readonly string[]): Module {
    const { harness } = this;
    const key = JSON.stringify([file, defines]);
    const known = this.modules.get(key);
    if (known !== undefined) return known;
    const ir = translate(file, this.folder, {
      triple: TARGETS[harness.target],
      include: [...harness.include, INCLUDE],
      defines,
      flags: harness.flags,
      overflow: harness.overflow,
      checks: true,
    });
    const module = parseModule(ir, file);
    this.modules.set(key, module);
    return module;
  }

  private runtimeModule(): Module {
    this.runtime ??= parseModule(
      translate('runtime.c', RUNTIME, {
        triple: TARGETS['ilp32'],
        include: [],
        defines: [],
        flags: [],
        overflow: 'wrap',
        checks: false,
      }),
      'runtime.c',
    );
    return this.runtime;
  }

  // Plans

  private planKey(spec: Spec, { key }: Built): string {
    return hashOf([
      key,
      findCompiler().version,
      String(spec.options['yield']),
      String(this.harness.bounds.steps),
    ]);
  }

  private planOf(spec: Spec, built: Built, options: ProgramModelOptions): Plan {
    const key = this.planKey(spec, built);
    const known = this.plans.get(key) ?? keptPlan(key);
    const plan = known ?? this.discovered(built, options, emptyPlan);
    this.plans.set(key, plan);
    if (known === undefined) keepPlan(key, plan);
    return plan;
  }

  private discovered(built: Built, { machine, threads }: ProgramModelOptions, known: Plan): Plan {
    const halted = (of: Machine): boolean =>
      threads.some((_, thread) => Machine.failed(of.head(thread)));
    return discover(built.program, built.module, machine, known, halted);
  }

  learns(error: unknown, spec: Spec): boolean {
    if (!(error instanceof Outgrown)) return false;
    const built = this.programOf(spec);
    const key = this.planKey(spec, built);
    const plan = this.discovered(built, this.modelOptions(spec, false), error.plan);
    this.plans.set(key, plan);
    keepPlan(key, plan);
    return true;
  }

  remake(spec: Spec): ModelFactory {
    const { yields: _, shared: __, ...scenario } = spec.scenario as SourceScenario;
    const own = { ...spec, scenario };
    const built = this.programOf(own);
    const plan = this.planOf(own, built, this.modelOptions(own, false));
    const name = 'remakeSource' satisfies keyof typeof import('./remake.ts');
    return {
      module: new URL('./remake.js', import.meta.url).href,
      name,
      args: [this.source, this.cwd, own, plan],
    };
  }

  /** A plan with the yield points that a counterexample has recorded, in place of its own. */
  private withYields(
    plan: Plan,
    program: Program,
    yields: readonly string[],
    shared: readonly string[],
  ): Plan {
    const names = new Names(program, []);
    const flagsOf = new Map<string, number>();
    const add = (name: string, flag: number): void => {
      flagsOf.set(name, (flagsOf.get(name) ?? 0) | flag);
    };
    for (const name of yields) {
      const written = name.endsWith(' (written)');
      const path = name.replace(/ \(written\)$/, '');
      add(path, written ? FLAGS.yieldWrite : FLAGS.yieldRead | FLAGS.yieldWrite);
    }
    for (const name of shared) add(name, FLAGS.shared);
    const kept = plan.words
      .filter(([, flags]) => (flags & FLAGS.foreign) !== 0)
      .map(([address, flags, users]) => [address, flags & FLAGS.foreign, users] as const);
    const words = new Map<number, number>();
    for (const { address, bytes, constant } of program.globals) {
      if (constant) continue;
      for (let word = address; word < address + bytes; word += 4) {
        const flags = flagsOf.get(wordName(names, word));
        if (flags !== undefined) words.set(word, flags);
      }
    }
    return {
      ...plan,
      words: [...kept, ...[...words].map(([at, flags]) => [at, flags, 0] as const)],
    };
  }

  private initialisationError(error: unknown): unknown {
    if (!(error instanceof InitialisationFault)) return error;
    const { kind, site } = error.fault;
    const place = site === undefined ? '' : ` at ${site.file}:${site.line} in ${site.fn}`;
    const found = FAULT_INVARIANTS.find(({ kinds }) => (kinds as readonly number[]).includes(kind));
    const what = error.text === '' ? (found?.name ?? 'it waits or chooses') : error.text;
    return new InputError(`${this.source}: initialisation fails${place}: ${what}`);
  }
}

/** The parts that lie in a word: `pages[0].ref`. */
function wordName(names: Names, address: number): string {
  const leaves = names.leavesAt(address, 4);
  return leaves.length === 0 ? names.placeOf(address) : leaves.map(({ path }) => path).join(', ');
}

function planFile(key: string): string | undefined {
  const folder = cacheFolder();
  return folder === undefined ? undefined : join(folder, `${key}.plan.json`);
}

function keptPlan(key: string): Plan | undefined {
  const file = planFile(key);
  const text = file === undefined ? undefined : readKept(file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Plan;
  } catch {
    return undefined;
  }
}

function keepPlan(key: string, plan: Plan): void {
  const file = planFile(key);
  if (file !== undefined) writeKept(file, JSON.stringify(plan));
}
