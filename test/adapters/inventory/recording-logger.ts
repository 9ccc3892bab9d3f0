import type { Logger, LogLevel } from '../../../src/ports/logger.js';

/** Keeps what is logged, fields and all, as one text for each event. */
export class RecordingLogger implements Logger {
  readonly events: string[] = [];

  log(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.events.push(`${level}: ${message} ${JSON.stringify(fields)}`);
  }
}
