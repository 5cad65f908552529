/** Checks one after the other, for `gate` and `replay`: each is told when it is done. */

import { counted } from '../report/numbers.ts';
import type { Page } from '../report/page.ts';
import type { Check, Reporter } from '../report/reporter.ts';
import { EXIT } from './exit.ts';
import { pause } from './slices.ts';
import type { World } from './world.ts';

/** A check to come; undefined if an interrupt ended it halfway. */
export type PlannedCheck = () => Promise<Check | undefined>;

/** Runs them until an interrupt, and answers with the exit code. */
export async function runChecks(
  planned: readonly PlannedCheck[],
  reporter: Reporter,
  page: Page,
  world: World,
): Promise<number> {
  const checks: Check[] = [];
  for (const check of planned) {
    await pause();
    const checked = world.interrupted() ? undefined : await check();
    if (checked === undefined) break;
    checks.push(checked);
    world.stdout.write(reporter.checks?.each(checked, page) ?? '');
  }
  world.stdout.write(reporter.checks?.end(checks, page) ?? '');
  const left = planned.length - checks.length;
  if (left > 0) world.stderr.write(`vmcheck: interrupted: ${counted(left, 'check')} not run\n`);
  if (checks.some(({ ok }) => !ok)) return EXIT.broken;
  return left > 0 ? EXIT.limited : EXIT.fine;
}
