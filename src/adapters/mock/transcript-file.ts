import { closeSync, fchmodSync, fstatSync, ftruncateSync, openSync, readSync, writeFileSync } from 'node:fs';
import { Failure } from '../../core/errors.js';
import type { Logger } from '../../ports/logger.js';
import type { Sink } from './recording-fleet.js';
import { isTranscript } from './transcript.js';

/** A transcript on disk that is being written. */
export interface TranscriptFile {
  readonly sink: Sink;
  /** Idempotent. */
  close(): void;
}

/**
 * Begins a transcript, readable by its user alone. One that is there is replaced; any other file is refused, as the path may
 * be a mistake. Throws `invalid_input`.
 */
export function openTranscriptFile(path: string, logger: Logger): TranscriptFile {
  const file = open(path);
  let closed = false;
  const close = (): void => {
    if (!closed) closeSync(file);
    closed = true;
  };
  const sink = (line: string): void => {
    if (closed) return;
    const { size } = fstatSync(file);
    try {
      // Unlike one write, this goes on after one that a full disk took only a part of, and then fails.
      writeFileSync(file, `${line}\n`);
    } catch (error) {
      ftruncateSync(file, size);
      logger.log('error', 'The transcript cannot be written any further; it ends here.', { path, error });
      close();
    }
  };
  return { sink, close };
}

function open(path: string): number {
  let file: number;
  try {
    file = openSync(path, 'a+', 0o600);
  } catch (cause) {
    throw refusal(`The transcript ${path} cannot be written.`, 'Choose another path for --record.', cause);
  }
  const begin = Buffer.alloc(64);
  const length = readSync(file, begin, 0, begin.length, 0);
  if (length > 0 && !isTranscript(begin.toString('utf8', 0, length))) {
    closeSync(file);
    throw refusal(`${path} is there already and is no transcript.`, 'Choose another path for --record.');
  }
  ftruncateSync(file);
  fchmodSync(file, 0o600);
  return file;
}

function refusal(message: string, hint: string, cause?: unknown): Failure {
  return new Failure('invalid_input', message, { hint, retry: 'no', cause });
}
