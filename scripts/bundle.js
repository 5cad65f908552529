// Bundles modules into few files. This inlines constants, which a hot loop would otherwise load and
// check each time, and Node loads a dozen modules instead of two hundred.
import { chmodSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { RolldownMagicString, rolldown } from 'rolldown';
import { header } from './launcher.js';

/**
 * The modules of src that threads import by URL: the worker, and the factories that build a model,
 * by the name of an export. They stay separate modules in every bundle.
 */
export const threads = [
  'explorer/parallel/worker',
  'explorer/parallel/foreman',
  'reduction/reduce',
  'core/worker-model',
  'csource/system/remake',
  'csource/clang/carried-clang',
];

/**
 * Bundles `programs`, each of which can then be run in place, and `modules`, which keep the names
 * of their exports. All names are relative to the folder `from`, without `.ts`, and have the same
 * place in `to`; shared code goes to `to`/chunks. Packages are not bundled.
 */
export async function bundle({ from, to, programs, modules }) {
  const names = [...programs, ...modules];
  const bundled = await rolldown({
    input: Object.fromEntries(names.map((name) => [name, join(from, `${name}.ts`)])),
    platform: 'node',
    external: /^[a-z@]/,
    optimization: { inlineConst: { mode: 'all', pass: 3 } },
    plugins: [places(from)],
  });
  await bundled.write({
    dir: to,
    format: 'esm',
    chunkFileNames: 'chunks/[name].js',
    sourcemap: true,
    postBanner: ({ name }) => (programs.includes(name) ? header : ''),
  });
  await bundled.close();
  for (const name of programs) chmodSync(join(to, `${name}.js`), 0o755);
}

const PLACE = 'place-of:';

/**
 * `import.meta.url` of a module is its place without bundling: its neighbours are found there, and
 * it can be imported from there.
 */
function places(from) {
  return {
    name: 'places',
    transform(code, id) {
      if (!id.endsWith('.ts')) return null;
      const place = relative(from, id).replaceAll('\\', '/').replace(/ts$/, 'js');
      return replaced(code, 'import.meta.url', `new URL('${PLACE}${place}', import.meta.url).href`);
    },
    renderChunk(code, { fileName }) {
      return replaced(code, PLACE, `${relative(dirname(fileName), '.') || '.'}/`);
    },
  };
}

function replaced(code, from, to) {
  if (!code.includes(from)) return null;
  const text = new RolldownMagicString(code).replaceAll(from, to);
  return { code: text.toString(), map: text.generateMap({ hires: true }).toString() };
}
