/** Reads the objects of a harness file key by key, and refuses what it does not know. */

import { quote, wayOut } from '../../suggest.ts';
import { InputError } from '../../errors.ts';

/** Reads an object key by key, and knows which keys it has not been asked for. */
export class HarnessReader {
  private readonly object: Readonly<Record<string, unknown>>;
  private readonly where: string;
  private readonly asked = new Set<string>();

  constructor(json: unknown, where: string) {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw new InputError(`${where} is not an object`);
    }
    this.object = json as Readonly<Record<string, unknown>>;
    this.where = where;
  }

  refuse(key: string, should: string): never {
    throw new InputError(`${this.where}: ${key} ${should}`);
  }

  private value(key: string): unknown {
    this.asked.add(key);
    return Object.hasOwn(this.object, key) ? this.object[key] : undefined;
  }

  optional(key: string): string | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value === '') this.refuse(key, 'is a text');
    return value;
  }

  text(key: string, usual?: string): string {
    return this.optional(key) ?? usual ?? this.refuse(key, 'is missing');
  }

  texts(key: string): string[] {
    const value = this.value(key) ?? [];
    if (!Array.isArray(value) || value.some((one) => typeof one !== 'string')) {
      this.refuse(key, 'is a list of texts');
    }
    return value as string[];
  }

  oneOf(key: string, names: readonly string[], usual: string): string {
    const value = this.text(key, usual);
    if (!names.includes(value)) {
      this.refuse(key, `is one of ${names.join(', ')}, found ${quote(value)}`);
    }
    return value;
  }

  number(key: string, usual: number): number {
    const value = this.value(key) ?? usual;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
      this.refuse(key, 'is a whole number');
    }
    return value;
  }

  address(key: string): bigint {
    return this.addressIn(this.value(key), key);
  }

  private addressIn(value: unknown, key: string): bigint {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
      return BigInt(value);
    if (typeof value === 'string' && /^(0x[0-9a-fA-F]+|\d+)$/.test(value)) return BigInt(value);
    return this.refuse(key, 'is an address such as "0x80000000"');
  }

  addresses(key: string): Record<string, bigint> {
    const value = this.value(key) ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) this.refuse(key, 'is an object');
    return Object.fromEntries(
      Object.entries(value).map(([name, at]) => [name, this.addressIn(at, `${key}.${name}`)]),
    );
  }

  list(key: string): HarnessReader[] {
    const value = this.value(key) ?? [];
    if (!Array.isArray(value)) this.refuse(key, 'is a list');
    return value.map((one, i) => new HarnessReader(one, `${this.where}: ${key}[${i}]`));
  }

  part(key: string): HarnessReader {
    return new HarnessReader(this.value(key) ?? {}, `${this.where}: ${key}`);
  }

  /** Refuses keys that were not asked for. */
  end(): void {
    this.only([...this.asked]);
  }

  only(keys: readonly string[]): void {
    const unknown = Object.keys(this.object).find((key) => !keys.includes(key));
    if (unknown === undefined) return;
    throw new InputError(`${this.where}: unknown key ${quote(unknown)}: ${wayOut(unknown, keys)}`);
  }
}
