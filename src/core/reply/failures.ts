import { Failure } from '../errors.js';
import type { ReplyFailure } from './reply.js';

/** Failures that say the same, said once. What is not a `Failure` is a bug: `onBug` logs it and returns its reference. */
export function groupFailures(
  failed: readonly { readonly device: string; readonly error: unknown }[],
  onBug: (error: unknown) => string,
): ReplyFailure[] {
  const groups = new Map<string, ReplyFailure>();
  for (const { device, error } of failed) {
    const failure = asFailure(error, onBug);
    const key = `${failure.kind}\n${failure.message}\n${failure.hint ?? ''}`;
    const group = groups.get(key);
    if (group) group.devices.push(device);
    else groups.set(key, { ...describeFailure(failure), devices: [device] });
  }
  return [...groups.values()].sort((a, b) => b.devices.length - a.devices.length);
}

/** The parts of a failure that may leave the program. */
export function describeFailure(failure: Failure): Omit<ReplyFailure, 'devices'> {
  return {
    kind: failure.kind,
    message: failure.message,
    ...(failure.hint !== undefined && { hint: failure.hint }),
    ...(failure.retry !== undefined && { retry: failure.retry }),
  };
}

/** A `Failure` as it is; anything else as `internal`, in a fixed sentence with the reference that the log has. */
export function asFailure(error: unknown, onBug: (error: unknown) => string): Failure {
  if (error instanceof Failure) return error;
  return new Failure('internal', `Something went wrong inside jetfleet (reference ${onBug(error)}).`, {
    hint: 'This is a bug: the log on stderr has the details under that reference.',
    cause: error,
  });
}
