/**
 * A harness file as a system: C that is compiled when it is built, a scenario for each set of
 * threads, a fix for each set of definitions, yield modes as an option.
 */

import { dirname, relative, resolve } from 'node:path';

import { quote } from '../../suggest.ts';
import { InputError } from '../../errors.ts';
import type { ModelFactory } from '../../explorer/model-factory.ts';
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
} from '../../system.ts';
import { type Built, Builds } from './builds.ts';
import { hashOf } from '../clang/cache.ts';
import { FAULT_INVARIANTS, invariantOfFault } from '../model/fault-invariants.ts';
import type { Harness, HarnessScenario } from '../harness/harness.ts';
import { InitialisationFault } from '../machine/initialise.ts';
import type { ProgramModelOptions } from '../model/model-options.ts';
import { Names } from '../names/names.ts';
import { type Grain, grains, Outgrown, type Plan } from '../machine/plan.ts';
import { Plans } from './plans.ts';
import { ProgramModel } from '../model/program-model.ts';
import { SourceFiles } from './source-files.ts';
import { withYields, type YieldNames, yieldNames } from '../names/yield-names.ts';

/** What a saved counterexample records of where it comes from. */
interface SourceScenario extends Scenario, Partial<YieldNames> {
  /** The harness file, from the folder in which vmcheck was started. */
  readonly harness: string;
  /** Hashes of its sources and of its environment. */
  readonly files: Readonly<Record<string, string>>;
}

const PLAIN_HARDWARE: Named = {
  name: 'flat',
  sentence: 'memory is what every thread sees at once',
};

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
  readonly scenarioFields = ['name', 'purpose', 'harness', 'files', 'yields', 'shared'];
  private readonly harness: Harness;
  private readonly cwd: string;
  private readonly builds: Builds;
  private readonly plans = new Plans();
  private readonly files: SourceFiles;

  constructor(harness: Harness, file: string, cwd: string) {
    this.harness = harness;
    this.source = file;
    this.cwd = cwd;
    const folder = dirname(resolve(cwd, file));
    this.files = new SourceFiles(file, folder);
    this.builds = new Builds(harness, file, folder);
    this.name = harness.name;
    this.title = harness.title;
    this.sentence = harness.sentence;
    const files = Object.fromEntries(
      [...harness.sources, ...harness.environment].map((name) => [name, this.files.hashOf(name)]),
    );
    this.revision = hashOf(Object.entries(files).flat()).slice(0, 12);
    this.scenarios = harness.scenarios.map(({ name, purpose }) => {
      return { name, purpose, harness: relative(cwd, resolve(cwd, file)), files };
    });
    this.defaultScenario = this.scenarios[0].name;
    this.invariants = invariantsOf(harness);
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
    const { program } = this.builds.of(this.harness.scenarios[0], [], this.defaultHardware);
    return program.functions
      .filter(({ mode }) => mode === 'source')
      .map(({ name, file, line }): OperationInfo => {
        const last = program.sites
          .filter((site) => site.fn === name && site.file === file)
          .reduce((most, site) => Math.max(most, site.line), line);
        return { name, file, lines: [line, last], sentence: `C function of ${file}` };
      });
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
    const { yields, shared = [] } = spec.scenario as SourceScenario;
    const options = this.modelOptions(spec, yields !== undefined);
    const built = this.builtFor(spec);
    const { program } = built;
    try {
      const own = this.plans.of(built, options);
      const plan =
        yields === undefined
          ? own
          : withYields(own, program, new Names(program, []), { yields, shared });
      return this.subject(spec, built, plan, options);
    } catch (error) {
      throw this.initialisationError(error);
    }
  }

  /** The same in another thread, with the plan that the search has. */
  buildWithPlan(spec: Spec, plan: Plan): Subject {
    return this.subject(spec, this.builtFor(spec), plan, this.modelOptions(spec, false));
  }

  private subject(
    spec: Spec,
    { program, module }: Built,
    plan: Plan,
    options: ProgramModelOptions,
  ): Subject {
    const model = new ProgramModel(program, module, plan, options);
    const adaptive = options.machine.grain === 'adaptive';
    const names = yieldNames(plan, new Names(program, options.threads));
    const scenario = { ...(spec.scenario as SourceScenario), ...(adaptive && names) };
    const threads = options.threads.length;
    const summary =
      `${this.harness.sources.join(', ')}, ${threads} thread${threads === 1 ? '' : 's'}, ` +
      `${options.machine.grain} yield points` +
      (adaptive ? ` (${names.yields.length})` : '');
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
      line: (file, line) => this.files.line(file, line),
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

  private builtFor(spec: Spec): Built {
    return this.builds.of(this.harnessScenario(spec), spec.fixes, spec.hardware);
  }

  learns(error: unknown, spec: Spec): boolean {
    if (!(error instanceof Outgrown)) return false;
    this.plans.extend(this.builtFor(spec), this.modelOptions(spec, false), error.plan);
    return true;
  }

  remake(spec: Spec): ModelFactory {
    const { yields: _, shared: __, ...scenario } = spec.scenario as SourceScenario;
    const own = { ...spec, scenario };
    const plan = this.plans.of(this.builtFor(own), this.modelOptions(own, false));
    const name = 'remakeSource' satisfies keyof typeof import('./remake.ts');
    return {
      module: new URL('./remake.js', import.meta.url).href,
      name,
      args: [this.source, this.cwd, own, plan],
    };
  }

  private initialisationError(error: unknown): unknown {
    if (!(error instanceof InitialisationFault)) return error;
    const { kind, site } = error.fault;
    const place = site === undefined ? '' : ` at ${site.file}:${site.line} in ${site.fn}`;
    const what = error.text === '' ? (invariantOfFault(kind) ?? 'it waits or chooses') : error.text;
    return new InputError(`${this.source}: initialisation fails${place}: ${what}`);
  }
}

/** Those of the harness file, then those that every step has to keep. */
function invariantsOf(harness: Harness): InvariantInfo[] {
  return [
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
}
