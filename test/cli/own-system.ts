/** The system of `tickets.mjs` by any name, for a test that writes it into a folder. */

import { readFileSync } from 'node:fs';

const tickets = readFileSync(new URL('./tickets.mjs', import.meta.url), 'utf8');

export function ownSystem(name = 'tickets'): string {
  return tickets.replace("name: 'tickets'", `name: '${name}'`);
}
