import type { CommandOutput } from '../../core/command.js';
import { Failure } from '../../core/errors.js';
import type { Answers, GlobAnswer, Reads } from '../../core/probe/probe.js';
import type { RecordedFailure } from './transcript.js';

/** Bytes as JSON: text where they are text. */
export type RecordedBytes = string | { readonly base64: string };

/** Takes secrets out of text. */
export type Clean = (text: string) => string;

export function bytesToJson(bytes: Uint8Array, clean: Clean): RecordedBytes {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString('utf8');
  if (Buffer.from(text).equals(buffer)) return clean(text);
  // Byte for byte as characters, so that a secret among other bytes is found too.
  return { base64: Buffer.from(clean(buffer.toString('latin1')), 'latin1').toString('base64') };
}

export function bytesFromJson(json: unknown): Uint8Array {
  if (typeof json === 'string') return new Uint8Array(Buffer.from(json));
  return new Uint8Array(Buffer.from((json as { readonly base64: string }).base64, 'base64'));
}

export function outputToJson({ exitCode, stdout, stderr, truncated }: CommandOutput, clean: Clean): unknown {
  return { exitCode, stdout: bytesToJson(stdout, clean), stderr: bytesToJson(stderr, clean), truncated };
}

export function outputFromJson(json: unknown): CommandOutput {
  const { stdout, stderr, ...rest } = json as CommandOutput;
  return { ...rest, stdout: bytesFromJson(stdout), stderr: bytesFromJson(stderr) };
}

/** Answers of a probe. Only those of a glob are not JSON by themselves. */
export function answersToJson(answers: Readonly<Record<string, unknown>>): unknown {
  const plain = (answer: unknown): unknown =>
    typeof answer === 'object' && answer !== null && 'files' in answer
      ? { ...answer, files: Object.fromEntries((answer as GlobAnswer).files) }
      : answer;
  return Object.fromEntries(Object.entries(answers).map(([key, answer]) => [key, plain(answer)]));
}

export function answersFromJson(json: unknown, reads: Reads): Answers<Reads> {
  const recorded = json as Readonly<Record<string, never>>;
  const answer = (key: string): unknown => {
    const value: unknown = recorded[key];
    if (reads[key]?.kind !== 'glob') return value;
    const { files, unreadable } = value as { files: Record<string, string>; unreadable: readonly string[] };
    return { files: new Map(Object.entries(files)), unreadable };
  };
  return Object.fromEntries(Object.keys(reads).map((key) => [key, answer(key)])) as Answers<Reads>;
}

const isOutput = (cause: unknown): cause is CommandOutput =>
  typeof cause === 'object' && cause !== null && 'stdout' in cause && 'exitCode' in cause;

/** A failure with the output of the command that failed, which tools look at. */
export function failureToJson({ kind, message, hint, retry, cause }: Failure, clean: Clean): RecordedFailure {
  const output = isOutput(cause) ? outputToJson(cause, clean) : undefined;
  return { kind, message: clean(message), hint: hint && clean(hint), retry, output };
}

export function failureFromJson({ kind, message, hint, retry, output }: RecordedFailure): Failure {
  return new Failure(kind, message, { hint, retry, cause: output === undefined ? undefined : outputFromJson(output) });
}
