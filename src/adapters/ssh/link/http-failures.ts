import { Failure } from '../../../core/errors.js';

/** The code of an error of Node's; '' where it has none. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** A request to a loopback port that got no whole answer. */
export function httpFailure(error: unknown, port: number): Failure {
  if (error instanceof Failure) return error;
  const code = codeOf(error);
  if (code === 'ERR_UNESCAPED_CHARACTERS' || code === 'ERR_INVALID_CHAR')
    return new Failure('invalid_input', 'That path is none that HTTP can ask for.', { retry: 'no', cause: error });
  if (code.startsWith('HPE_')) {
    return new Failure('unparseable', `What listens on port ${String(port)} of the device does not speak HTTP.`, {
      hint: 'Check the port: it belongs to another service.',
      retry: 'no',
      cause: error,
    });
  }
  return new Failure('command_failed', `The service on port ${String(port)} of the device broke its answer off.`, {
    hint: 'It may have crashed or been stopped under the request: look at its log (container_logs).',
    retry: 'check_first',
    cause: error,
  });
}

export function tokenRefused(): Failure {
  return new Failure('command_failed', 'The token file on the device holds no token: one line without spaces.', {
    hint: 'Launch the service anew, or write the file again.',
    retry: 'no',
  });
}
