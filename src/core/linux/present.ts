/** The same object without its undefined fields: what a device did not give is a missing field. */
export function present<T extends object>(fields: T): { [K in keyof T]: T[K] } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: T[K];
  };
}
