/** What steps are called in traces. */

import type { FileAccess, UserStep } from '../../../model/codezero-mm0/scenario.ts';

/** What the step is called in traces. */
export function describeStep(step: UserStep): string {
  const range = (page: number, pages: number): string =>
    pages > 1 ? `pages ${page}..${page + pages - 1}` : `page ${page}`;
  const buffer = ({ page, pages }: FileAccess): string => `memory at ${range(page, pages)}`;
  switch (step.do) {
    case 'open':
      return `open ${step.file} as ${step.fd}`;
    case 'close':
      return `close ${step.fd}`;
    case 'mmap': {
      const file = step.kind.endsWith('file') ? ` of ${step.fd} from page ${step.offset}` : '';
      const where = step.page === 0 ? `${step.pages} anywhere` : range(step.page, step.pages);
      return `mmap ${step.kind}${file}: ${where}`;
    }
    case 'read':
    case 'write':
      return `${step.do} page ${step.page}, cell ${step.cell}`;
    case 'readFile':
      return `read ${range(step.offset, step.pages)} of ${step.fd} to ${buffer(step)}`;
    case 'writeFile':
      return `write ${buffer(step)} to ${range(step.offset, step.pages)} of ${step.fd}`;
    case 'fork':
      return `fork ${step.child}`;
    case 'clone':
      return `clone in ${step.space}${step.files ? '' : ', descriptors copied'}`;
    case 'shmget':
      return `shmget ${step.segment}`;
    case 'shmat':
      return `shmat ${step.segment}${step.page === 0 ? '' : ` at page ${step.page}`}`;
    case 'shmdt':
      return `shmdt ${step.segment}`;
    case 'munmap':
      return `munmap ${range(step.page, step.pages)}`;
    case 'exit':
      return 'exit';
  }
}
