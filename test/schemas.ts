/** What is asked of every published schema. */

interface Schema {
  readonly description?: string;
  readonly const?: unknown;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly [key: string]: unknown;
}

/** Fields without a description, by their place; those with one fixed value describe themselves. */
export function undescribed(schema: Schema, place = ''): string[] {
  return Object.entries(schema).flatMap(([key, value]) => {
    if (typeof value !== 'object' || value === null) return [];
    if (key !== 'properties') return undescribed(value as Schema, `${place}/${key}`);
    return Object.entries(value as Record<string, Schema>).flatMap(([name, field]) => {
      const at = `${place}/${name}`;
      const described = field.description !== undefined || field.const !== undefined;
      return [...(described ? [] : [at]), ...undescribed(field, at)];
    });
  });
}
