/** The same plain data with every string in it, keys included, replaced. */
export function mapStrings<T>(value: T, replace: (text: string) => string): T {
  const map = (item: unknown): unknown => {
    if (typeof item === 'string') return replace(item);
    if (Array.isArray(item)) return item.map(map);
    if (item === null || typeof item !== 'object') return item;
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [replace(key), map(inner)]));
  };
  return map(value) as T;
}
