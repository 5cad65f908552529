/** Coverage of the C lines: every statement is reached in some scenario as written, or listed here. */

import { expect, test } from 'vitest';

import { explore } from '../../src/explorer/search.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { build } from './build.ts';

const unreached = [
  'user:5.1', // a server takes a fork, only with the option rpcServers
  'user:9.1', // a copy is unlinked after its end, only with the option copyUnlinked
  'user:11', // a thread that is created without a stack: no line of C
  'process_make_fork:1.9', // a server takes vmm_set_cow, only with the option rpcServers
  'vmm_global_update_pte:537.1', // the attributes alone, only with the option splitPteWrite
  'vmm_set_cow:650.1', // the second half of hal_gpt_set_cow, only with the option setCowRmw
  'vmm_get_vseg:1636', // a server takes the call, only with the option rpcServers
  'vmm_handle_cow:2371.1', // the attributes alone, only with the option splitPteWrite
  'vmm_handle_cow:2387', // the call through an RPC: as 2380, unless there is the option rpcServers
];

test('the library reaches every other statement of vmm.c, and enters every function', () => {
  const reached = new Set<string>();
  const all = new Set<string>();
  for (const scenario of almosMkh.scenarios) {
    const subject = build(scenario);
    explore(subject, { keepGoing: true });
    subject.statements.forEach(({ operation, line }, i) => {
      all.add(`${operation}:${line}`);
      if (subject.covered[i] === 1) reached.add(`${operation}:${line}`);
    });
  }
  expect([...all].filter((place) => !reached.has(place))).toEqual(unreached);
  const functions = new Set([...reached].map((place) => place.replace(/:.*/, '')));
  expect(almosMkh.operations.filter(({ name }) => !functions.has(name))).toEqual([]);
});
