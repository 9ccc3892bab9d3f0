import { Failure } from '../../core/errors.js';

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** What a server's status says, in our words. */
export function httpFailure(status: number): Failure {
  if (status === 401 || status === 403) {
    return new Failure('not_allowed', 'The server on the internet wants a login for this file.', {
      hint: 'Gated models need an accepted licence and a token; their size is in ai_catalog, or name it in catalog.yaml.',
      retry: 'no',
    });
  }
  if (status === 404 || status === 410) {
    return new Failure('invalid_input', 'There is no such file or repository on the internet.', {
      hint: 'Check the owner, the name and the file; names are case-sensitive.',
      retry: 'no',
    });
  }
  if (status === 429) {
    return new Failure('unreachable', 'The server on the internet takes no more requests for now.', {
      hint: 'Wait some minutes.',
      retry: 'yes',
    });
  }
  return new Failure('unreachable', `The server on the internet answered with status ${status}.`, { retry: 'yes' });
}

/** What the network says, in our words. */
export function networkFailure(error: unknown): Failure {
  const code = codeOf(error);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new Failure('unreachable', 'The name of the server on the internet is not found.', {
      hint: 'Does this machine reach the internet? Sizes of known models are in ai_catalog without it.',
      retry: 'yes',
      cause: error,
    });
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code)) {
    return new Failure('unreachable', 'The certificate of the server on the internet is not valid for it.', {
      retry: 'no',
      cause: error,
    });
  }
  return new Failure('unreachable', 'The server on the internet cannot be reached.', {
    hint: 'Does this machine reach the internet? Sizes of known models are in ai_catalog without it.',
    retry: 'yes',
    cause: error,
  });
}
