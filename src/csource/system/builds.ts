/**
 * Programs of a harness file: each set of threads, fixes and hardware is compiled once, and each
 * file once for each set of definitions.
 */

import { fileURLToPath } from 'node:url';

import { InputError } from '../../errors.ts';
import { hashOf } from '../clang/cache.ts';
import { buildProgram, type Program } from '../compile/program.ts';
import type { Unit } from '../compile/symbols.ts';
import { type Harness, type HarnessScenario, TARGETS } from '../harness/harness.ts';
import type { Module } from '../ir/module.ts';
import { parseModule } from '../ir/parse.ts';
import { Names } from '../names/names.ts';
import { translate } from '../clang/toolchain.ts';
import { compileWasm, type WasmModule } from '../wasm/host.ts';

export interface Built {
  readonly program: Program;
  readonly module: WasmModule;
  /** A hash of the code. */
  readonly key: string;
}

/** Where the headers of vmcheck are. */
export const INCLUDE = fileURLToPath(new URL('../../../csource/include', import.meta.url));
const RUNTIME = fileURLToPath(new URL('../../../csource', import.meta.url));
/** A pattern that no pointer and no small number has. */
const POISON = 0xa5a5a5a5 | 0;

export class Builds {
  private readonly harness: Harness;
  private readonly shown: string;
  private readonly folder: string;
  private readonly built = new Map<string, Built>();
  private readonly modules = new Map<string, Module>();
  private runtime: Module | undefined;

  /** `shown` is the name of the harness file, and its names begin in `folder`. */
  constructor(harness: Harness, shown: string, folder: string) {
    this.harness = harness;
    this.shown = shown;
    this.folder = folder;
  }

  /** Throws InputError if the C does not compile, or is not what the harness file says. */
  of(scenario: HarnessScenario, fixes: readonly string[], hardware: string): Built {
    const defines = this.definesOf(scenario, fixes, hardware);
    const key = JSON.stringify([defines, scenario.threads]);
    const known = this.built.get(key);
    if (known !== undefined) return known;
    const program = this.build(scenario, defines);
    const names = new Names(program, []);
    const unknown = this.harness.show.find((name) => !names.hasVariable(name));
    if (unknown !== undefined) {
      throw new InputError(`${this.shown}: show: there is no variable ${unknown} in the C`);
    }
    const built = { program, module: compileWasm(program.bytes), key: hashOf([program.bytes]) };
    this.built.set(key, built);
    return built;
  }

  private definesOf(
    scenario: HarnessScenario,
    fixes: readonly string[],
    hardware: string,
  ): readonly string[] {
    const { harness } = this;
    const variants = [
      ...harness.hardware.filter(({ name }) => name === hardware),
      ...harness.fixes.filter(({ name }) => fixes.includes(name)),
    ];
    return [
      ...harness.defines,
      ...scenario.defines,
      ...variants.flatMap((variant) => variant.defines),
    ];
  }

  private build(scenario: HarnessScenario, defines: readonly string[]): Program {
    const { harness } = this;
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
    return buildProgram(units, this.runtimeModule(), {
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
}
