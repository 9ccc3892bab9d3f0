import { Failure } from '../../../core/errors.js';

/** How far a connection had come when it broke. */
export type ConnectStage = 'banner' | 'host_key' | 'auth';

/** One property of something thrown. Not by class: an error may come from another realm, as those of Node do in a VM. */
function property(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null && name in error ? error[name as keyof typeof error] : undefined;
}

/** The system's code; of several addresses, that of the first. */
function codeOf(error: unknown): unknown {
  const errors = property(error, 'errors');
  return Array.isArray(errors) ? property(errors[0], 'code') : property(error, 'code');
}

function unreachable(message: string, hint: string, cause?: unknown): Failure {
  return new Failure('unreachable', message, { hint, retry: 'yes', cause });
}

/** A name that the resolver does not know, or that it could not ask for. */
export function nameFailure(error: unknown): Failure {
  return codeOf(error) === 'EAI_AGAIN'
    ? unreachable(
        'The host name could not be looked up: the name server does not answer.',
        'Check the network of this machine, or write the IP address into the fleet file.',
        error,
      )
    : unreachable(
        'The host name does not resolve.',
        'Check `host` in the fleet file and HostName in ~/.ssh/config; a `.local` name needs mDNS on this machine. An IP address works without names.',
        error,
      );
}

/** A TCP connection that did not come about. */
export function tcpFailure(error: unknown, port: number): Failure {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') {
    return unreachable(
      `Port ${String(port)} refused the connection: the host is up, but no SSH server listens there.`,
      'Check `port`; at the board: `sudo systemctl enable --now ssh`. A board that is starting refuses for some seconds.',
      error,
    );
  }
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH' || code === 'EHOSTDOWN' || code === 'EADDRNOTAVAIL') {
    return unreachable(
      'There is no route to the host.',
      'Check that the board is powered and on the network, that its address has not changed, and VPN or `jump` settings.',
      error,
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return unreachable(
      'A firewall on this machine or on the way forbids the connection.',
      'Allow TCP to the SSH port.',
      error,
    );
  }
  return unreachable('The TCP connection failed.', 'Check the network between this machine and the board.', error);
}

/** Nothing answered in time. */
export function tcpTimeout(port: number, timeoutMs: number): Failure {
  return unreachable(
    `Nothing answered on port ${String(port)} within ${seconds(timeoutMs)}.`,
    'The board may be off, at another address, or behind a firewall that drops packets. A slow link needs a higher connectTimeoutMs.',
  );
}

/** A peer that took the connection and did not go on. */
export function stageTimeout(stage: ConnectStage, timeoutMs: number): Failure {
  const within = `within ${seconds(timeoutMs)}`;
  switch (stage) {
    case 'banner':
      return unreachable(
        `The port accepted the connection, but no SSH server spoke ${within}.`,
        'Another service may listen there, or the board hangs: check `port`, and the board at its console.',
      );
    case 'host_key':
      return unreachable(
        `The SSH server did not finish the key exchange ${within}.`,
        'The board may be overloaded, or a link with a small MTU drops large packets.',
      );
    case 'auth':
      return new Failure('timeout', `The SSH server did not finish the login ${within}.`, {
        hint: 'The board may be overloaded, or its login waits for a directory service or DNS.',
        retry: 'yes',
      });
  }
}

/** A peer whose first bytes are not those of an SSH server. */
export function notSsh(): Failure {
  return unreachable(
    'The port answers, but not as an SSH server.',
    'Check `port`: another service listens there, or a captive portal or proxy answers for the board.',
  );
}

/** An error of ssh2, or a stream that ended, before the login was complete. */
export function handshakeFailure(error: unknown, stage: ConnectStage): Failure {
  const message = property(error, 'message');
  const text = typeof message === 'string' ? message : '';
  if (/no matching (?:key exchange|host key|C->S|S->C)/.test(text)) {
    return new Failure('unsupported', 'The SSH server and jetfleet have no algorithm in common.', {
      hint: 'The server is very old or hardened. Enable curve25519-sha256, aes128-ctr or aes128-gcm and an ed25519, ecdsa or rsa-sha2 host key in its sshd_config.',
      retry: 'no',
      cause: error,
    });
  }
  if (/signature verification failed|Malformed signature|Wrong signature type/.test(text)) {
    return new Failure('not_allowed', 'The SSH server could not prove that it owns its host key.', {
      hint: 'Somebody may stand between. Do not connect before the network has been checked.',
      retry: 'no',
      cause: error,
    });
  }
  if (/too many authentication failures/i.test(text)) {
    return new Failure('auth_failed', 'The SSH server ended the login after too many keys were tried (MaxAuthTries).', {
      hint: 'Name the right key with `identityFile`, and set IdentitiesOnly yes in ~/.ssh/config so that the agent offers no others.',
      retry: 'no',
      cause: error,
    });
  }
  if (stage === 'banner' && /identification string|Max (?:lines|line length)|greeting/i.test(text)) return notSsh();
  if (stage === 'banner') {
    return unreachable(
      'The SSH server closed the connection before it said anything.',
      'It may be at its limit of logins (MaxStartups), starting or shutting down, or block this address (fail2ban, hosts.deny).',
      error,
    );
  }
  return unreachable(
    stage === 'host_key'
      ? 'The SSH server closed the connection during the key exchange.'
      : 'The SSH server closed the connection during the login.',
    'Look at `journalctl -u ssh` on the board: it says why.',
    error,
  );
}

/** A jump host that would not open the way to the next host. `reason` is the code of RFC 4254, 5.1. */
export function forwardFailure(error: unknown, hop: string): Failure {
  return property(error, 'reason') === 1
    ? unreachable(
        `The jump host ${hop} forbids TCP forwarding.`,
        'Set AllowTcpForwarding yes (and check PermitOpen) in its sshd_config.',
        error,
      )
    : unreachable(
        `The jump host ${hop} could not reach the next host.`,
        'Check from there that the address and port answer: names are resolved by the jump host.',
        error,
      );
}

/** A failure of a hop, told as such. */
export function hopFailure(failure: Failure, hop: string): Failure {
  const message = `Jump host ${hop}: ${failure.message}`;
  return new Failure(failure.kind, message, { hint: failure.hint, retry: failure.retry, cause: failure });
}

/** A ProxyCommand that could not be started, or ended. */
export function proxyCommandFailure(cause: unknown): Failure {
  return unreachable(
    'The ProxyCommand of ~/.ssh/config ended before an SSH server spoke.',
    'Run the command in a terminal: it must connect its standard streams to the SSH port.',
    cause,
  );
}

function seconds(timeoutMs: number): string {
  return `${String(Math.round(timeoutMs / 100) / 10)} s`;
}
