// Builds the published types and code into dist, or with `bench` the benchmark into dist-bench. The
// old folder is removed first, so that no renamed file remains.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle, threads } from './bundle.js';

const [what = 'dist'] = process.argv.slice(2);
const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

if (what === 'dist') {
  rmSync(path('dist'), { recursive: true, force: true });
  const tsc = path('node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', path('tsconfig.build.json')], { stdio: 'inherit' });
  await bundle({
    from: path('src'),
    to: path('dist'),
    programs: ['cli/main'],
    modules: ['index', 'state/arbitrary', 'cli/index', ...threads],
  });
} else {
  rmSync(path('dist-bench'), { recursive: true, force: true });
  await bundle({
    from: path('.'),
    to: path('dist-bench'),
    programs: ['bench/measure', 'bench/systems'],
    modules: ['bench/run', 'bench/minicow', ...threads.map((name) => `src/${name}`)],
  });
}
