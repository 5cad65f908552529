// Bundles modules into few files: constants stand where they are used, which a hot loop would
// otherwise load and check each time, and Node has a dozen modules to load in place of two hundred.
import { chmodSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { RolldownMagicString, rolldown } from 'rolldown';
import { header } from './launcher.js';

/**
 * Of src, what threads import by URL: the worker, and what makes a model again there, by the name
 * of an export. So these are modules of their own in every bundle.
 */
export const threads = [
  'explorer/parallel/worker',
  'explorer/parallel/foreman',
  'reduction/reduce',
  'core/worker-model',
  'csource/remake',
];

/**
 * Bundles `programs`, each of which can then be run as it lies there, and `modules`, which keep the
 * names of their exports. All are named from the folder `from`, without `.ts`, and come to lie in
 * `to` as they do in `from`; what they share lies in `to`/chunks. Packages are not bundled.
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
 * A module that asks where it is, is told where it would lie if it were not bundled: there it finds
 * its neighbours, and there it can be imported.
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
