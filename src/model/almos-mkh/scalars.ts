/** Fields and locals whose range depends on the scenario: pages, addresses, positions in files. */

import { int, oneOf, upTo } from '../../state/values.ts';
import type { Scalar } from '../../state/scalar.ts';
import { HALVES } from './numbers.ts';
import type { VsegType } from './scenario.ts';
import type { Scope } from './scope.ts';

/** A page number or count. Below zero only where a munmap in the middle of a vseg makes it so. */
export function pageNumber(s: Scope): Scalar<number> {
  if (s.wide || s.wraps) return int(-(2 ** 21), 2 ** 21);
  return s.cuts ? int(-2 * s.pages, 2 * s.pages) : upTo(s.pages);
}

/** An address or a length, in half pages. */
export function halfPages(s: Scope): Scalar<number> {
  if (s.wide) return int(-(2 ** 21), 2 ** 21);
  return s.cuts ? int(-HALVES * s.pages, HALVES * s.pages) : upTo(HALVES * s.pages);
}

/**
 * A position in a file, in half pages; the fix `split-middle` moves it within the virtual space.
 */
export function filePosition(s: Scope): Scalar<number> {
  return upTo(s.wide ? 2 ** 21 : HALVES * (s.cuts ? 8 + s.pages : 8));
}

const userTypes = ['CODE', 'DATA', 'STACK', 'ANON', 'FILE', 'REMOTE'] as const;

/** The kernel's own types only where it has vsegs. */
export function vsegType(s: Scope): Scalar<VsegType> {
  return s.hasKernel
    ? oneOf(...userTypes, 'KCODE', 'KDATA', 'KDEV')
    : oneOf<VsegType>(...userTypes);
}

/** Cluster + 1 of the server that an RPC of this frame keeps busy; 0: none (option rpcServers). */
export function server(s: Scope): Scalar<number> {
  return upTo(s.rpcServers > 0 ? s.scenario.clusters : 0);
}
