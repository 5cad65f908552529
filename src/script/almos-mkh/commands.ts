/** What an operation of a script asks of the kernel, as the command that does it. */

import type { Command } from '../../actions/almos-mkh/script-desk.ts';
import { HALVES } from '../../model/almos-mkh/numbers.ts';
import type { CopyRef, Scope } from '../../model/almos-mkh/scope.ts';
import type { Action } from './plan.ts';

/** An operation that is one command to one copy of a process. */
type SingleCommand = Creation | Extract<Action, { do: Single }>;

type Single = 'read' | 'write' | 'fault' | 'cow' | 'munmap' | 'delete' | 'reset' | 'setcow';
type Creation = Extract<Action, { do: 'mmap' | 'vseg' | 'stack' }>;

export function commandOf(action: SingleCommand, copy: CopyRef, scope: Scope): Command {
  switch (action.do) {
    case 'mmap':
    case 'vseg':
    case 'stack':
      return creation(action, copy);
    case 'read':
    case 'write': {
      const token = action.do === 'write' ? scope.tokens.indexOf(action.value) : 0;
      const page = scope.page.at(action.page);
      return { do: 'access', copy, page, word: action.word, kind: action.do, token };
    }
    case 'fault':
    case 'cow':
      return { do: action.do, copy, page: scope.page.at(action.page) };
    case 'munmap':
      return { do: 'munmap', copy, base: action.base, size: action.size };
    case 'delete':
      return { do: 'delete', copy, vaddr: HALVES * action.page };
    case 'reset':
    case 'setcow':
      return { do: action.do, copy };
  }
}

function creation(action: Creation, copy: CopyRef): Command {
  const nothing = { base: 0, size: 0, file_offset: 0, file_size: 0, mapper: 0 };
  switch (action.do) {
    case 'mmap': {
      const { type, size, offset, at, file } = action;
      const backing = type === 'FILE' ? { file_offset: offset, mapper: file + 1 } : {};
      return { do: 'create', copy, type, ...nothing, size, ...backing, cxy: at };
    }
    case 'vseg': {
      const { type, page, size, offset, filesize, file, cluster } = action;
      const place = { base: HALVES * page, size };
      const backing = { file_offset: offset, file_size: filesize, mapper: file + 1 };
      return { do: 'create', copy, type, ...place, ...backing, cxy: cluster };
    }
    case 'stack': {
      const { slot, cluster } = action;
      return { do: 'create', copy, type: 'STACK', ...nothing, base: slot, cxy: cluster };
    }
  }
}
