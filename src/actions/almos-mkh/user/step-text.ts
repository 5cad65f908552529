/** What the steps of a program are called in traces. */

import type { UserStep } from '../../../model/almos-mkh/scenario.ts';

/** What the step is called in traces. */
export function describeStep(step: UserStep): string {
  const word = 'word' in step && step.word === 1 ? ', word 1' : '';
  switch (step.do) {
    case 'read':
    case 'write':
      return `${step.do} page ${step.page}${word}`;
    case 'fork':
      return `fork ${step.child}`;
    case 'munmap':
      return munmapText(step.page, step.pages);
    case 'mmap':
      return `mmap ${step.type}, ${step.pages} page${step.pages > 1 ? 's' : ''}`;
    case 'create':
      return `create thread ${step.thread}`;
    case 'leave':
      return 'end of the thread';
    case 'exec':
      return 'exec';
    case 'exit':
      return 'exit';
  }
}

function munmapText(page: number, pages: number): string {
  if (pages < 1) return `munmap at page ${page}, ${pages} pages`;
  return `munmap page ${page}${pages > 1 ? `..${page + pages - 1}` : ''}`;
}
