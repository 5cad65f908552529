/** Scripts are not type-checked, so this test checks that their imports from src exist. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const imports = readdirSync(join(root, 'scripts')).flatMap((script) => {
  const text = readFileSync(join(root, 'scripts', script), 'utf8');
  const found = text.matchAll(/^import \{([^}]+)\} from '\.\.\/dist-modules\/(.+)\.js';$/gm);
  return [...found].map(([, names = '', module = '']) => ({
    script,
    module,
    names: names.split(',').map((name) => name.trim()),
  }));
});

test('scripts import only what the modules export', async () => {
  expect(imports.length).toBeGreaterThan(20);
  const missing: string[] = [];
  for (const { script, module, names } of imports) {
    const exported: object = await import(join(root, 'src', `${module}.ts`));
    for (const name of names) {
      if (name !== '' && !(name in exported)) missing.push(`${script}: ${name} of ${module}`);
    }
  }
  expect(missing).toEqual([]);
});
