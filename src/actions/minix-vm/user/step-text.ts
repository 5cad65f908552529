/** What actions are called in traces. */

import type { Kernel } from '../../../model/minix-vm/state.ts';
import type { Cx } from '../vocabulary.ts';
import type { UserLocals } from './frame.ts';
import { actionOf } from './frame.ts';
import { sharedBy } from './records.ts';

/** What the action is called in traces. */
export function describeAction(k: Kernel, my: UserLocals, cx: Cx): string {
  const { given } = actionOf(cx, my);
  const range = (page: number, pages: number): string =>
    pages === 1 ? `page ${page}` : `pages ${page}..${page + pages - 1}`;
  switch (given.do) {
    case 'read':
      return `read page ${given.page}`;
    case 'write':
      return `write ${given.value} to page ${given.page}`;
    case 'fork':
      return `fork ${given.child}`;
    case 'exit':
      return 'exit';
    case 'exec':
      return `exec, data ${range(0, given.pages)}`;
    case 'safemap':
    case 'cowmap':
    case 'unmap': {
      const flag = given.do === 'safemap' ? `, flag ${given.flag}` : '';
      const from = `${given.from} ${range(given.page, given.pages)}`;
      return `${given.do} ${from} at ${given.to} page ${given.at}${flag}`;
    }
    case 'safeunmap':
    case 'revoke': {
      const { source, at: to, pages } = sharedBy(k, my, cx);
      return `${given.do} ${range(to, pages)}, mapped from ${cx.scope.processNames[source]}`;
    }
    case 'brk':
      return `brk, ${given.pages} more`;
    case 'remap': {
      const from = `${given.from} ${range(given.page, given.pages)}`;
      return `remap ${from} at ${given.to} page ${given.at}`;
    }
    default:
      return `${nameOf(given.do)} ${range(given.page, given.pages)}`;
  }
}

function nameOf(action: string): string {
  return action === 'check' ? 'kernel check of' : action;
}
