import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SshFleet, type SshFleetLimits } from '../../../src/adapters/ssh/fleet.js';
import type { Device } from '../../../src/ports/fleet.js';
import { fleetContract } from '../../contract/fleet.js';
import { sshdUnavailable, startSshd, type TestSshd } from '../../setup/sshd.js';
import { describeWith } from '../../setup/suite.js';
import { contractFolder, entryOf, failureOf, never, output } from './rig.js';
import { KnownSecrets, TrustHome } from './trust-setup.js';

const missing = sshdUnavailable();

interface Whole {
  readonly server: TestSshd;
  readonly home: TrustHome;
  readonly fleet: SshFleet;
  readonly device: Device;
  stop(): Promise<void>;
}

/** The whole adapter, with the real connector. */
async function whole(hosts: readonly string[], limits: SshFleetLimits = {}): Promise<Whole> {
  const server = await startSshd({ hosts });
  if (typeof server === 'string') throw new Error(server);
  const home = new TrustHome();
  const { port, user, identityFile, knownHostsFile } = server;
  const entries = hosts.map((host, index) => entryOf(`board-${String(index + 1)}`, host, { port, user, identityFile }));
  home.inventory.change({ devices: entries });
  const secrets = new KnownSecrets();
  const connector = home.connector({ userKnownHosts: [knownHostsFile] }, secrets);
  const clock = { now: () => Date.now() };
  const fleet = new SshFleet({ inventory: home.inventory, connector, secrets, logger: home.log, clock, limits });
  const stop = async (): Promise<void> => {
    await fleet.close();
    await server.stop();
    home.remove();
  };
  return { server, home, fleet, device: fleet.device('board-1'), stop };
}

/** Accepts TCP and never speaks. */
async function silentServer(): Promise<{ readonly port: number; stop(): void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, stop };
}

describe('SshFleet and SshConnector', () => {
  if (missing === undefined) {
    fleetContract('SSH, whole', async () => {
      const the = await whole(['127.0.0.1']);
      return { fleet: the.fleet, device: 'board-1', folder: contractFolder(the.server), stop: () => the.stop() };
    });
  }

  describeWith(missing, 'faults', () => {
    let the: Whole | undefined;
    afterEach(() => the?.stop());

    it('answers for the rest before those that never speak are given up', async () => {
      const hosts = Array.from({ length: 20 }, (_, index) => `127.0.6.${String(index + 1)}`);
      const { fleet, home } = (the = await whole(hosts, { parallelHandshakes: 2 }));
      const silent = await silentServer();
      const mute = Array.from({ length: 8 }, (_, index) =>
        entryOf(`mute-${String(index)}`, '127.0.0.1', { port: silent.port }),
      );
      home.inventory.change({ devices: [...mute, ...home.inventory.devices()] });
      const cancel = new AbortController();
      let givenUp = 0;
      const muted = mute.map(async ({ name }) => {
        const failure = await failureOf(fleet.device(name).ask(output('true'), cancel.signal));
        givenUp += 1;
        return failure.kind;
      });
      const names = hosts.map((_, index) => `board-${String(index + 1)}`);
      const answers = await Promise.all(names.map((name) => fleet.device(name).ask(output('echo', name), never())));
      expect(answers).toEqual(names);
      expect(givenUp).toBe(0);
      cancel.abort();
      expect(new Set(await Promise.all(muted))).toEqual(new Set(['cancelled']));
      silent.stop();
    });

    it('gives up a link that has frozen, and opens another', async () => {
      const { device, server } = (the = await whole(['127.0.0.1'], { readTimeoutMs: 500 }));
      expect(await device.ask(output('echo', 'before'), never())).toBe('before');
      const frozen = server.running().filter((each) => each.argv[0]?.startsWith('sshd:'));
      for (const { pid } of frozen) process.kill(pid, 'SIGSTOP');
      expect(await failureOf(device.ask(output('echo', 'never'), never()))).toMatchObject({ kind: 'timeout' });
      expect(await device.ask(output('echo', 'after'), never())).toBe('after');
      expect(server.logins()).toBe(2);
    });

    it('reports every step of a connection', async () => {
      const { device } = (the = await whole(['127.0.0.1']));
      const steps = await device.diagnose(never());
      expect(steps.map(({ step, ok }) => `${step} ${String(ok)}`)).toEqual(
        ['name', 'tcp', 'banner', 'host_key', 'auth', 'shell'].map((step) => `${step} true`),
      );
    });
  });
});
