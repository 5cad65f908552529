/**
 * A system as a user would write it: two threads take a ticket each, and nobody looks whether the
 * other one has the same. Written without any help, so that it needs no package, it shows what is
 * asked of a system.
 */

const places = [
  { operation: 'take', file: 'ticket.c', line: 3, token: 'n = next' },
  { operation: 'take', file: 'ticket.c', line: 4, token: 'next = n + 1' },
];
const NEXT = 0;
function step(cells, thread) {
  const [pc, n] = [1 + 2 * thread, 2 + 2 * thread];
  if (cells[pc] === 0) cells[n] = cells[NEXT];
  else if (cells[pc] === 1) cells[NEXT] = cells[n] + 1;
  else return -1;
  return cells[pc]++;
}
function build(spec) {
  const threads = ['A', 'B'].slice(0, spec.scenario.threads);
  const scratch = new Int32Array(5);
  const covered = new Uint8Array(2);
  const done = (cells) => threads.every((_, t) => cells[1 + 2 * t] === 2);
  const sentence = (cells) =>
    threads.length === 2 && cells[1] === 2 && cells[3] === 2 && cells[2] === cells[4]
      ? 'two have the ticket ' + cells[2]
      : undefined;
  const steps = (cells) =>
    threads.flatMap((_, thread) => {
      const after = cells.slice();
      const statement = step(after, thread);
      return statement < 0 ? [] : [{ thread, statement, choice: 0, after }];
    });
  const names = spec.invariants;
  const stateInvariants = names.map((name) => ({
    name,
    applies: () => done(scratch),
    violation: () => sentence(scratch),
  }));
  return {
    spec,
    summary: threads.length + ' threads',
    words: 5,
    scratch,
    threads,
    statements: places,
    operations: ['take'],
    stateInvariants,
    stepInvariants: [],
    step: { checked: 0, violated: 0, explain: () => '', covered },
    initialStates(visit) {
      scratch.fill(0);
      visit();
    },
    successors(visit) {
      for (const { thread, statement, after } of steps(scratch.slice())) {
        scratch.set(after);
        covered[statement] = 1;
        visit(thread, statement, 0);
      }
    },
    isFinal: () => done(scratch),
    replayer: {
      initial: () => [new Int32Array(5)],
      step(state, wanted) {
        const found = steps(state).find(
          ({ thread, statement }) => thread === wanted.thread && statement === wanted.statement,
        );
        if (!found) return undefined;
        return {
          state: found.after,
          statement: found.statement,
          changes: [],
          notes: [],
          violated: [],
        };
      },
      possible: (state) => steps(state),
      violations: (state) =>
        sentence(state) && names.length > 0
          ? [{ invariant: names[0], sentence: sentence(state) }]
          : [],
      deadlocked: (state) => steps(state).length === 0 && !done(state),
      describe: (state) => ['cells: ' + state.join(' ')],
      pack: (state) => state,
    },
  };
}
export const system = {
  name: 'tickets',
  title: 'Tickets',
  revision: 'r7',
  sentence: 'Two threads take tickets.',
  defaultScenario: 'two',
  scenarios: [
    { name: 'two', purpose: 'Can two threads get the same ticket?', threads: 2 },
    { name: 'one', purpose: 'Does one thread get a ticket?', threads: 1 },
  ],
  invariants: [
    { name: 'own-ticket', group: 'tickets', when: 'both have one', sentence: 'No ticket twice.' },
  ],
  operations: [{ name: 'take', file: 'ticket.c', lines: [1, 5], sentence: 'Takes a ticket.' }],
  fixes: [],
  hardware: [{ name: 'plain', sentence: 'Nothing special.' }],
  defaultHardware: 'plain',
  options: [],
  scenarioFields: ['threads'],
  parseScenario: (json) => json,
  build,
};
export default system;
