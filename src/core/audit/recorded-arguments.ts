import { isSecretName, redactedMark } from '../redact.js';

/** Options of a command whose value is the next word. */
const option = /^--?([A-Za-z][\w-]*)$/;

function withoutValues(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return redactedMark;
  return Object.fromEntries(Object.keys(value).map((key) => [key, redactedMark]));
}

function known(value: unknown, judge: boolean): unknown {
  if (Array.isArray(value))
    return value.map((item: unknown, index) => {
      const before: unknown = value[index - 1];
      const [, name = ''] = typeof before === 'string' ? (option.exec(before) ?? []) : [];
      return typeof item === 'string' && isSecretName(name) ? redactedMark : known(item, true);
    });
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [
      key,
      // Below `secretFiles` a name stands for a file, whose path is no secret.
      judge && typeof item === 'string' && isSecretName(key) ? redactedMark : known(item, !key.endsWith('Files')),
    ]),
  );
}

/**
 * Arguments as they may be recorded: of those in `secret` the names of what they hold, and nothing under a name, or behind an option, that
 * is one of a secret.
 */
export function recordedArguments(args: unknown, secret: readonly string[] = []): unknown {
  if (args === null || typeof args !== 'object' || Array.isArray(args)) return known(args, true);
  return known(
    Object.fromEntries(
      Object.entries(args).map(([key, value]: [string, unknown]) => [
        key,
        secret.includes(key) ? withoutValues(value) : value,
      ]),
    ),
    true,
  );
}
