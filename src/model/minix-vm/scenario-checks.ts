/** Checks of a scenario that no single field shows. */

import { expected, type Path } from '../../mistakes.ts';
import type { Complain } from '../../scenario/form.ts';
import { regionsOfSpec } from './scenario.ts';
import type { MinixScenario, ProcessSpec, SharingAction } from './scenario.ts';

export function checkTogether(scenario: MinixScenario, complain: Complain): void {
  scenario.processes.forEach((process, i) => checkRegions(process, ['processes', i], complain));
  scenario.actions.forEach((action, i) => {
    const at = ['actions', i];
    if (action.do === 'exec' && scenario.pages < 2) {
      const what = 'two pages of memory, for data and a stack';
      complain([...at, 'do'], expected(what, scenario.pages));
    }
    if (action.do === 'safemap' || action.do === 'cowmap' || action.do === 'unmap') {
      checkGuards(scenario, action, at, complain);
    }
  });
}

function checkRegions(process: ProcessSpec, at: Path, complain: Complain): void {
  const isOne = process.region !== undefined;
  if (isOne && process.regions !== undefined) {
    complain([...at, 'regions'], expected('either region or regions', 'both'));
    return;
  }
  const regions = regionsOfSpec(process);
  regions.forEach(({ page, direct, shared }, i) => {
    const place = isOne ? [...at, 'region'] : [...at, 'regions', i];
    if (direct && shared)
      complain([...place, 'shared'], expected('either direct or shared', 'both'));
    const before = regions[i - 1];
    if (before === undefined || before.page + before.pages <= page) return;
    complain([...place, 'page'], expected('regions in order that do not overlap', page));
  });
}

/** What guards refuse of a map or unmap, whatever the state. */
function checkGuards(
  { guards }: MinixScenario,
  { do: kind, from, to, flag, pages }: SharingAction,
  at: Path,
  complain: Complain,
): void {
  if (kind !== 'unmap' && guards.plainFlags && flag < 0) {
    complain(at, expected('flag 0 or 1 while the guard plainFlags is on', kind));
  }
  if (kind !== 'unmap' && guards.twoProcesses && from === to) {
    complain([...at, 'to'], expected('another process while the guard twoProcesses is on', to));
  }
  if (kind === 'unmap' && guards.recordedUnmaps) {
    complain(at, expected('safeunmap or revoke while the guard recordedUnmaps is on', kind));
  }
  if (guards.wholePages && !Number.isInteger(pages)) {
    complain([...at, 'pages'], expected('whole pages while the guard wholePages is on', pages));
  }
}
