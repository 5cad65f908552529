/**
 * Makes text from outside (names, notes, violation sentences, file names, options) safe for its
 * target. On a terminal no character may move the cursor, hide text or change its direction; a line
 * contains no line break; in Markdown and Mermaid no text acts as markup. Unsafe characters are
 * shown as escapes, never dropped. All functions except the two for markup are idempotent.
 */

/** The maximum length of a quotation in characters. */
export const QUOTED = 80;

/** The maximum length of a word, which is that of a file name. */
const WORD = 255;

/** The maximum length of a sentence in characters. */
const SENTENCE = 2000;

/**
 * Controls (C0, DEL, C1), format controls (bidi, zero width), separators of lines, lone surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** `\u001b` for an escape, `\n` for a new line; JSON reads both back inside of a string. */
function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  const hex = units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  return SHORT.get(character) ?? hex;
}

/** The text in one line, each unsafe character as an escape. */
export function oneLine(text: string): string {
  return text.replaceAll(UNSAFE, escaped);
}

/**
 * The control sequences that vmcheck itself writes: line breaks, colours, and the erasure of a
 * line.
 */
const OURS = /\n|\r\u001b\[K|\u001b\[\d{1,2}m/g;

/** Makes output safe for a terminal, except for line breaks, colours and the erasure of a line. */
export function terminalText(text: string): string {
  let safe = '';
  let from = 0;
  for (const { 0: own, index } of text.matchAll(OURS)) {
    safe += oneLine(text.slice(from, index)) + own;
    from = index + own.length;
  }
  return safe + oneLine(text.slice(from));
}

/** Cuts the middle of a text that is longer than `most` characters. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const mark = ' … ';
  const head = Math.ceil((most - mark.length) / 2);
  const tail = most - mark.length - head;
  const ends = text.slice(0, head) + mark + text.slice(text.length - tail);
  return ends.replaceAll(/\p{Cs}/gu, ''); // halves of characters
}

/** A name from outside for use in a sentence, without quotation marks. */
export function shortName(name: string): string {
  return cut(oneLine(name), QUOTED);
}

/** One sentence on one line; the middle of long words and sentences is cut. */
export function sentence(text: string): string {
  const words = oneLine(text.replaceAll(/\s*[\n\r]\s*/g, ' '));
  const short = words.replaceAll(/\S{256,}/g, (word) => cut(word, WORD));
  return cut(short, SENTENCE);
}

/** Any value from outside as short, harmless JSON in a sentence. */
export function quote(value: unknown): string {
  return cut(oneLine(jsonOf(value, QUOTED)), QUOTED);
}

/** JSON whose length and depth are bounded by `room`. */
function jsonOf(value: unknown, room: number): string {
  if (typeof value === 'string') {
    const ends = value.length > 4 * QUOTED ? value.slice(0, QUOTED) + value.slice(-QUOTED) : value;
    return JSON.stringify(ends);
  }
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? typeof value;
  const isList = Array.isArray(value);
  const [open, close] = isList ? '[]' : '{}';
  let text = open;
  for (const key of isList ? value.keys() : Object.keys(value)) {
    if (text.length > 1) text += ',';
    if (text.length >= room) return `${text}…${close}`;
    const name = typeof key === 'number' ? '' : `${jsonOf(key, room)}:`;
    text += name + jsonOf((value as Record<string | number, unknown>)[key], room - text.length - 1);
  }
  return text + close;
}

/** JSON for programs that is harmless on a terminal, too. */
export function jsonText(value: unknown, indent?: number): string {
  return terminalText(JSON.stringify(value, null, indent));
}

/** Text outside of code in Markdown, also in a cell of a table. */
export function markdownText(text: string): string {
  return oneLine(text).replaceAll(/[\\`*_[\]<>|#~&$@]/g, (mark) => `\\${mark}`);
}

/** Code in Markdown, also in a cell of a table. */
export function markdownCode(text: string): string {
  if (text === '') return '';
  const inside = oneLine(text);
  // In a cell a backslash can be part of `\|`, and a backtick ends the code; HTML has neither
  // problem.
  if (!/[\\`]/.test(inside)) return `\`${inside.replaceAll('|', '\\|')}\``;
  const html = inside.replaceAll(/[^\w ./:=→←+()-]/gu, (mark) => `&#${mark.codePointAt(0)};`);
  return `<code>${html}</code>`;
}

/** Lines as a block of code in Markdown: the fence is longer than any in them. */
export function markdownBlock(lines: readonly string[], language = ''): string[] {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []);
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return [fence + language, ...lines.map(oneLine), fence];
}

/** Text in a Mermaid chart: no markup, no end of message, comment, directive or keyword. */
export function mermaidText(text: string): string {
  return oneLine(text)
    .replaceAll(/[#;<>&"%{}$\\`]/g, (mark) => `#${mark.charCodeAt(0)};`)
    .replaceAll(/\bend\b/gi, (word) => `#${word.charCodeAt(0)};${word.slice(1)}`);
}
