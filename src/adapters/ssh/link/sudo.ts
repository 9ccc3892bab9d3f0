import { createHash } from 'node:crypto';
import type { SecretRef } from '../../../core/device.js';
import type { SudoKind } from '../../../ports/fleet.js';
import type { Secrets } from '../../../ports/secrets.js';
import type { Channels } from './channels.js';
import { type Elevation, execute } from './exec.js';
import { SudoRefused, type SudoRefusal } from './link-failures.js';
import type { Session } from './session.js';
import { untilAborted } from './until-aborted.js';

/** What outlives a link: the digest of a password that a device refused is not sent to it again. */
export interface SudoMemory {
  refusedDigest?: string;
}

type Finding =
  | { readonly kind: 'root' | 'nopasswd' }
  | { readonly kind: 'password'; readonly password: string }
  | { readonly kind: 'none'; readonly why: SudoRefusal };

const question = `id -u\nsudo -n true </dev/null >/dev/null 2>&1\nprintf '%d\\n' $?`;
const questionLimits = { timeoutMs: 15_000, maxBytes: 4_096 };

/** How commands become root over one link. Found out at the first need, once. */
export class Sudo {
  readonly #session: Session;
  readonly #channels: Channels;
  readonly #secrets: Secrets;
  readonly #password: SecretRef | undefined;
  readonly #memory: SudoMemory;
  #finding: Promise<Finding> | undefined;
  #found: Finding | undefined;

  constructor(
    link: { readonly session: Session; readonly channels: Channels },
    settings: { readonly secrets: Secrets; readonly password: SecretRef | undefined; readonly memory: SudoMemory },
  ) {
    this.#session = link.session;
    this.#channels = link.channels;
    this.#secrets = settings.secrets;
    this.#password = settings.password;
    this.#memory = settings.memory;
  }

  /** What was found out so far; undefined where nobody has asked yet. */
  get known(): SudoKind | undefined {
    return this.#found?.kind;
  }

  async kind(signal: AbortSignal): Promise<SudoKind> {
    return (await this.#find(signal)).kind;
  }

  /** How to run a command as root; rejects with `not_allowed` and the reason where that cannot be. */
  async elevation(signal: AbortSignal): Promise<Elevation> {
    const finding = await this.#find(signal);
    switch (finding.kind) {
      case 'root':
        return { by: 'none' };
      case 'nopasswd':
        return { by: 'nopasswd' };
      case 'password':
        return { by: 'password', password: finding.password };
      case 'none':
        throw new SudoRefused(finding.why);
    }
  }

  /** What was found no longer holds: the next call looks again. */
  forget(): void {
    this.#finding = undefined;
    this.#found = undefined;
  }

  /** All callers share one look; one that goes away does not stop it for the others. */
  #find(signal: AbortSignal): Promise<Finding> {
    if (this.#finding === undefined) {
      const looking = this.#look(new AbortController().signal);
      this.#finding = looking;
      looking.then(
        (finding) => {
          if (this.#finding === looking) this.#found = finding;
        },
        () => {
          if (this.#finding === looking) this.#finding = undefined;
        },
      );
    }
    return untilAborted(this.#finding, signal);
  }

  async #look(signal: AbortSignal): Promise<Finding> {
    const { output } = await this.#session.exchange(question, questionLimits, signal);
    const [uid, exitCode] = output.toString('latin1').trim().split(/\s+/);
    if (uid === '0') return { kind: 'root' };
    if (exitCode === '0') return { kind: 'nopasswd' };
    if (this.#password === undefined) return { kind: 'none', why: 'no_password' };
    let password: string;
    try {
      password = await this.#secrets.resolve(this.#password, signal);
    } catch {
      return { kind: 'none', why: 'no_secret' };
    }
    return this.#verify(password, signal);
  }

  async #verify(password: string, signal: AbortSignal): Promise<Finding> {
    const digest = createHash('sha256').update(password).digest('hex');
    if (this.#memory.refusedDigest === digest) return { kind: 'none', why: 'wrong_password' };
    try {
      const elevation = { by: 'password', password } as const;
      const { timeoutMs } = questionLimits;
      const ignored = { onStdout: (): 'more' => 'more', onStderr: () => undefined };
      await execute(this.#channels, { argv: ['true'], elevation, timeoutMs, ...ignored }, signal);
      return { kind: 'password', password };
    } catch (error) {
      if (!(error instanceof SudoRefused)) throw error;
      if (error.why === 'wrong_password') this.#memory.refusedDigest = digest;
      return { kind: 'none', why: error.why };
    }
  }
}
