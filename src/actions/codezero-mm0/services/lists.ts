/** What list.h does, on lists that are short. */

import type { List } from '../../../state/list.ts';

export function insertAt<T>(list: List<T>, index: number, value: T): void {
  const rest: T[] = [];
  for (let i = index; i < list.length; i++) rest.push(list.at(i) as T);
  list.splice(index, rest.length);
  list.push(value);
  for (const each of rest) list.push(each);
}

export function remove<T>(list: List<T>, value: T): boolean {
  const i = list.indexOf(value);
  if (i < 0) return false;
  list.splice(i, 1);
  return true;
}
