import { z } from 'zod';

/** The words that a schema itself brings into its data: names of fields and members of enums. A secret may look like one. */
export function vocabularyOf(schema: z.ZodType): ReadonlySet<string> {
  const words = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    if (node === null || typeof node !== 'object') return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'properties' && value !== null && typeof value === 'object')
        Object.keys(value).forEach((name) => words.add(name));
      if (key === 'enum' && Array.isArray(value))
        value.filter((item) => typeof item === 'string').forEach((item) => words.add(item));
      if (key === 'const' && typeof value === 'string') words.add(value);
      visit(value);
    }
  };
  visit(z.toJSONSchema(schema, { unrepresentable: 'any' }));
  return words;
}
