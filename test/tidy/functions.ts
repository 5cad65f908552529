/** A rule about the length of functions: every line counts, from the first to the last. */

import { parseSync, Visitor } from 'rolldown/utils';
import type { Offence } from './text.ts';
import type { SourceFile } from './tree.ts';

export const FUNCTION_LINES = 60;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A `describe` is a chapter of tests and not one function. */
export function longFunctions(files: readonly SourceFile[]): Offence[] {
  return files.flatMap(({ path, text }) => {
    if (linesOf(text, 0) <= FUNCTION_LINES) return [];
    return functionsOf(path, text).flatMap(({ name, span: { start, end } }) => {
      const lines = linesOf(text.slice(0, end), start);
      if (lines <= FUNCTION_LINES || name.startsWith('describe')) return [];
      return [
        { subject: `${path} ${name}`, found: `${lines} lines from ${linesOf(text, 0, start)}` },
      ];
    });
  });
}

/** The lines from one place to another, the first and the last included. */
const linesOf = (text: string, from: number, to = text.length): number =>
  text.slice(from, to).split('\n').length;

/**
 * Each function with a name for it: its own, that of its property or constant, or
 * the call it is passed to.
 */
function functionsOf(path: string, text: string): { name: string; span: Span }[] {
  const found: { name: string; span: Span }[] = [];
  const names = new Map<Span, string>();
  const nameOf = (node: Span): string => text.slice(node.start, node.end);
  const take = (span: Span, own?: Span | null): void => {
    found.push({ name: own ? nameOf(own) : (names.get(span) ?? 'a function'), span });
  };
  new Visitor({
    VariableDeclarator: ({ id, init }) => void (init && names.set(init, nameOf(id).split(':')[0])),
    PropertyDefinition: ({ key, value }) => void (value && names.set(value, nameOf(key))),
    MethodDefinition: ({ key, value }) => void names.set(value, nameOf(key)),
    Property: ({ key, value }) => void names.set(value, nameOf(key)),
    CallExpression(call) {
      const title = call.arguments.find(({ type }) => type === 'Literal');
      const name =
        names.get(call) ?? [call.callee, title].flatMap((part) => (part ? nameOf(part) : []));
      for (const argument of call.arguments) names.set(argument, [name].flat().join(' '));
    },
    FunctionDeclaration: (node) => take(node, node.id),
    FunctionExpression: (node) => take(node, node.id),
    ArrowFunctionExpression: (node) => take(node),
  }).visit(parseSync(path, text).program);
  return found;
}
