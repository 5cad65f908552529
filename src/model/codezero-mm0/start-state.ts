/** The state in which a scenario starts: devzero, files on the disk, spaces without any area. */

import { HUGE, VM_FILE_DEVZERO, VM_READ } from './header.ts';
import { ZERO } from './programs.ts';
import { noBudgets } from './scenario.ts';
import type { Scope } from './scope.ts';
import { DEVZERO } from './state.ts';
import type { Kernel } from './state.ts';

export function startState(s: Scope, blank: Kernel, userFrame: (thread: number) => object): Kernel {
  const k = structuredClone(blank);
  for (const f of s.frame.all) k.frames[f].refcnt = -1;
  addDevzero(s, k);
  for (const budget of Object.keys(noBudgets) as (keyof typeof noBudgets)[]) {
    k.budgets[budget] = s.scenario.budgets[budget];
  }
  fillServer(s, k);
  for (const t of s.thread.all) {
    const { space, main } = s.threads[t];
    if (main && !s.children[space]) {
      k.spaces[space].born = true;
      k.threads[t].born = true;
      k.threads[t].files = s.descriptors.at(t);
      k.descriptors[s.descriptors.at(t)].users = 1;
    }
    k.threads[t].stack.push(structuredClone(userFrame(t)) as never);
  }
  return k;
}

function addDevzero(s: Scope, k: Kernel): void {
  const zero = s.object.at(DEVZERO);
  const page = k.frames[s.frame.at(DEVZERO)];
  page.in_use = true;
  page.owner = zero;
  page.refcnt = 0;
  page.cell0 = ZERO;
  page.cell1 = ZERO;
  const object = k.objects[zero];
  object.live = true;
  object.flags = s.VM_OBJ_FILE | VM_READ;
  object.npages = HUGE;
  object.file = s.file.at(DEVZERO);
  const devzero = k.files[s.file.at(DEVZERO)];
  devzero.live = true;
  devzero.type = VM_FILE_DEVZERO;
  devzero.length = 15;
  devzero.vm_obj = zero;
  devzero.listed = true;
}

/** What files hold is on the disk of the server, and behind their end there are no blocks. */
function fillServer(s: Scope, k: Kernel): void {
  s.groups.forEach(({ name, kind, pages, room, first }) => {
    if (kind !== 'vfs') return;
    for (let i = pages; i < room; i++) k.server[s.source.at(first + i)].missing = 1;
    for (let i = 0; i < pages; i++) {
      for (const table of [k.server, k.shared]) {
        const cells = table[s.source.at(first + i)];
        cells.cell0 = s.tokens.indexOf(`${name}.${i}a`);
        cells.cell1 = s.tokens.indexOf(`${name}.${i}b`);
      }
    }
  });
}
