import { z } from 'zod';

/** The words that a schema itself brings into its data: names of fields and members of enums. A secret may look like one. */
export function vocabularyOf(schema: z.ZodType): ReadonlySet<string> {
  const words = new Set<string>();
  const add = (word: unknown): void => {
    if (typeof word === 'string') words.add(word);
  };
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    for (const [key, value] of Object.entries(node) as [string, unknown][]) {
      if (key === 'const') add(value);
      if (key === 'enum' && Array.isArray(value)) value.forEach(add);
      if (key === 'properties' && value !== null && typeof value === 'object') Object.keys(value).forEach(add);
      visit(value);
    }
  };
  visit(z.toJSONSchema(schema, { unrepresentable: 'any' }));
  return words;
}
