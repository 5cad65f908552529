// The page of the public API, docs/api.md, from the docstrings: `npm run api` writes it, and
// `test/api.test.ts` holds it against the code. API Extractor reads the declarations that are
// published, says what is wrong with them, and puts those of all entries into one file; the page
// is that file in the order of the entries.
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiPage } from './api-page.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const { exports: published } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Name and source of each entry of the package. */
const entries = Object.entries(published)
  .filter(([, { types }]) => types !== undefined)
  .map(([name, { types }]) => {
    const source = types.replace('./dist/', 'src/').replace(/\.d\.ts$/, '.ts');
    return { name: join('vmcheck', name), types, source };
  });

/** The page, and what is wrong with the declarations, as sentences. */
export async function api() {
  const folder = mkdtempSync(join(tmpdir(), 'vmcheck-api-'));
  try {
    return await apiIn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function apiIn(folder) {
  for (const name of ['node_modules', 'package.json']) {
    symlinkSync(join(root, name), join(folder, name));
  }
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const project = ['-p', join(root, 'tsconfig.build.json'), '--outDir', join(folder, 'dist')];
  execFileSync(process.execPath, [tsc, ...project], { stdio: 'inherit' });
  const all = entries.map(({ types }) => `export * from '${types.replace(/d\.ts$/, 'js')}';\n`);
  writeFileSync(join(folder, 'all.d.ts'), all.join(''));
  const { problems, declarations } = extracted(folder);
  const sources = entries.map(({ name, source }) => {
    return { name, source, text: readFileSync(join(root, source), 'utf8') };
  });
  const { page, undocumented } = await apiPage(sources, declarations);
  return { page, problems: [...problems, ...undocumented] };
}

/** What API Extractor makes of the declarations of all entries. */
function extracted(folder) {
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
  };
  const rollup = join(folder, 'rollup.d.ts');
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, 'all.d.ts'),
      compiler: { overrideTsconfig: { compilerOptions, files: ['all.d.ts'] } },
      dtsRollup: { enabled: true, untrimmedFilePath: rollup },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'warning' } },
        extractorMessageReporting: { default: { logLevel: 'warning' } },
        tsdocMessageReporting: { default: { logLevel: 'warning' } },
      },
    },
  });
  const problems = [];
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      message.handled = true;
      const { logLevel, messageId, text, sourceFilePath = '', sourceFileLine } = message;
      if (isMatterOfTaste(messageId)) return;
      if (logLevel !== ExtractorLogLevel.Error && logLevel !== ExtractorLogLevel.Warning) return;
      const [, file = sourceFilePath] = sourceFilePath.split('/dist/');
      problems.push(`${file}:${sourceFileLine}: ${text} (${messageId})`);
    },
  });
  return { problems, declarations: readFileSync(rollup, 'utf8') };
}

/** Everything that is exported is public; setters may stand alone, and members be named only. */
function isMatterOfTaste(messageId) {
  return ['ae-missing-release-tag', 'ae-missing-getter', 'ae-undocumented'].includes(messageId);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { page, problems } = await api();
  writeFileSync(join(root, 'docs/api.md'), page);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
