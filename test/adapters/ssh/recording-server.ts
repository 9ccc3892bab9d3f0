import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2 from 'ssh2';

/** An SSH server that remembers everything it is offered, and lets in whom `decide` accepts. */
export interface RecordingServer {
  readonly port: number;
  /** `none`, `publickey probe`, `publickey signature`, `password SECRET`, `keyboard-interactive`, ... in order. */
  readonly offered: readonly string[];
  /** The public key as known_hosts has it. */
  readonly hostKey: string;
  /** Connections that are still open. */
  connections(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts one on 127.0.0.1. `shows` is a host key that it shows without owning it. */
export async function startRecordingServer(
  decide: (context: ssh2.AuthContext) => void,
  shows?: Buffer,
): Promise<RecordingServer> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  const parsed = ssh2.utils.parseKey(pem);
  if (parsed instanceof Error) throw parsed;
  const offered: string[] = [];
  const stolen = shows && (Object.create(parsed, { getPublicSSH: { value: () => shows } }) as ssh2.ParsedKey);
  const hostKeys = [stolen === undefined ? pem : { key: stolen as unknown as Buffer }];
  const server = new ssh2.Server({ hostKeys }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (context.method === 'password') offered.push(`password ${context.password}`);
      else if (context.method === 'publickey') offered.push(`publickey ${context.signature ? 'signature' : 'probe'}`);
      else offered.push(context.method);
      decide(context);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    offered,
    hostKey: `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
