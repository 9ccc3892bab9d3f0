import { appendFileSync, copyFileSync, existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Connection } from '../../../src/adapters/ssh/connection.js';
import type { ConnectionSettings, DeviceEntry } from '../../../src/core/device.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';
import { processes, until } from '../../setup/processes.js';
import { sshdUnavailable, startSshd, type TestSshd } from '../../setup/sshd.js';
import { describeWith } from '../../setup/suite.js';
import { keyLine } from './key-lines.js';
import { attempt, told, TrustHome } from './trust-setup.js';

describeWith(sshdUnavailable(), 'the way through other hosts', () => {
  const [outer, inner, board, second] = ['127.0.14.1', '127.0.14.2', '127.0.14.3', '127.0.14.4'] as const;
  let sshd: TestSshd;
  let home: TrustHome;
  const open: Connection[] = [];
  const signal = AbortSignal.timeout(60_000);
  beforeAll(async () => {
    const started = await startSshd({ hosts: [outer, inner, board, second] });
    if (typeof started === 'string') throw new Error(started);
    sshd = started;
  });
  afterAll(() => sshd.stop());
  beforeEach(() => {
    home = new TrustHome();
    copyFileSync(sshd.knownHostsFile, home.knownHosts);
    const { user, port, identityFile } = sshd;
    const hop = (name: string, address: string): string =>
      `Host ${name}\n HostName ${address}\n User ${user}\n Port ${String(port)}\n IdentityFile ${identityFile}\n`;
    home.write('config', hop('outer', outer) + hop('inner', inner));
  });
  afterEach(() => {
    for (const connection of open.splice(0)) connection.close();
    home.remove();
  });
  const device = (settings: ConnectionSettings = {}, host: string = board): DeviceEntry => {
    const { user, port, identityFile } = sshd;
    return deviceEntry('nano', { host, settings: { user, port, identityFile, ...settings } });
  };
  const run = (connection: Connection, command: string): Promise<string> =>
    new Promise((resolve, reject) => {
      connection.client.exec(command, (error, channel) => {
        if (error) {
          reject(error);
          return;
        }
        let text = '';
        channel.on('data', (chunk: Buffer) => (text += chunk.toString())).on('close', () => resolve(text.trim()));
        return undefined;
      });
    });
  /** How many connections sshd has accepted at an address. */
  const arrivals = (address: string): number =>
    [...sshd.log().matchAll(new RegExp(`Connection from \\S+ port \\d+ on ${address.replaceAll('.', '\\.')} `, 'g'))]
      .length;
  /** Connections to this sshd that are established, as the kernel sees them. */
  const sessions = (): number => {
    const port = sshd.port.toString(16).toUpperCase().padStart(4, '0');
    return [...readFileSync('/proc/net/tcp', 'utf8').matchAll(new RegExp(`^ *\\d+: \\S+:${port} \\S+ 01 `, 'gm'))]
      .length;
  };

  it('leads through two hops to the board', async () => {
    const steps: string[] = [];
    const connection = await home
      .connector()
      .connect(device({ jump: 'outer,inner' }), signal, ({ detail }) => steps.push(detail));
    open.push(connection);
    // The connection comes from the last hop, on the way that the one before it opened.
    expect(await run(connection, 'echo $SSH_CONNECTION')).toContain(` ${board} ${String(sshd.port)}`);
    expect(steps.slice(0, 2)).toEqual([
      `${board} is looked up by the jump host inner`,
      `connected to port ${String(sshd.port)} through the jump host inner`,
    ]);
  });

  it('is closed whole with the connection', async () => {
    await until(() => sessions() === 0);
    const connection = await home.connector().connect(device({ jump: 'outer,inner' }), signal);
    expect(sessions()).toBeGreaterThan(0);
    connection.close();
    connection.close();
    await until(() => sessions() === 0);
  });

  it('is shared by the devices behind it until the last has gone', async () => {
    const [before, connector] = [arrivals(outer), home.connector()];
    const both = await Promise.all(
      [board, second].map((host) => connector.connect(device({ jump: 'outer' }, host), signal)),
    );
    expect(arrivals(outer)).toBe(before + 1);
    both[0]!.close();
    expect(await run(both[1]!, 'echo still here')).toBe('still here');
    both[1]!.close();
    const again = await connector.connect(device({ jump: 'outer' }), signal);
    open.push(again);
    expect(arrivals(outer)).toBe(before + 2);
  });

  it('leads through another device of the fleet, and ProxyJump of ssh_config', async () => {
    const { user, port, identityFile } = sshd;
    home.inventory.change({ devices: [deviceEntry('gate', { host: outer, settings: { user, port, identityFile } })] });
    expect((await attempt(home.connector(), device({ jump: 'gate' }))).failure).toBeUndefined();
    appendFileSync(home.path('config'), `Host ${board}\n ProxyJump outer,inner\n`);
    expect((await attempt(home.connector(), device())).failure).toBeUndefined();
  });

  it('checks the key of every hop, and tells which hop failed', async () => {
    home.write(
      'known_hosts',
      readFileSync(sshd.knownHostsFile, 'utf8').replace(
        /^(\[127\.0\.14\.2\]\S+) .*$/m,
        `$1 ${keyLine('ssh-ed25519', 3)}`,
      ),
    );
    const before = arrivals(board);
    const { failure, steps } = await attempt(home.connector(), device({ jump: 'outer,inner', hostKeys: 'accept-new' }));
    expect(failure).toMatchObject({ kind: 'not_allowed' });
    expect(failure?.message).toMatch(/^Jump host inner: The host key has changed/);
    expect(told(steps)).toEqual(['name failed']);
    expect(arrivals(board)).toBe(before);
  });

  it('gives a hop nothing of the device: its policy does not spread', async () => {
    home.write('known_hosts', readFileSync(sshd.knownHostsFile, 'utf8').replace(/^\[127\.0\.14\.1\].*\n/m, ''));
    const { failure } = await attempt(home.connector(), device({ jump: 'outer', hostKeys: 'accept-new' }));
    expect(failure?.message).toMatch(/^Jump host outer: The host key is unknown/);
  });

  it('tells where a hop cannot reach the board', async () => {
    const { failure, steps } = await attempt(home.connector(), device({ jump: 'outer', port: 9 }));
    expect(failure).toMatchObject({
      kind: 'unreachable',
      message: 'The jump host outer could not reach the next host.',
    });
    expect(told(steps)).toEqual(['name ok', 'tcp failed']);
  });

  it('ends with the hop', async () => {
    const connection = await home.connector().connect(device({ jump: 'outer,inner' }), signal);
    const closed = new Promise<void>((resolve) => connection.client.once('close', () => resolve()));
    sshd.cut();
    await closed;
  });

  it('leaves nothing open where it is cancelled on the way', async () => {
    await until(() => sessions() === 0);
    for (const last of ['name', 'tcp', 'banner', 'host_key']) {
      const abort = new AbortController();
      const connecting = home.connector().connect(device({ jump: 'outer,inner' }), abort.signal, ({ step }) => {
        if (step === last) abort.abort();
      });
      await expect(connecting).rejects.toMatchObject({ kind: 'cancelled' });
    }
    await until(() => sessions() === 0);
  });

  it('may be a ProxyCommand, which ends with the connection', async () => {
    home.write(
      'relay.cjs',
      `const s = require('net').connect(+process.argv[3], process.argv[2]); process.stdin.pipe(s); s.pipe(process.stdout);`,
    );
    const relay = home.path('relay.cjs');
    home.write('config', `ProxyCommand sh -c '"${process.execPath}" "$0" "$@"; true' ${relay} %h %p\n`);
    const relays = (): number => processes().filter(({ argv }) => argv.includes(relay)).length;
    const connection = await home.connector().connect(device(), signal);
    expect(await run(connection, 'echo through')).toBe('through');
    expect(relays()).toBeGreaterThan(0);
    connection.close();
    await until(() => relays() === 0);
  });

  it('may be ssh -W', async () => {
    const { port, user, identityFile } = sshd;
    const options = `-F /dev/null -o UserKnownHostsFile=${home.knownHosts} -i ${identityFile} -p ${String(port)}`;
    home.write('config', `ProxyCommand ssh ${options} -W [%h]:%p ${user}@${outer}\n`);
    expect((await attempt(home.connector(), device())).failure).toBeUndefined();
  });

  it.each(['exit 3', 'no-such-program-here', 'echo not ssh'])('says that a ProxyCommand ended: %s', async (command) => {
    home.write('config', `ProxyCommand ${command}\n`);
    const { failure, steps } = await attempt(home.connector(), device());
    expect(failure).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('ProxyCommand') });
    expect(told(steps).at(-1)).toBe('banner failed');
  });

  it('never runs a ProxyCommand for a device that came from elsewhere', async () => {
    home.write('config', `ProxyCommand touch ${home.path('ran')}\n`);
    const origin = 'client';
    const { failure } = await attempt(home.connector(), { ...device(), origin });
    expect(failure?.kind).toBe('not_allowed');
    expect(existsSync(home.path('ran'))).toBe(false);
  });
});
