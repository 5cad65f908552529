/** Which functions threads can come to call. */

import type { FunctionDefinition, Value } from '../ir/module.ts';
import type { Symbols, Unit } from './symbols.ts';

/** Functions that threads begin with or call, or whose address is taken. */
export function reachedByThreads(
  symbols: Symbols,
  units: readonly Unit[],
  threads: readonly string[],
): ReadonlySet<FunctionDefinition> {
  const reached = new Set<FunctionDefinition>();
  const visit = (unit: Unit, name: string): void => {
    const found = symbols.functionNamed(unit, name);
    if (found === undefined || reached.has(found.fn)) return;
    reached.add(found.fn);
    for (const { instructions } of found.fn.blocks) {
      for (const { operands, call } of instructions) {
        for (const { value } of operands) visitNames(value, (of) => visit(found.unit, of));
        if (call !== undefined) visitNames(call.callee, (of) => visit(found.unit, of));
      }
    }
  };
  for (const name of threads) {
    const found = symbols.definitions.find(({ fn }) => fn.name === name);
    if (found !== undefined) visit(found.unit, name);
  }
  for (const unit of units) {
    for (const { initial } of unit.module.globals) {
      if (initial !== undefined) visitNames(initial, (of) => visit(unit, of));
    }
  }
  return reached;
}

function visitNames(value: Value, visit: (name: string) => void): void {
  if (value.kind === 'global') visit(value.name);
  else if (value.kind === 'aggregate') {
    for (const part of value.parts) visitNames(part.value, visit);
  } else if (value.kind === 'cast') visitNames(value.from.value, visit);
  else if (value.kind === 'gep') visitNames(value.base.value, visit);
}
