import { readFile, stat } from 'node:fs/promises';
import type { SecretRef } from '../../core/device.js';
import { abortFailure, Failure } from '../../core/errors.js';
import { expandHome } from '../../core/home-path.js';
import type { Logger } from '../../ports/logger.js';
import type { Secrets } from '../../ports/secrets.js';
import type { Environment } from './environment-inventory.js';
import { splitWords } from './split-words.js';

export interface ReferenceSecretsOptions {
  readonly env: Environment;
  /** What `~` stands for in `file:` references. */
  readonly home: string;
  readonly logger: Logger;
  /** Hears every secret before it is handed out, so that it is taken out of all answers and logs. */
  readonly redactor: { add(secret: string): void };
  /** Time that a `command:` has; long enough for a person to unlock a password manager. */
  readonly commandTimeoutMs?: number;
}

const defaultCommandTimeoutMs = 30_000;
/** No password or passphrase comes near it; what is larger is another file. */
const maxBytes = 64 * 1024;
const readableByOthers = 0o077;

/**
 * Secrets from the environment, from files and from programs. Variables and files are read anew each time, so that a
 * changed secret counts at once. A program runs once in the life of this process, since it may ask a person to unlock it;
 * a failed run is not remembered.
 */
export class ReferenceSecrets implements Secrets {
  readonly #options: ReferenceSecretsOptions;
  readonly #runs = new Map<string, Promise<string>>();
  readonly #warned = new Set<string>();

  constructor(options: ReferenceSecretsOptions) {
    this.#options = options;
  }

  async resolve(ref: SecretRef, signal: AbortSignal): Promise<string> {
    if (signal.aborted) throw abortFailure(signal);
    const value = (await unlessAborted(this.#read(ref), signal)).replace(/\r?\n$/, '');
    if (value === '') throw refuse(ref, 'is empty', 'Put the secret where the reference points.');
    this.#options.redactor.add(value);
    return value;
  }

  async #read(ref: SecretRef): Promise<string> {
    const rest = ref.slice(ref.indexOf(':') + 1);
    if (ref.startsWith('env:')) return this.#variable(ref, rest);
    if (ref.startsWith('file:')) return await this.#file(ref, rest);
    if (ref.startsWith('command:')) return await this.#command(ref, rest.trim());
    // What is no reference may be the secret itself, so that it is not repeated.
    throw new Failure('auth_failed', 'A secret is not given as env:, file: or command:.', {
      hint: 'Write for example env:NANO_PASSWORD.',
    });
  }

  #variable(ref: SecretRef, name: string): string {
    const value = this.#options.env[name];
    if (value !== undefined) return value;
    throw refuse(
      ref,
      'is not set',
      `Set the variable ${name} where the server is started (its "env" in the client's configuration).`,
    );
  }

  async #file(ref: SecretRef, path: string): Promise<string> {
    const place = expandHome(path, this.#options.home);
    try {
      const found = await stat(place);
      if (!found.isFile() || found.size > maxBytes) throw new Error('not a small file');
      if ((found.mode & readableByOthers) !== 0 && process.platform !== 'win32') this.#warn(ref);
      return await readFile(place, 'utf8');
    } catch (cause) {
      throw refuse(ref, 'cannot be read', 'Check that it is a small file and that you may read it.', cause);
    }
  }

  #warn(ref: SecretRef): void {
    if (this.#warned.has(ref)) return;
    this.#warned.add(ref);
    this.#options.logger.log(
      'warn',
      'A file with a secret is open to other users of this machine. Run chmod 600 on it.',
      {
        reference: ref,
      },
    );
  }

  #command(ref: SecretRef, line: string): Promise<string> {
    const before = this.#runs.get(line);
    if (before !== undefined) return before;
    const run = this.#run(ref, line);
    this.#runs.set(line, run);
    run.catch(() => this.#runs.delete(line));
    return run;
  }

  async #run(ref: SecretRef, line: string): Promise<string> {
    const [program, ...args] = splitWords(line) ?? [];
    if (program === undefined)
      throw refuse(
        ref,
        'names no program, or has a quote that is not closed',
        'Write for example command:pass show nano.',
      );
    const { runSecretCommand } = await import('./secret-command.js');
    const timeoutMs = this.#options.commandTimeoutMs ?? defaultCommandTimeoutMs;
    const end = await runSecretCommand([program, ...args], { timeoutMs, maxBytes, env: this.#options.env });
    if (end.ok) return end.stdout.toString('utf8');
    const reasons = {
      not_started: 'could not be started',
      failed: 'ended with an error',
      too_much: 'printed more than a secret',
      timeout: 'did not end in time',
    };
    throw refuse(
      ref,
      reasons[end.why],
      'Run the program in a terminal and see that it prints the secret and nothing else.',
    );
  }
}

/** The reference as messages show it. The arguments of a program are its user's affair, and may say too much. */
function shown(ref: SecretRef): string {
  return ref.startsWith('command:') ? `command:${ref.slice('command:'.length).trim().split(/\s/)[0] ?? ''}` : ref;
}

function refuse(ref: SecretRef, what: string, hint: string, cause?: unknown): Failure {
  return new Failure('auth_failed', `The secret ${shown(ref)} ${what}.`, { hint, retry: 'no', cause });
}

/** The result, unless the signal aborts first. A program that others may wait for as well goes on. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(abortFailure(signal));
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
