/**
 * The files that a system consists of, in the order in which one writes them: the same name for the
 * same idea in each system. `NAME` stands for the name of the system. Files that transcribe C have
 * the names of its files, and themes of invariants are a system's own; neither is listed.
 */

export interface Part {
  readonly path: string;
  readonly idea: string;
  /** Absent: every system has it. */
  readonly optional?: true;
}

const part = (path: string, idea: string): Part => ({ path, idea });
const optional = (path: string, idea: string): Part => ({ path, idea, optional: true });

export const parts: readonly Part[] = [
  part('src/model/NAME/options.ts', 'what the sources leave open, with defaults'),
  part('src/model/NAME/most.ts', 'the most that a state can hold'),
  part('src/model/NAME/steps.ts', 'what threads may do, as fields of a scenario'),
  part('src/model/NAME/scenario.ts', 'the fields of a scenario, and its type'),
  optional('src/model/NAME/scenario-checks.ts', 'checks of a scenario that no field shows'),
  part('src/model/NAME/parse-scenario.ts', 'reads a scenario from outside'),
  optional('src/model/NAME/programs.ts', 'numbers the steps, and the contents that pages may get'),
  part('src/model/NAME/scope.ts', 'what a scenario determines, as hot loops read it'),
  part('src/model/NAME/state.ts', 'declares the state'),
  part('src/model/NAME/start-state.ts', 'the state that a search begins in'),
  optional('src/model/NAME/threads.ts', 'questions about threads'),
  optional('src/model/NAME/symmetry.ts', 'which objects are interchangeable'),
  part('src/model/NAME/step-invariants.ts', 'numbers of the invariants of steps'),
  part('src/model/NAME/format.ts', 'states and steps as traces print them'),
  optional('src/model/NAME/cell-text.ts', 'fields of a state as traces print them'),
  part('src/model/NAME/library.ts', 'imports the scenarios; written by npm run library'),
  part('src/model/NAME/defects.ts', 'imports the known defects'),
  optional('src/model/NAME/script-port.ts', 'failures and answers of an operation of a script'),

  part('src/actions/NAME/vocabulary.ts', 'the words in which its statements are written'),
  part('src/actions/NAME/services/failures.ts', 'allocations that fail'),
  part('src/actions/NAME/ghost.ts', 'updates fields that only invariants read'),
  optional('src/actions/NAME/request-checks.ts', 'checks what a request has done'),
  part('src/actions/NAME/user.ts', 'the program of a thread'),
  part('src/actions/NAME/user/access.ts', 'a read or write of a user program'),
  optional('src/actions/NAME/user/control.ts', 'where a user program goes on'),
  optional('src/actions/NAME/user/labels.ts', 'the places of a user program'),
  part('src/actions/NAME/user/step-text.ts', 'a step of a program in words'),
  part('src/actions/NAME/fixes.ts', 'the list of fixes'),
  optional('src/actions/NAME/fixes/edit.ts', 'changes statements of an operation'),

  part('src/invariants/NAME/invariant.ts', 'what an invariant of states is'),
  part('src/invariants/NAME/steps.ts', 'the invariants of steps, with their sentences'),
  part('src/invariants/NAME/index.ts', 'the list of invariants'),

  part('src/script/NAME/layout.ts', 'the sizes that a script may set'),
  part('src/script/NAME/plan.ts', 'what a script says, as types'),
  optional('src/script/NAME/declared.ts', 'what the lines of a script have made so far'),
  part('src/script/NAME/language.ts', 'reads the lines of a script'),
  part('src/script/NAME/observe.ts', 'a state as a script prints it'),
  part('src/script/NAME/run.ts', 'runs a script'),

  part('src/systems/NAME.ts', 'combines the folders above'),
  part('scenarios/NAME/index.json', 'the order of the scenarios; written by npm run library'),
  part('defects/NAME.json', 'the known defects, with the searches that show them'),
  part('counterexamples/NAME', 'saved traces'),

  part('docs/NAME.md', 'what is modelled, what is inferred'),
  part('docs/scenario.NAME.schema.json', 'the fields of a scenario; written by npm run schemas'),
  part('docs/defects/NAME.md', 'the page of defects; written by npm run defects'),
  part('docs/verdicts/NAME.md', 'the table of verdicts; written by npm run verdicts'),

  part('test/NAME/build.ts', 'builds subjects for the tests'),
  part('test/NAME/verdicts.test.ts', 'pins the verdict of each scenario'),
  part('test/NAME/verdicts.long.ts', 'the same for the slow scenarios'),
  part('test/NAME/verdicts.json', 'the pinned verdicts'),
  part('test/NAME/laws.test.ts', 'search and replay agree'),
  part('test/NAME/mutation-tests.ts', 'a mutation that violates each invariant'),
  part('test/NAME/mutations.test.ts', 'runs the mutation tests'),
  part('test/NAME/fixes.test.ts', 'each fix is necessary'),
  part('test/NAME/random.test.ts', 'random scenarios'),
  part('test/NAME/citations.test.ts', 'statements are where they say they are'),
  optional('test/NAME/conformance.test.ts', 'the model does what recordings of the C did'),
  optional('test/NAME/parse-scenario.test.ts', 'scenarios that are refused'),
  optional('test/NAME/options.test.ts', 'each option matters'),
  optional('test/NAME/pages.test.ts', 'the page about the system lists what exists'),
  part('test/counts/NAME.json', 'pinned counts for each option; written by npm run test:long'),
  part(
    'test/key/NAME.json',
    'fields and the searches that need them; written by npm run test:long',
  ),
];

/** Files whose names are not ideas that systems share: those of C files, and themes. */
const own = /^src\/(actions|invariants)\/NAME\//;

/** What is wrong with the files of these systems, which are all the paths of the tree. */
export function wrongNames(paths: Iterable<string>, systems: readonly string[]): string[] {
  const here = new Set(paths);
  const having = (path: string): string[] =>
    systems.filter((system) => here.has(path.replace('NAME', system)));
  const wrong = parts.flatMap(({ path, idea, optional: may }) => {
    const lacking = systems.filter((system) => !having(path).includes(system));
    if (may === undefined) {
      return lacking.map((system) => `${path.replace('NAME', system)} is missing: ${idea}`);
    }
    if (lacking.length === 0) return [`${path} is in every system: it is not optional`];
    return having(path).length < 2 ? [`${path} is in fewer than two systems: take it out`] : [];
  });
  const listed = new Set(parts.map(({ path }) => path));
  const shared = new Map<string, number>();
  for (const path of here) {
    const system = systems.find((one) => path.split('/').includes(one));
    if (system === undefined) continue;
    const name = path.replace(system, 'NAME');
    if (!/^(src|test)\//.test(name) || !/\.(ts|json)$/.test(name)) continue;
    if (!own.test(name) && !listed.has(name)) shared.set(name, (shared.get(name) ?? 0) + 1);
  }
  for (const [path, count] of shared) {
    if (count > 1) wrong.push(`${path} is in ${count} systems: list it`);
  }
  return wrong;
}
