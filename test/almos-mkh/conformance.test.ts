/**
 * Vectors recorded from the real vmm.c r632, compiled natively: the model must have the same
 * result, events and state for every operation.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { difference } from '../../src/script/compare.ts';
import { readScript } from '../../src/script/read.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';

const folder = new URL('../conformance/almos-mkh/', import.meta.url);

describe('ALMOS-MKH does what the native code did', () => {
  for (const file of readdirSync(folder).sort()) {
    it(`in ${file}`, () => {
      const { script, expected } = readScript(readFileSync(new URL(file, folder), 'utf8'), file);
      expect(difference(expected ?? [], almosMkh.run?.(script) ?? [])).toBeUndefined();
    });
  }
});
