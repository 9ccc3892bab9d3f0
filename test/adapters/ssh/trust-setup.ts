import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SshEnvironment } from '../../../src/adapters/ssh/trust/environment.js';
import { SshConnector } from '../../../src/adapters/ssh/connector.js';
import type { DeviceEntry, SecretRef } from '../../../src/core/device.js';
import { Failure } from '../../../src/core/errors.js';
import type { LinkStep } from '../../../src/ports/fleet.js';
import type { Logger, LogLevel } from '../../../src/ports/logger.js';
import type { Secrets } from '../../../src/ports/secrets.js';
import { FakeInventory } from '../../fakes/fake-inventory.js';

/** Secrets from memory, which remember what was asked of them. */
export class KnownSecrets implements Secrets {
  readonly asked: string[] = [];
  readonly #secrets: Readonly<Record<string, string>>;

  constructor(secrets: Readonly<Record<string, string>> = {}) {
    this.#secrets = secrets;
  }

  async resolve(ref: SecretRef): Promise<string> {
    await Promise.resolve();
    this.asked.push(ref);
    const secret = this.#secrets[ref];
    if (secret === undefined) throw new Failure('auth_failed', `${ref} has no value.`);
    return secret;
  }
}

/** A logger that keeps everything. */
export class KeptLog implements Logger {
  readonly lines: string[] = [];

  log(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  }
}

/** A home of its own, with nothing of this machine in it, and a connector that lives there. */
export class TrustHome {
  readonly home = mkdtempSync(join(tmpdir(), 'jetfleet-home-'));
  readonly log = new KeptLog();
  readonly inventory = new FakeInventory();
  readonly knownHosts = this.path('known_hosts');

  constructor() {
    mkdirSync(join(this.home, '.ssh'), { mode: 0o700 });
  }

  /** A path in its `.ssh`. */
  path(name: string): string {
    return join(this.home, '.ssh', name);
  }

  write(name: string, text: string): string {
    writeFileSync(this.path(name), text, { mode: 0o600 });
    return this.path(name);
  }

  environment(given: Partial<SshEnvironment> = {}): Partial<SshEnvironment> {
    return {
      home: this.home,
      agentSocket: undefined,
      localUser: 'somebody',
      variables: { SHELL: '/bin/sh' },
      sshConfigFiles: [this.path('config')],
      userKnownHosts: [this.knownHosts],
      globalKnownHosts: [],
      ...given,
    };
  }

  connector(given: Partial<SshEnvironment> = {}, secrets: Secrets = new KnownSecrets()): SshConnector {
    return new SshConnector({
      inventory: this.inventory,
      secrets,
      logger: this.log,
      environment: this.environment(given),
    });
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** How an attempt to connect ended. A connection is closed again. */
export interface Attempt {
  readonly failure: Failure | undefined;
  readonly steps: readonly LinkStep[];
}

/** Connects, closes at once, and tells what happened. Anything but a Failure is thrown. */
export async function attempt(
  connector: SshConnector,
  entry: DeviceEntry,
  signal: AbortSignal = AbortSignal.timeout(20_000),
): Promise<Attempt> {
  const steps: LinkStep[] = [];
  try {
    const connection = await connector.connect(entry, signal, (step) => steps.push(step));
    connection.close();
    return { failure: undefined, steps };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { failure: error, steps };
  }
}

/** `name ok`, `tcp ok`, ... of some steps. */
export function told(steps: readonly LinkStep[]): readonly string[] {
  return steps.map(({ step, ok }) => `${step} ${ok ? 'ok' : 'failed'}`);
}
