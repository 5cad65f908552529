/** The copies of one process: do they agree with the reference, and keep what is private? */

import { frameName } from '../../model/almos-mkh/scope.ts';
import type { CopyRef, VsegRef } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import { quiescent } from '../../model/almos-mkh/threads.ts';
import { vsls } from './invariant.ts';
import type { Invariant } from './invariant.ts';

export const gptCopyCoherence: Invariant = {
  name: 'gpt-copy-coherence',
  sentence:
    'What a copy maps of a public vseg, the reference maps too: same frame (always, unless the ' +
    'entry of the reference is LOCKED), and when nothing is under way also same WRITABLE and COW.',
  when: 'always for the frame; for the rest when nothing is under way',
  group: 'ptes',
  applies(k, s) {
    for (const c of s.copy.all) {
      if (s.copies[c].isReference) continue;
      for (const n of s.page.all) {
        if (k.copies[c].gpt[n].frame !== null && !isLocalPage(k, c, n)) return true;
      }
    }
    return false;
  },
  violation(k, s) {
    let quiet: boolean | undefined;
    for (const c of s.copy.all) {
      const { isReference, process, name } = s.copies[c];
      if (isReference) continue;
      const reference = s.reference[process];
      for (const n of s.page.all) {
        const own = k.copies[c].gpt[n];
        if (own.frame === null || isLocalPage(k, c, n)) continue;
        const main = k.copies[reference].gpt[n];
        if (main.frame !== null && main.frame !== own.frame && main.locked === null) {
          const [mine, theirs] = [frameName(s, own.frame), frameName(s, main.frame)];
          return `at page ${n}, ${name} maps frame ${mine}, the reference frame ${theirs}`;
        }
        if (own.frame === main.frame && own.writable === main.writable && own.cow === main.cow) {
          continue;
        }
        quiet ??= quiescent(k, s);
        if (!quiet) continue;
        const difference = main.frame === null ? 'does not' : 'has other attributes';
        return `${name} maps page ${n}, the reference ${difference}`;
      }
    }
    return undefined;
  },
};

export const copyCoveredByReference: Invariant = {
  name: 'copy-covered-by-reference',
  sentence: 'A public vseg in the VSL of a copy stands in the VSL of the reference, identical.',
  when: 'when nothing is under way',
  gated: true,
  group: 'ptes',
  applies(k, s) {
    for (const c of s.copy.all) {
      if (!s.copies[c].isReference && k.copies[c].vsl.length > 0) return quiescent(k, s);
    }
    return false;
  },
  violation(k, s) {
    for (const c of s.copy.all) {
      const { isReference, process, name } = s.copies[c];
      // Of a process that has exited, what is left goes with its last copy.
      if (isReference || !k.copies[s.reference[process]].exists) continue;
      const { vsl } = k.copies[c];
      const reference = k.copies[s.reference[process]].vsl;
      for (let i = 0; i < vsl.length; i++) {
        const vseg = k.vsegs[vsl.at(i) as VsegRef];
        if (isLocal(vseg.type)) continue;
        let found = false;
        for (let j = 0; j < reference.length; j++) {
          const main = k.vsegs[reference.at(j) as VsegRef];
          found ||=
            main.type === vseg.type &&
            main.min === vseg.min &&
            main.max === vseg.max &&
            main.file_offset === vseg.file_offset &&
            main.mapper === vseg.mapper;
        }
        if (!found) {
          return (
            `${name} has a ${vseg.type} vseg at page ${vseg.vpn_base} ` +
            'that its reference has not'
          );
        }
      }
    }
    return undefined;
  },
};

/** Types whose entries each cluster has for itself. */
function isLocal(type: Kernel['vsegs'][VsegRef]['type']): boolean {
  return type !== 'DATA' && type !== 'ANON' && type !== 'FILE' && type !== 'REMOTE';
}

function isLocalPage(k: Kernel, c: CopyRef, page: number): boolean {
  const { vsl } = k.copies[c];
  for (let i = 0; i < vsl.length; i++) {
    const vseg = vsl.at(i) as VsegRef;
    if (isLocal(k.vsegs[vseg].type) && covers(k, vseg, page)) return true;
  }
  return false;
}

/** Does the page lie in the vseg? */
export function covers(k: Kernel, vseg: VsegRef, page: number): boolean {
  const { vpn_base, vpn_size } = k.vsegs[vseg];
  return page >= vpn_base && page < vpn_base + vpn_size;
}

/** The page lies in a private vseg of the copy. */
function isPrivatePage(k: Kernel, c: CopyRef, page: number): boolean {
  const { vsl } = k.copies[c];
  for (let i = 0; i < vsl.length; i++) {
    const vseg = vsl.at(i) as VsegRef;
    const { type } = k.vsegs[vseg];
    if ((type === 'STACK' || type === 'CODE') && covers(k, vseg, page)) return true;
  }
  return false;
}

export const privateStaysLocal: Invariant = {
  name: 'private-stays-local',
  sentence: 'The frame of a STACK or CODE page is mapped by one copy of its process only.',
  when: 'always',
  group: 'ptes',
  reads: vsls,
  applies(k, s) {
    for (const c of s.copy.all) {
      for (const n of s.page.all) {
        if (k.copies[c].gpt[n].frame !== null && isPrivatePage(k, c, n)) return true;
      }
    }
    return false;
  },
  violation(k, s) {
    for (const c of s.copy.all) {
      for (const n of s.page.all) {
        const { frame } = k.copies[c].gpt[n];
        if (frame === null || !isPrivatePage(k, c, n)) continue;
        for (const other of s.copy.all) {
          if (other === c || s.copies[other].process !== s.copies[c].process) continue;
          for (const m of s.page.all) {
            if (k.copies[other].gpt[m].frame !== frame) continue;
            const both = `${s.copies[c].name} and ${s.copies[other].name}`;
            return `frame ${frameName(s, frame)} of the private page ${n} is mapped by ${both}`;
          }
        }
      }
    }
    return undefined;
  },
};
