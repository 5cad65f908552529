/** The CODE and DATA of a program, which lie at the addresses that its file says. */

import { isFixed } from './scenario.ts';
import type { AlmosScenario, UserStep, VsegSpec } from './scenario.ts';

/** The program of a process as a file has it; a child has that of its parent. */
export function programOf(scenario: AlmosScenario, process: string): readonly VsegSpec[] {
  const { threads, vsegs } = scenario;
  const own = vsegs.filter(
    (vseg) => vseg.process === process && vseg.file !== undefined && isFixed(vseg),
  );
  const parent = threads.find(
    (thread) =>
      thread.process !== process &&
      thread.program.flat().some((step) => step.do === 'fork' && step.child === process),
  );
  return parent === undefined ? own : programOf(scenario, parent.process);
}

/**
 * The first page of CODE and DATA that come from a file; HEAP_BASE of the scenario if there are
 * none.
 */
export function elfBase({ vsegs, heapBase }: AlmosScenario): number {
  const program = vsegs.filter((vseg) => isFixed(vseg) && vseg.file !== undefined);
  return Math.min(heapBase, ...program.map(({ page }) => page));
}

/**
 * Can a munmap in the middle of DATA or CODE make a vseg that ends below address 0? The new vseg
 * starts at the region and is as long as the region, counted downwards.
 */
export function cutWraps(scenario: AlmosScenario, steps: readonly UserStep[]): boolean {
  const { vsegs, utilsBase, args, envs } = scenario;
  const fixed = vsegs.filter(isFixed);
  const areas = steps.some((step) => step.do === 'exec')
    ? [
        { page: utilsBase, pages: args },
        { page: utilsBase + args, pages: envs },
      ]
    : [];
  return [...fixed, ...areas].some(({ page, pages }) =>
    steps.some(
      (step) =>
        step.do === 'munmap' &&
        step.page > page &&
        step.page + step.pages < page + pages &&
        step.pages >= step.page,
    ),
  );
}
