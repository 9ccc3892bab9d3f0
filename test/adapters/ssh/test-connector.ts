import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';
import type { DeviceEntry } from '../../../src/core/device.js';
import { abortFailure, Failure } from '../../../src/core/errors.js';
import type { LinkStep } from '../../../src/ports/fleet.js';
import type { Connection, Connector, HostKeyLook } from '../../../src/adapters/ssh/connection.js';
import type { TestSshd } from '../../setup/sshd.js';

/** Connects straight to a test server, whose key it knows. The link's tests need no more of a connector. */
export class TestConnector implements Connector {
  readonly #server: TestSshd;
  readonly clients: ssh2.Client[] = [];
  /** What clients were told about delaying small packets. */
  readonly noDelay: (boolean | undefined)[] = [];
  attempts = 0;

  constructor(server: TestSshd) {
    this.#server = server;
  }

  async look(entry: DeviceEntry, signal: AbortSignal): Promise<HostKeyLook> {
    const [type = '', key = ''] = this.#server.hostKeys[0]?.split(' ') ?? [];
    const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '');
    const address = `${entry.host}:${String(this.#server.port)}`;
    const seen = { type, fingerprint: `SHA256:${digest}`, trust: 'trusted', address } as const;
    return { seen, connection: await this.connect(entry, signal) };
  }

  connect(entry: DeviceEntry, signal: AbortSignal, onStep?: (step: LinkStep) => void): Promise<Connection> {
    this.attempts += 1;
    const { port, user, identityFile, hostKeys } = this.#server;
    const client = new ssh2.Client();
    const setNoDelay = client.setNoDelay.bind(client);
    client.setNoDelay = (noDelay) => {
      this.noDelay.push(noDelay);
      return setNoDelay(noDelay);
    };
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        client.destroy();
        reject(abortFailure(signal));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const onError = (error: Error): void => {
        signal.removeEventListener('abort', onAbort);
        onStep?.({ step: 'tcp', ok: false, detail: 'broken', hint: 'test' });
        reject(new Failure('unreachable', 'The test server cannot be reached.', { cause: error }));
      };
      client.once('error', onError);
      client.once('ready', () => {
        client.off('error', onError);
        client.on('error', () => undefined);
        signal.removeEventListener('abort', onAbort);
        this.clients.push(client);
        onStep?.({ step: 'auth', ok: true, detail: 'publickey' });
        resolve({ client, close: () => client.end() });
      });
      client.connect({
        host: entry.host,
        port: entry.settings.port ?? port,
        username: user,
        privateKey: readFileSync(identityFile),
        hostVerifier: (key: Buffer) => hostKeys.some((each) => each.endsWith(key.toString('base64'))),
        keepaliveInterval: 10_000,
        readyTimeout: 20_000,
      });
    });
  }
}
