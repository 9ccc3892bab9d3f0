import { randomUUID } from 'node:crypto';
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { Failure } from '../../core/errors.js';
import type { Logger } from '../../ports/logger.js';

/** Puts a bug into the log, and returns the only sentence about it that leaves the program. */
export function reportBug(error: unknown, where: string, log: Logger): string {
  const reference = randomUUID().slice(0, 8);
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.log('error', `bug in ${where}`, { reference, stack });
  return `Internal error in jetfleet, reference ${reference}. Its log on stderr says more.`;
}

/** What a request handler rejects with instead of `error`: our own words, never a stack or a foreign message. */
export function protocolErrorOf(error: unknown, where: string, log: Logger): ProtocolError {
  if (error instanceof ProtocolError) return error;
  if (error instanceof Failure && error.kind !== 'internal') {
    const ours = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
    const clientsFault = error.kind === 'invalid_input' || error.kind === 'unknown_device';
    const code = clientsFault ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
    return new ProtocolError(code, ours, { kind: error.kind });
  }
  return new ProtocolError(ProtocolErrorCode.InternalError, reportBug(error, where, log));
}
