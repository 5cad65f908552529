/** Calls of other clusters, and the servers that they keep busy (option rpcServers). */

import type { Kernel } from '../../../model/almos-mkh/state.ts';
import type { Cx } from '../vocabulary.ts';

/** A call to this cluster is an RPC, and servers are counted (option rpcServers). */
export function needsServer(cx: Cx, from: number, to: number): boolean {
  return cx.scope.rpcServers > 0 && from !== to;
}

/**
 * A server thread of the cluster takes the call of this frame, which keeps it busy until it sets
 * `server` to 0 again. False: all servers of the cluster are busy.
 */
export function takeServer(k: Kernel, cx: Cx, my: { server: number }, cluster: number): boolean {
  let busy = 0;
  for (const t of cx.scope.thread.all) {
    const stack = k.threads[t].stack as unknown as Calls;
    for (let i = 0; i < stack.length; i++) {
      const frame = stack.at(i);
      if ('server' in frame && frame.server === cluster + 1) busy += 1;
    }
  }
  if (busy >= cx.scope.rpcServers) return false;
  my.server = cluster + 1;
  return true;
}

interface Calls {
  readonly length: number;
  at(i: number): { readonly server?: number };
}
