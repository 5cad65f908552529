/** Where two values of one shape differ. */

/** The way to a cell: field names, and indexes of rows and elements. */
export type Path = readonly (string | number)[];

/** The paths of the cells that differ, in the order of the fields. */
export function differingPaths(before: unknown, after: unknown, at: Path = []): Path[] {
  if (Object.is(before, after)) return [];
  if (!isComposite(before) || !isComposite(after)) return [at];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const list = Array.isArray(after);
  return [...keys].flatMap((key) =>
    differingPaths(before[key], after[key], [...at, list ? Number(key) : key]),
  );
}

/** What is at a path of a value; undefined if there is nothing. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, key) => (isComposite(part) ? part[key] : undefined), value);
}

/** `frames[1].count`. */
export function pathText(path: Path): string {
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`))
    .join('');
}

function isComposite(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === 'object' && value !== null;
}
