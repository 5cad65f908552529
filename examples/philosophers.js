// @ts-check
// Dining philosophers: each takes one fork, then the other, eats, and puts both back. When all hold
// one fork, nothing can move. One philosopher who takes the forks in the other order prevents that.
// Expected: all alike: violated, 82 states; deadlock-free, 5 steps
// Expected: one left-handed: holds, 70 states

import { bool, layout, pool, record, ruleModel, table, upTo } from 'vmcheck';
import { print } from './print.js';

/** @param {number} count @param {boolean} leftHanded */
function philosophers(count, leftHanded) {
  const seat = pool('seat', count);
  const seats = table(seat, record({ forkTaken: bool, holds: upTo(2) }));
  const space = layout(record({ seats }));
  return ruleModel({
    name: 'philosophers',
    space,
    threads: seat.all.map((p) => `P${p}`),
    start: [() => {}], // every field is 0: no fork is taken
    rules: seat.all.flatMap((p) => {
      const forks = [p, seat.at((p + 1) % count)];
      if (leftHanded && p === 0) forks.reverse();
      /** @type {(held: 0 | 1) => import('vmcheck').Rule<typeof space.view>} */
      const take = (held) => ({
        name: held === 0 ? 'take a fork' : 'take the other fork',
        thread: p,
        run({ seats }) {
          const fork = seats[forks[held]];
          // A rule returns false if it must wait, and then it has written nothing.
          if (seats[p].holds !== held || fork.forkTaken) return false;
          fork.forkTaken = true;
          seats[p].holds += 1;
          return true;
        },
      });
      return [
        take(0),
        take(1),
        {
          name: 'put both back',
          thread: p,
          run({ seats }) {
            if (seats[p].holds < 2) return false;
            for (const fork of forks) seats[fork].forkTaken = false;
            seats[p].holds = 0;
            return true;
          },
        },
      ];
    }),
    finished: () => false, // they never stop, so a state in which nothing can run is a deadlock
  });
}

print('all alike', philosophers(5, false));
print('one left-handed', philosophers(5, true));
