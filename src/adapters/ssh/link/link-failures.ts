import { abortFailure, Failure } from '../../../core/errors.js';

/** The link broke under a call. `started`: a command was already handed to the device, so it may have run. */
export class LinkLost extends Failure {
  readonly started: boolean;

  constructor(started: boolean, cause?: unknown) {
    super(
      'unreachable',
      started ? 'The link was cut while the command ran; it may have had its effect.' : 'The link was cut.',
      {
        hint: started
          ? 'Look at the state of the device before repeating the command.'
          : 'Call again: the link is opened anew. If this repeats, the device restarts or its network drops.',
        retry: started ? 'check_first' : 'yes',
        cause,
      },
    );
    this.started = started;
  }
}

/** What is known of a command's processes after it was told to stop. */
export type Ending = 'ended' | 'unknown';

const seconds = (milliseconds: number): string => `${String(Math.round(milliseconds / 100) / 10)} s`;

const known = (ending: Ending): string =>
  ending === 'ended'
    ? 'It was stopped, with every process it had started.'
    : 'It was told to stop, but the device did not confirm that it did.';

/** A command that ran longer than it was given. */
export function commandTimedOut(timeoutMs: number, ending: Ending): Failure {
  return new Failure('timeout', `The command did not end within ${seconds(timeoutMs)}. ${known(ending)}`, {
    hint: 'What it did until then stays done: look at the state of the device first.',
    retry: 'check_first',
  });
}

/** A command whose caller went away while it ran. */
export function commandStopped(signal: AbortSignal, ending: Ending): Failure {
  const reason = abortFailure(signal);
  return new Failure(reason.kind, `${reason.message} The command was running. ${known(ending)}`, {
    hint: reason.hint ?? 'What it did until then stays done: look at the state of the device first.',
    retry: 'check_first',
    cause: reason,
  });
}

/** A read that the session shell did not answer in time. */
export function exchangeTimedOut(timeoutMs: number): Failure {
  return new Failure(
    'timeout',
    `The device did not answer a read within ${seconds(timeoutMs)}; the read was stopped.`,
    {
      hint: 'The device may be overloaded or a driver may hang. Reading again does no harm.',
      retry: 'yes',
    },
  );
}

export function exchangeTooLong(maxBytes: number): Failure {
  return new Failure('unsupported', `The device answered a read with more than ${String(maxBytes)} bytes.`, {
    hint: 'Ask for less at once.',
    retry: 'no',
  });
}

export function shellDies(cause?: unknown): Failure {
  return new Failure('command_failed', 'The shell on the device ended in the middle of a read, twice.', {
    hint: 'Something on the device kills it: look for the out-of-memory killer in system_logs.',
    retry: 'check_first',
    cause,
  });
}

export function noShell(cause?: unknown): Failure {
  return new Failure('unsupported', 'The login works, but the account cannot start /bin/sh.', {
    hint: 'Give the account a login shell that runs commands (`usermod -s /bin/bash USER`), and remove ForceCommand from sshd_config.',
    retry: 'no',
    cause,
  });
}

export function noChannel(cause?: unknown): Failure {
  return new Failure('unreachable', "The device's SSH server refuses to open a session on a working connection.", {
    hint: 'Check MaxSessions in sshd_config: jetfleet needs at least 1.',
    retry: 'yes',
    cause,
  });
}

export function exitedWith(exitCode: number, cause: unknown): Failure {
  const meaning = exitCode === 127 ? ': no such program' : exitCode === 126 ? ': it may not be executed' : '';
  return new Failure('command_failed', `The command exited with code ${String(exitCode)}${meaning}.`, {
    retry: 'check_first',
    cause,
  });
}

export function lostExitCode(cause?: unknown): Failure {
  return new Failure(
    'command_failed',
    'The command ended without an exit code: its session was killed on the device.',
    {
      hint: 'Look at the state of the device before repeating the command.',
      retry: 'check_first',
      cause,
    },
  );
}

/** Why a device's commands cannot become root. */
export type SudoRefusal = 'no_password' | 'wrong_password' | 'no_secret' | 'refused';

const refusals: Readonly<Record<SudoRefusal, readonly [message: string, hint: string]>> = {
  no_password: [
    'This needs root, and sudo asks for a password that jetfleet was not given.',
    'Set `sudo: { password: env:NAME }` for the device in the fleet file, or allow the user NOPASSWD in sudoers.',
  ],
  wrong_password: [
    'This needs root, and sudo refused the configured password.',
    'Correct the secret that `sudo.password` of the device refers to. jetfleet does not try the same one again.',
  ],
  no_secret: [
    'This needs root, and the configured sudo password could not be read.',
    'Check the reference in `sudo.password` of the device: the variable, file or command must exist on this machine.',
  ],
  refused: [
    'This needs root, and sudo does not let the login user run commands.',
    'Add the user to sudoers on the device (`usermod -aG sudo USER`), or log in as another user.',
  ],
};

/** A command was to run as root and could not. */
export class SudoRefused extends Failure {
  readonly why: SudoRefusal;

  constructor(why: SudoRefusal, cause?: unknown) {
    const [message, hint] = refusals[why];
    super('not_allowed', message, { hint, retry: 'no', cause });
    this.why = why;
  }
}

export function unknownDevice(): Failure {
  return new Failure('unknown_device', 'The fleet has no device of that name.', {
    hint: 'device_list names the devices there are.',
    retry: 'no',
  });
}

export function neverConnected(): Failure {
  return new Failure('timeout', 'The connection did not come about in two minutes.', {
    hint: 'device_doctor shows at which step it stops.',
    retry: 'yes',
  });
}

export function fleetClosed(): Failure {
  return new Failure('cancelled', 'jetfleet is shutting down.', { retry: 'no' });
}

export function argvRefused(message: string): Failure {
  return new Failure('invalid_input', message, { retry: 'no' });
}
