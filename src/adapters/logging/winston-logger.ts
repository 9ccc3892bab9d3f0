import type { Writable } from 'node:stream';
import winston from 'winston';
import type { LogLevel } from '../../ports/logger.js';

/** An error's facts are not enumerable, so JSON would drop them. */
function plainError(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { stack, message, cause } = value;
  return { stack: stack ?? message, ...(cause !== undefined && { cause }) };
}

/** The text of one event: a line of its own, whatever the fields hold. */
function lineOf({ timestamp, level, message, fields }: Record<string, unknown>): string {
  const facts = fields === undefined ? '' : ` ${JSON.stringify(fields, plainError)}`;
  return `${String(timestamp)} ${String(level)} ${String(message).replaceAll(/[\r\n]+/g, ' ')}${facts}`;
}

/** A winston logger that writes redacted lines to one stream, which is never stdout. */
export function winstonLogger(level: LogLevel, redact: (text: string) => string, stream: Writable): winston.Logger {
  return winston.createLogger({
    level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: winston.format.combine(
      winston.format.timestamp(),
      winston.format.printf((info) => redact(lineOf(info))),
    ),
    // winston declares its own transports as interfaces, not as the class it asks for.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    transports: new winston.transports.Stream({ stream }),
    exitOnError: false,
  });
}
