import type ssh2 from 'ssh2';
import type { DeviceEntry } from '../../core/device.js';
import { abortFailure, Failure } from '../../core/errors.js';
import type { LinkStep } from '../../ports/fleet.js';
import type { Inventory } from '../../ports/inventory.js';
import type { Logger } from '../../ports/logger.js';
import type { Secrets } from '../../ports/secrets.js';
import type { Connection, Connector, HostKeyLook } from './connection.js';
import { dial } from './trust/dial.js';
import { sshEnvironment, type SshEnvironment } from './trust/environment.js';
import { hopFailure } from './trust/failures.js';
import { forward } from './trust/forward.js';
import type { HandshakeOptions } from './trust/handshake.js';
import { HopPool } from './trust/hop-pool.js';
import { HostTrusts } from './trust/host-trusts.js';
import { KeyLook } from './trust/key-look.js';
import { Logins } from './trust/logins.js';
import { PrivateKeys } from './trust/private-keys.js';
import { openProxyCommand } from './trust/proxy-command.js';
import type { Reached } from './trust/reached.js';
import { Routes } from './trust/route.js';
import type { ShownKey } from './trust/shown-key.js';
import { SshConfigFiles } from './trust/ssh-config-files.js';
import { StepReport } from './trust/steps.js';
import type { Target } from './trust/target.js';

export interface SshConnectorOptions {
  readonly inventory: Inventory;
  readonly secrets: Secrets;
  readonly logger: Logger;
  /** What is not this machine's: other files, another agent, other time limits. */
  readonly environment?: Partial<SshEnvironment>;
}

/** Opens SSH connections as the fleet file and `~/.ssh/config` say, to hosts whose key is trusted. */
export class SshConnector implements Connector {
  readonly #environment: SshEnvironment;
  readonly #routes: Routes;
  readonly #trusts: HostTrusts;
  readonly #secrets: Secrets;
  readonly #logger: Logger;
  readonly #keys = new PrivateKeys();
  readonly #hops = new HopPool();
  readonly #logins = new Logins();

  constructor({ inventory, secrets, logger, environment: given }: SshConnectorOptions) {
    const environment = sshEnvironment(given);
    this.#environment = environment;
    this.#secrets = secrets;
    this.#logger = logger;
    const config = new SshConfigFiles(environment.sshConfigFiles, environment.home, logger);
    this.#routes = new Routes(inventory, config, environment);
    this.#trusts = new HostTrusts(logger);
  }

  async connect(entry: DeviceEntry, signal: AbortSignal, onStep?: (step: LinkStep) => void): Promise<Connection> {
    const report = new StepReport(onStep);
    let route: readonly Target[];
    try {
      route = await this.#routes.to(entry);
    } catch (error) {
      report.failed('name', error);
      throw error;
    }
    return this.#open(route, report, signal);
  }

  async look(entry: DeviceEntry, signal: AbortSignal): Promise<HostKeyLook> {
    const route = await this.#routes.to(entry);
    const target = endOf(route);
    const options = await this.#optionsFor(target, silence);
    const reach = (): Promise<Reached> => this.#reach(target, route.slice(0, -1), silence, signal);
    const look = new KeyLook(options, reach);
    const { key, address, trust } = await look.see(signal);
    const opened = await look.login(key, signal);
    const connection = opened && connectionOf(opened.client, opened.reached);
    return { seen: { type: key.type, fingerprint: key.fingerprint, trust, address }, connection };
  }

  /** Connects to the last host of a route, through those before it. */
  async #open(route: readonly Target[], report: StepReport, signal: AbortSignal): Promise<Connection> {
    const target = endOf(route);
    const options = await this.#optionsFor(target, report);
    const reach = (silent: boolean): Promise<Reached> =>
      this.#reach(target, route.slice(0, -1), silent ? silence : report, signal);
    const { client, reached } = await this.#logins.login(options, reach, signal);
    if (signal.aborted) {
      close(client, reached);
      throw abortFailure(signal);
    }
    return connectionOf(client, reached);
  }

  async #optionsFor(target: Target, report: StepReport): Promise<HandshakeOptions> {
    return {
      target,
      trust: await this.#trusts.of(target),
      record: (key: ShownKey) => this.#trusts.record(target, key),
      secrets: this.#secrets,
      keys: this.#keys,
      logger: this.#logger,
      report,
      timeouts: {
        banner: target.connectTimeoutMs,
        host_key: Math.max(target.connectTimeoutMs, this.#environment.handshakeTimeoutMs),
        auth: this.#environment.authTimeoutMs,
      },
    };
  }

  async #reach(target: Target, before: readonly Target[], report: StepReport, signal: AbortSignal): Promise<Reached> {
    const { host, port, proxyCommand, connectTimeoutMs } = target;
    const hop = before.at(-1);
    if (hop !== undefined) {
      const name = hop.entry.name;
      const connection = await report.step(
        'name',
        () => this.#through(before, signal),
        () => `${host} is looked up by the jump host ${name}`,
      );
      const release = (): void => connection.close();
      try {
        const stream = await report.step(
          'tcp',
          () => forward(connection.client, name, target, connectTimeoutMs, signal),
          () => `connected to port ${String(port)} through the jump host ${name}`,
        );
        return { stream, release };
      } catch (error) {
        release();
        throw error;
      }
    }
    if (proxyCommand !== undefined) {
      report.ok('name', `${host} is looked up by the ProxyCommand`);
      const stream = openProxyCommand(proxyCommand, this.#environment.variables['SHELL']);
      stream.on('error', (cause) => this.#logger.log('debug', 'A ProxyCommand failed.', { cause: String(cause) }));
      report.ok('tcp', 'the ProxyCommand runs');
      return { stream, release: () => stream.destroy() };
    }
    const stream = await dial(target, connectTimeoutMs, report, signal);
    return { stream, release: () => stream.destroy() };
  }

  /** The shared connection to the last of some jump hosts. */
  async #through(route: readonly Target[], signal: AbortSignal): Promise<Connection> {
    // Its trust belongs to the key: a connection that was trusted for another reason is not this one.
    const key = JSON.stringify(
      route.map(({ entry, user, host, port, hostKeys }) => [entry.name, entry.origin, user, host, port, hostKeys]),
    );
    try {
      return await this.#hops.use(key, (shared) => this.#open(route, silence, shared), signal);
    } catch (error) {
      const name = route.at(-1)?.entry.name ?? '';
      throw error instanceof Failure && !signal.aborted ? hopFailure(error, name) : error;
    }
  }
}

const silence = new StepReport(undefined);

function endOf(route: readonly Target[]): Target {
  const target = route.at(-1);
  if (target === undefined) throw new Failure('internal', 'A route has no end.');
  return target;
}

function connectionOf(client: ssh2.Client, reached: Reached): Connection {
  client.once('close', reached.release);
  return { client, close: () => close(client, reached) };
}

function close(client: ssh2.Client, { stream, release }: Reached): void {
  try {
    client.end();
  } catch {
    // ssh2 throws where the connection broke in the middle of a key exchange.
  }
  stream.destroy();
  release();
}
