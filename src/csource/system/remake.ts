/** How another thread makes the subject of a search of C again. */

import type { Spec, Subject } from '../../system.ts';
import { loadSource } from './load.ts';
import type { Plan } from '../machine/plan.ts';

export async function remakeSource(
  file: string,
  cwd: string,
  spec: Spec,
  plan: Plan,
): Promise<Subject> {
  const system = await loadSource(file, cwd);
  return system.buildWithPlan(spec, plan);
}
