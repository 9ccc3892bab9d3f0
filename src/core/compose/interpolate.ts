import { Failure } from '../errors.js';

const reference = /\$(?:\$|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?])([^{}$]*))?\}|(.?))/g;

function valueOf(
  name: string,
  how: string | undefined,
  rest: string,
  variables: Readonly<Record<string, string>>,
  field: string,
): string {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (value !== undefined && !(how?.startsWith(':') === true && value === '')) return value;
  if (how?.endsWith('-') === true) return rest;
  throw new Failure('invalid_input', `${field}: the variable ${name} has no value.`, {
    hint: 'Give it in `variables`, write ${NAME:-default}, or $$ where a dollar sign is meant. No environment and no .env file is read.',
    retry: 'yes',
  });
}

/** The same data with the variables of its texts put in, as Compose does: `$NAME`, `${NAME}`, `${NAME:-default}`, `$$`. */
export function interpolate(data: unknown, variables: Readonly<Record<string, string>>, field = 'file'): unknown {
  if (typeof data === 'string')
    return data.replace(reference, (whole: string, plain?: string, braced?: string, how?: string, rest?: string) => {
      if (whole === '$$') return '$';
      const name = plain ?? braced;
      if (name !== undefined) return valueOf(name, how, rest ?? '', variables, field);
      throw new Failure('invalid_input', `${field}: a dollar sign stands for a variable; this is the name of none.`, {
        hint: 'Write $$ where a dollar sign is meant.',
        retry: 'yes',
      });
    });
  if (Array.isArray(data)) return data.map((each: unknown, i) => interpolate(each, variables, `${field}[${i}]`));
  if (data === null || typeof data !== 'object') return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      interpolate(value, variables, field === 'file' ? key : `${field}.${key}`),
    ]),
  );
}
