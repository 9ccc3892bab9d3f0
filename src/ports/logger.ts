export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
export const logLevels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** Where the program says what it does. Never stdout, never a secret. */
export interface Logger {
  /** One event in our words; facts go in `fields`, redacted by the adapter. */
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}
