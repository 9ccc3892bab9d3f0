import { Failure } from '../errors.js';
import { engineFault } from './engine-faults.js';

/** An answer of the engine that is none of success. `message` is its own and stays inside. */
export function engineRefusal(status: number, message: string): Failure {
  const known = engineFault(message);
  if (known !== undefined) {
    const retry = known.kind === 'invalid_input' || known.kind === 'unsupported' ? 'no' : 'check_first';
    return new Failure(known.kind, known.message, { hint: known.hint, retry, cause: message });
  }
  if (status === 404)
    return new Failure('invalid_input', 'The engine has no such thing.', {
      hint: 'container_list and image_list name what there is.',
      retry: 'no',
      cause: message,
    });
  return new Failure('command_failed', `The engine refused with HTTP status ${String(status)}.`, {
    hint: 'Its reason is none that jetfleet knows: `system_logs` of the unit docker tells it.',
    retry: status >= 500 ? 'check_first' : 'no',
    cause: message,
  });
}

/** There is no container engine on the device. */
export function noEngine(): Failure {
  return new Failure('unsupported', 'The device has no container engine: neither Docker nor Podman.', {
    hint: "docker_setup installs Docker and NVIDIA's runtime.",
    retry: 'no',
  });
}

/** Podman is there, but nobody serves its API. */
export function podmanWithoutSocket(): Failure {
  return new Failure('unsupported', 'The device has Podman, but its API socket is off.', {
    hint: 'Enable it on the device: `systemctl --user enable --now podman.socket`, or without --user for root. docker_setup installs Docker instead.',
    retry: 'no',
  });
}

/** Docker is installed, and its daemon does not answer. */
export function engineDown(cause?: unknown): Failure {
  return new Failure('unreachable', 'Docker is installed on the device, but its daemon does not answer.', {
    hint: 'Start it: service_control restarts the unit docker, and system_logs of it tells why it ended. docker_setup checks and mends its configuration.',
    retry: 'check_first',
    cause,
  });
}

/** Docker runs and the login user may use it, yet its socket cannot be opened over the link. */
export function forwardingForbidden(): Failure {
  return new Failure(
    'not_allowed',
    "The device's SSH server forbids forwarding to sockets, which jetfleet reaches Docker by.",
    {
      hint: 'Set AllowStreamLocalForwarding yes in its sshd_config, and no DisableForwarding.',
      retry: 'no',
    },
  );
}

/** The engine is there, the login user may not use it, and cannot become root. */
export function engineForbidden(cause?: unknown): Failure {
  return new Failure(
    'not_allowed',
    "The login user may not use the device's container engine and cannot become root.",
    {
      hint: 'docker_setup adds the user to group docker; that takes sudo. Give jetfleet the sudo password (`sudo: { password: env:NAME }` in the fleet file), or run `usermod -aG docker USER` on the device.',
      retry: 'no',
      cause,
    },
  );
}
