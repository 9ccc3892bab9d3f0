import { Failure } from '../../../core/errors.js';
import type { StreamTarget } from '../../../ports/docker-host.js';

/** The code of RFC 4254, 5.1: sshd may not, as opposed to could not. */
const prohibited = 1;

/** A stream that the device's sshd did not open. It says no more than whether it may. */
export function streamFailure(error: unknown, target: StreamTarget): Failure {
  const reason: unknown = error instanceof Error && 'reason' in error ? error.reason : undefined;
  const isSocket = 'socket' in target;
  if (reason === prohibited) {
    return new Failure('not_allowed', "The device's SSH server forbids forwarding, which jetfleet reaches this by.", {
      hint: isSocket
        ? 'Set AllowStreamLocalForwarding yes in its sshd_config, and no DisableForwarding.'
        : 'Set AllowTcpForwarding yes in its sshd_config (and check PermitOpen), and no DisableForwarding.',
      retry: 'no',
      cause: error,
    });
  }
  return isSocket
    ? new Failure('unreachable', 'That socket of the device does not answer.', { retry: 'yes', cause: error })
    : new Failure('unreachable', `Nothing listens on port ${String(target.port)} of the device's loopback address.`, {
        hint: 'The service may still be starting, have ended, or listen on another port: ai_status and container_list show it.',
        retry: 'yes',
        cause: error,
      });
}
