/** States and changes of mm0 in words: `shadow 2  nlinks 1 → 2`, `pte[P][1]  - → page 3 w`. */

import type { Change } from '../../system.ts';
import { bothStates } from '../cell-change.ts';
import type { Both, Path } from '../cell-change.ts';
import { cacheText, flagsText, numbers, objectText, pteText, vmaText } from './cell-text.ts';
import type { Scope } from './scope.ts';
import { DEVZERO } from './state.ts';
import type { Kernel } from './state.ts';
import { userFrame } from './threads.ts';
import { contentOf, contentText, isWritable, lives } from './view.ts';

/** A cell in the notation of mm0; undefined for call stacks and ghosts. */
export function changeOf(s: Scope, path: Path, before: Kernel, after: Kernel): Change | undefined {
  const [kind, i, field, j] = path as [string, number, string, number];
  const both = bothStates(before, after);
  switch (kind) {
    case 'frames':
      return frameChange(s, i, field, both);
    case 'objects': {
      const named = after.objects[i as never].live ? after : before;
      return objectChange(s, i, field, both, objectText(named, s, i));
    }
    case 'vmas':
      return both(`area ${i}`, (k) => vmaText(k, s, i));
    case 'files': {
      const named = after.files[i as never].live ? after : before;
      return fileChange(i, field, both, s.groups[named.files[i as never].group].name);
    }
    case 'spaces':
      return spaceChange(s, i, [field, j], both);
    case 'server':
      return both(`server page ${i}`, (k) => {
        const page = k.server[i as never];
        return page.missing === 1 ? '-' : contentText(s, contentOf(page));
      });
    case 'grown':
      return both(`${s.groups[i].name} on the server`, (k) => {
        const pages = s.groups[i].pages + k.grown[i as never].pages;
        return `${pages} ${pages === 1 ? 'page' : 'pages'}`;
      });
    case 'threads': {
      const { name } = s.threads[i as never];
      if (field !== 'dead' && field !== 'born') return undefined;
      return both(`thread ${name}`, (k) => {
        const { born, dead } = k.threads[i as never];
        return dead ? 'gone' : born ? 'runs' : 'not yet';
      });
    }
    case 'descriptors':
      return descriptorChange(s, i, [field, j], both);
    case 'asks':
      return both('file server', (k) => (k.asks === null ? 'serves' : 'waits for mm0'));
    case 'pool':
      return both('address pool', (k) => k.pool.toString(2));
    case 'halt':
      return both('mm0', (k) => (k.halt === 'no' ? 'serves' : k.halt));
    default:
      return undefined;
  }
}

function frameChange(s: Scope, i: number, field: string, both: Both<Kernel>): Change | undefined {
  const frame = (k: Kernel) => k.frames[i as never];
  const name = `page ${i}`;
  switch (field) {
    case 'in_use':
      return both(name, (k) => (frame(k).in_use ? 'used' : 'free'));
    case 'owner':
      return both(`${name} owner`, (k) => {
        const { owner } = frame(k);
        return owner === null ? '-' : objectText(k, s, owner);
      });
    case 'offset':
    case 'dirty':
    case 'refcnt':
      return both(`${name} ${field}`, (k) => frame(k)[field]);
    case 'poisoned':
      return both(`${name} list node`, (k) => (frame(k).poisoned ? 'poisoned' : 'sound'));
    case 'cell0':
    case 'cell1':
      return both(`${name} holds`, (k) => contentText(s, contentOf(frame(k))));
    default:
      return undefined;
  }
}

function objectChange(
  s: Scope,
  i: number,
  field: string,
  both: Both<Kernel>,
  name: string,
): Change | undefined {
  const object = (k: Kernel) => k.objects[i as never];
  switch (field) {
    case 'live':
      return both(name, (k) => (object(k).live ? 'exists' : 'none'));
    case 'nlinks':
    case 'shadows':
    case 'npages':
    case 'shref':
      return both(`${name} ${field}`, (k) => object(k)[field]);
    case 'flags':
      return both(`${name} flags`, (k) => flagsText(object(k).flags & 14));
    case 'shdw_list':
      return both(`${name} shdw_list`, (k) => `(${numbers(object(k).shdw_list).join(' ')})`);
    case 'page_cache':
      return both(`${name} cache`, (k) => cacheText(k, object(k)));
    case 'orig_obj':
      return both(`${name} orig_obj`, (k) => {
        const { orig_obj } = object(k);
        return orig_obj === null ? '-' : objectText(k, s, orig_obj);
      });
    default:
      return undefined;
  }
}

function fileChange(
  i: number,
  field: string,
  both: Both<Kernel>,
  name: string,
): Change | undefined {
  const file = (k: Kernel) => k.files[i as never];
  if (field === 'length') return both(`${name} length`, (k) => file(k).length);
  if (field === 'openers') return both(`${name} openers`, (k) => file(k).openers);
  if (field === 'shm_addr') return both(`${name} address`, (k) => file(k).shm_addr);
  if (field === 'live') return both(`file ${name}`, (k) => (file(k).live ? 'known' : 'none'));
  return undefined;
}

type FieldAt = readonly [field: string, index: number];

function spaceChange(
  s: Scope,
  i: number,
  [field, j]: FieldAt,
  both: Both<Kernel>,
): Change | undefined {
  const name = s.spaceNames[i];
  const space = (k: Kernel) => k.spaces[i as never];
  switch (field) {
    case 'ptes':
      return both(`pte[${name}][${j}]`, (k) => pteText(space(k).ptes[j as never]));
    case 'vmas':
      return both(`vm_area_list[${name}]`, (k) => `(${numbers(space(k).vmas).join(' ')})`);
    case 'pgd':
      return both(`page table[${name}]`, (k) => {
        const { pgd } = space(k);
        return pgd === null ? 'its own' : `of ${s.spaceNames[pgd]}`;
      });
    case 'born':
      return both(`task ${name}`, (k) => (space(k).born ? 'runs' : 'not yet'));
    case 'gone':
      return both(`task ${name}`, (k) => (space(k).gone ? 'gone' : 'runs'));
    default:
      return undefined;
  }
}

function descriptorChange(s: Scope, i: number, [field, j]: FieldAt, both: Both<Kernel>): Change {
  const { name: owner } = s.threads[i as never];
  if (field === 'users') {
    return both(`descriptors of ${owner} users`, (k) => k.descriptors[i as never].users);
  }
  return both(`descriptor ${j} of ${owner}`, (k) => {
    const { file, named, stale } = k.descriptors[i as never].fd[j as never];
    const name = file === null ? undefined : s.groups[k.files[file].group].name;
    const unknown = named === 0 ? '-' : `${s.groups[named - 1].name}, unknown to mm0`;
    return `${name ?? unknown}${stale ? ', left by a failed open' : ''}`;
  });
}

/** The state, one line per thing. */
export function describe(s: Scope, k: Kernel): string[] {
  const lines: string[] = [];
  for (const a of s.space.all) {
    if (!lives(k, a)) {
      lines.push(`${s.spaceNames[a]}  ${k.spaces[a].born ? 'gone' : 'not yet'}`);
      continue;
    }
    const { vmas, ptes, pgd } = k.spaces[a];
    for (const v of numbers(vmas)) lines.push(`${s.spaceNames[a]}  area ${v} ${vmaText(k, s, v)}`);
    if (pgd !== null) lines.push(`${s.spaceNames[a]}  on the page table of ${s.spaceNames[pgd]}`);
    for (const p of s.page.all) {
      if (ptes[p].frame !== null) lines.push(`${s.spaceNames[a]}  pte[${p}] ${pteText(ptes[p])}`);
    }
  }
  for (const o of s.object.all) {
    const object = k.objects[o];
    if (!object.live) continue;
    const { nlinks, shadows, npages, orig_obj } = object;
    const rights = isWritable(k, o) ? 'w' : 'r';
    const below = orig_obj === null ? '' : `  shadows ${objectText(k, s, orig_obj)}`;
    const counts = `nlinks ${nlinks}  shadows ${shadows}  npages ${npages}`;
    lines.push(`${objectText(k, s, o)}  ${rights}  ${counts}  ${cacheText(k, object)}${below}`);
  }
  for (const f of s.file.all) {
    const { live, openers, group, shm_addr } = k.files[f];
    if (!live || f === DEVZERO) continue;
    const address = shm_addr === 0 ? '' : `  at page ${shm_addr}`;
    lines.push(`file ${s.groups[group].name}  openers ${openers}${address}`);
  }
  for (const f of s.frame.all) {
    const page = k.frames[f];
    if (!page.in_use || f === DEVZERO) continue;
    lines.push(`page ${f}  holds ${contentText(s, contentOf(page))}${page.dirty ? '  dirty' : ''}`);
  }
  for (const t of s.thread.all) {
    const { ip, fault } = userFrame(k, t);
    const { born, dead } = k.threads[t];
    const does = dead ? 'gone' : !born ? 'not yet' : fault === 'none' ? `step ${ip}` : 'in a fault';
    lines.push(`${s.threads[t].name}  ${does}`);
  }
  if (k.halt !== 'no') lines.push(`mm0 has come to its end: ${k.halt}`);
  return lines;
}
