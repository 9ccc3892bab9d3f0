import type ssh2 from 'ssh2';
import { Failure } from '../../../core/errors.js';
import type { Logger } from '../../../ports/logger.js';
import type { Secrets } from '../../../ports/secrets.js';
import type { SingleKeyAgent } from './agent-keys.js';
import { fileStamp } from './file-stamp.js';
import { keyCandidates } from './key-candidates.js';
import { refusedLogin } from './login-refusals.js';
import type { PrivateKeys } from './private-keys.js';
import { fingerprintOf } from './shown-key.js';
import type { Target } from './target.js';

export interface LoginSources {
  readonly secrets: Secrets;
  readonly keys: PrivateKeys;
  readonly logger: Logger;
}

/** sshd's default MaxAuthTries: the sixth failed attempt ends the connection. */
const maxAttempts = 6;

/** The methods that ssh2 is told to try, one at a time. */
type Attempt = ssh2.AnyAuthMethod;

/**
 * One login. Nothing of it runs, and no secret is fetched, before ssh2 asks for the first method, which is after the
 * host key is trusted and proved.
 */
export class Login {
  /** The method under way, in our words; when the login is accepted, the one that was. */
  method = 'no authentication';
  /** A secret is being fetched, perhaps from a person: that time is not the device's. */
  waitsForSecret = false;
  readonly #target: Target;
  readonly #sources: LoginSources;
  readonly #signal: AbortSignal;
  readonly #fail: (failure: unknown) => void;
  readonly #attempts: AsyncGenerator<Attempt, void>;
  readonly #problems: Failure[] = [];
  #tried = { keys: 0, password: false };
  #methodsLeft: readonly string[] | undefined;
  #agent: SingleKeyAgent | undefined;
  #lastSeen: readonly string[] | null = null;
  #offered: readonly string[] = [];
  #partialSuccess = false;

  /** `fail` is called where no method is left, or one cannot go on. */
  constructor(target: Target, sources: LoginSources, signal: AbortSignal, fail: (failure: unknown) => void) {
    this.#target = target;
    this.#sources = sources;
    this.#signal = signal;
    this.#fail = fail;
    this.#attempts = this.#run();
  }

  /** ssh2's `authHandler`. */
  next(methodsLeft: readonly string[] | null, partialSuccess: boolean | null, begin: ssh2.NextAuthHandler): void {
    if (methodsLeft !== this.#lastSeen) {
      this.#methodsLeft = methodsLeft ?? undefined;
      this.#partialSuccess = partialSuccess === true;
    } else if (this.#agent?.hasSigned === true) {
      // After an agent's key ssh2 repeats the list it had before, though the server now wants another proof.
      this.#methodsLeft = undefined;
      this.#partialSuccess = true;
    }
    this.#lastSeen = methodsLeft;
    this.#agent = undefined;
    if (this.#offered.length === 0) this.#offered = methodsLeft ?? [];
    this.#proceed(begin).catch(this.#fail);
  }

  async #proceed(begin: ssh2.NextAuthHandler): Promise<void> {
    const { done, value } = await this.#attempts.next();
    if (this.#signal.aborted) return;
    if (done === true) throw await this.#refusal();
    begin(value);
  }

  async *#run(): AsyncGenerator<Attempt, void> {
    const { user: username, password } = this.#target;
    yield { type: 'none', username };
    yield* this.#keys(maxAttempts - (password === undefined ? 0 : 1));
    if (password === undefined) return;
    if (this.#mayTry('password')) {
      this.method = 'the password';
      const secret = await this.#secret(password);
      this.#tried.password = true;
      yield { type: 'password', username, password: secret };
      // The same password again, by the other method, would only count as a second failure towards a lockout.
      if (!this.#partialSuccess) return;
    }
    if (this.#mayTry('keyboard-interactive')) {
      this.method = 'the password (keyboard-interactive)';
      const secret = await this.#secret(password);
      this.#tried.password = true;
      yield { type: 'keyboard-interactive', username, prompt: this.#answerOnce(secret) };
    }
  }

  async *#keys(most: number): AsyncGenerator<Attempt, void> {
    const { user: username, passphrase } = this.#target;
    const { keys, logger } = this.#sources;
    if (!this.#mayTry('publickey')) return;
    const candidates = keyCandidates(this.#target, {
      keys,
      logger,
      passphrase: passphrase && (() => this.#secret(passphrase)),
      onProblem: (failure) => this.#problems.push(failure),
    });
    for await (const candidate of candidates) {
      const { key } = candidate;
      this.#tried.keys += 1;
      const shown = `${key.type} ${fingerprintOf(key.getPublicSSH())}`;
      if (candidate.from === 'agent') {
        this.method = `a key of the agent (${shown})`;
        this.#agent = candidate.agent;
        yield { type: 'agent', username, agent: candidate.agent };
      } else {
        this.method = `a key file (${shown})`;
        yield { type: 'publickey', username, key };
      }
      if (this.#tried.keys >= most || !this.#mayTry('publickey')) return;
    }
  }

  #mayTry(method: string): boolean {
    return this.#methodsLeft?.includes(method) ?? true;
  }

  async #secret(ref: Parameters<Secrets['resolve']>[0]): Promise<string> {
    this.waitsForSecret = true;
    try {
      return await this.#sources.secrets.resolve(ref, this.#signal);
    } finally {
      this.waitsForSecret = false;
    }
  }

  /** Answers one hidden prompt. Whatever else a server asks is not the password's business. */
  #answerOnce(secret: string): ssh2.KeyboardInteractiveAuthMethod['prompt'] {
    let answered = false;
    return (_name, _instructions, _language, prompts, finish) => {
      const [prompt] = prompts;
      if (answered || prompts.length !== 1 || prompt === undefined || prompt.echo === true) {
        this.#fail(
          new Failure('auth_failed', 'The device asks for more than a password at login.', {
            hint: 'A second factor, or a password that has expired, needs a person: log in once with `ssh`, or install a key with `ssh-copy-id`.',
            retry: 'no',
          }),
        );
        return;
      }
      answered = true;
      finish([secret]);
    };
  }

  async #refusal(): Promise<Failure> {
    const { certificateFiles, identityFiles } = this.#target;
    const besideKeys = await Promise.all(identityFiles.map(({ path }) => fileStamp(`${path}-cert.pub`)));
    return refusedLogin({
      user: this.#target.user,
      accepted: this.#methodsLeft ?? this.#offered,
      tried: this.#tried,
      hasPassword: this.#target.password !== undefined,
      hasCertificates: certificateFiles.length > 0 || besideKeys.some((stamp) => stamp !== 'absent'),
      partialSuccess: this.#partialSuccess,
      problems: this.#problems,
    });
  }
}
