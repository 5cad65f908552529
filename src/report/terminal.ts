/**
 * The target of a report: a number of columns, with or without colour. Text is laid out first and
 * coloured afterwards, so that colours do not count as columns. All text is made safe for a
 * terminal, so that names from outside add no lines and no colours.
 */

import { styleText } from 'node:util';

import { oneLine } from '../safe-text.ts';

/** A colour or a weight, as `util.styleText` of Node names it. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan';

/** A colour, a weight, or several of them. */
export type Format = Style | Style[];

/** What a report is laid out for. */
export interface Terminal {
  /** Columns of the terminal; Infinity if lines are not cut, as in a pipe. */
  readonly width: number;
  /** The text in a colour or weight; unchanged if colours are off. */
  paint(format: Format, text: string): string;
}

/** A terminal of so many columns, with or without colours. */
export function terminalOf(width: number, colours: boolean): Terminal {
  return {
    width,
    // The command line has already decided whether to use colours.
    paint(format, text) {
      const safe = oneLine(text);
      return colours ? styleText(format, safe, { validateStream: false }) : safe;
    },
  };
}

/** Breaks at spaces into lines of at most `width` columns; longer words are cut. Never empty. */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(width, 8);
  let rest = oneLine(text);
  if (rest.length <= room) return [rest];
  const lines: string[] = [];
  while (rest.length > room) {
    const space = rest.lastIndexOf(' ', room);
    const cut = space > 0 ? space : room;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== '') lines.push(rest);
  return lines;
}

/**
 * Wraps lines to the terminal: the first one after `head` with its own format, the others indented.
 */
export function hang(head: string, text: string, on: Terminal, format?: Format): string[] {
  const safe = oneLine(head);
  const painted = format === undefined ? safe : on.paint(format, safe);
  return wrap(text, on.width - safe.length).map(
    (line, row) => (row === 0 ? painted : ' '.repeat(safe.length)) + line,
  );
}

/** Aligns rows in columns, two spaces apart; columns named in `right` are aligned to the right. */
export function columns(
  cells: readonly (readonly string[])[],
  right: readonly number[] = [],
): string[] {
  const rows = cells.map((row) => row.map(oneLine));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, at) => (right.includes(at) ? cell.padStart(widths[at]) : cell.padEnd(widths[at])))
      .join('  ')
      .trimEnd(),
  );
}
