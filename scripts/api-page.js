// Sets the declarations of the public API out on a page: by entry, by section of its source, in
// the order there.
import { format, resolveConfig } from 'prettier';
import { parseSync } from 'rolldown/utils';
import { fileURLToPath } from 'node:url';

const HEAD = `# API

\`npm run api\` writes this page from the docstrings of what the package exports. Declarations are
those of TypeScript; JavaScript uses the same functions. A function that can refuse its arguments
says which error it throws: \`InputError\` is for the user of a model, \`ModelError\` for its author.
`;

/** `sources`: name and text of the module of each entry; `rollup`: all that they export. */
export async function apiPage(sources, rollup) {
  const declared = declarationsOf(rollup);
  const undocumented = [];
  const parts = [HEAD];
  for (const { name, source, text } of sources) {
    parts.push(`## \`${name}\``);
    for (const { title, names } of sectionsOf(source, text)) {
      parts.push(title);
      for (const one of names) parts.push(...entriesOf(one, declared, undocumented));
    }
  }
  const options = await resolveConfig(fileURLToPath(new URL('../docs/api.md', import.meta.url)));
  const page = await format(parts.join('\n\n'), {
    ...options,
    parser: 'markdown',
    proseWrap: 'always',
  });
  return { page, undocumented };
}

/** The declarations of a name, with its docstring; of a namespace, one after the other. */
function* entriesOf(name, declared, undocumented) {
  const found = declared.get(name) ?? [];
  const members = found.flatMap(({ holds = [] }) => holds);
  for (const { local, exported } of members) {
    const own = declared.get(local).map(({ doc, code }) => {
      return { doc, code: code.replace(local, exported) };
    });
    yield entryOf(`${name}.${exported}`, own, undocumented);
  }
  if (members.length === 0) yield entryOf(name, found, undocumented);
}

function entryOf(name, found, undocumented) {
  const doc = found.map((one) => one.doc).find((text) => text !== '');
  if (doc === undefined) undocumented.push(`${name} has no docstring`);
  const code = found.map((one) => one.code).join('\n');
  return `#### \`${name}\`\n\n${doc}\n\n\`\`\`ts\n${code}\n\`\`\``;
}

/** By exported name, its declarations: docstring and text; of a namespace, what it holds. */
function declarationsOf(rollup) {
  const { program, comments } = parseSync('rollup.d.ts', rollup);
  const found = new Map();
  const add = (name, one) => found.set(name, [...(found.get(name) ?? []), one]);
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration') continue;
    const declaration = statement.declaration ?? statement;
    const { id = declaration.declarations?.[0].id } = declaration;
    if (id?.name === undefined) continue;
    const comment = comments.findLast(({ end }) => end <= statement.start);
    const isOwn = comment && rollup.slice(comment.end, statement.start).trim() === '';
    const code = rollup
      .slice(declaration.start, declaration.end)
      .replace(/^declare /, '')
      .replaceAll(/^ +private .*;\n/gm, '');
    const one = { doc: isOwn ? proseOf(comment.value) : '', code };
    const holds = declaration.type === 'TSModuleDeclaration' ? heldBy(declaration) : undefined;
    add(id.name, holds === undefined ? one : { ...one, holds });
  }
  return found;
}

function heldBy({ body }) {
  return body.body.flatMap(({ specifiers = [] }) =>
    specifiers.map(({ local, exported }) => ({ local: local.name, exported: exported.name })),
  );
}

/** A docstring without its stars. */
function proseOf(comment) {
  return comment
    .replace(/^\*/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
}

/** A comment above an \`export\` begins a section: its title ends at the first colon or stop. */
function sectionsOf(source, text) {
  const { module, comments } = parseSync(source, text);
  const lines = comments.filter(({ type }) => type === 'Line');
  const sections = [];
  for (const { start, entries } of module.staticExports) {
    const title = titleAbove(start, lines, text);
    if (title !== '' || sections.length === 0) sections.push({ title, names: [] });
    sections.at(-1).names.push(...entries.map(({ exportName }) => exportName.name));
  }
  return sections;
}

function titleAbove(start, comments, text) {
  const found = [];
  let at = start;
  for (const comment of comments.toReversed()) {
    if (comment.end > at || text.slice(comment.end, at).trim() !== '') continue;
    found.unshift(comment.value.trim());
    at = comment.start;
  }
  const [, title = '', rest = ''] = /^([^:.]*)[:.]?\s*(.*)$/s.exec(found.join(' ')) ?? [];
  return title === '' ? '' : `### ${title}\n\n${rest.charAt(0).toUpperCase()}${rest.slice(1)}`;
}
