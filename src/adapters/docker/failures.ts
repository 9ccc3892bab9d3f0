import { Failure } from '../../core/errors.js';

/** A connection that did not come about: nothing was asked over it. */
export class NotOpened extends Error {
  constructor(cause: unknown) {
    super('A connection to the engine could not be opened.', { cause });
  }
}

/** The code of an error of Node's; '' where it has none. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** Whether a connection ended before an answer: an idle one that the daemon closed, or a daemon that was restarted. */
export function isReset(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** What went wrong under a request, in our words. */
export function brokenOff(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof NotOpened) return brokenOff(error.cause);
  if (codeOf(error).startsWith('HPE_')) {
    return new Failure('unparseable', 'What answers on the socket of the engine does not speak HTTP.', {
      hint: 'Something else than Docker or Podman owns that socket.',
      retry: 'no',
      cause: error,
    });
  }
  return new Failure('unreachable', 'The container engine broke the connection off.', {
    hint: 'Its daemon was restarted or crashed. Look at what there is (container_list) before repeating a change; `system_logs` of the unit docker tells why.',
    retry: 'check_first',
    cause: error,
  });
}

export function notJson(): Failure {
  return new Failure('unparseable', 'The container engine answered with what is no JSON.', { retry: 'no' });
}

export function tooLong(maxBytes: number): Failure {
  return new Failure('unsupported', `The container engine answered with more than ${String(maxBytes)} bytes.`, {
    hint: 'Ask for less at once.',
    retry: 'no',
  });
}

export function badFrames(): Failure {
  return new Failure('unparseable', "The container's output does not come in the engine's frames.", {
    hint: 'The container has a terminal, which was not known.',
    retry: 'no',
  });
}

export function otherImage(): Failure {
  return new Failure('command_failed', 'The image that was loaded is not the one that was to be copied.', {
    hint: 'The two engines keep images in different stores (containerd and overlay2), or the source changed meanwhile. container image tools show what is there; pull it instead.',
    retry: 'no',
  });
}
