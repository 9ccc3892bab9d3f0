import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { simulatorPassword } from '../../../src/adapters/simulator/device/account.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import { PlainClient } from './plain-client.js';

const secret = simulatorPassword;

describe('the faults of a simulated device', () => {
  let sim: Simulator;
  const clients: PlainClient[] = [];

  beforeEach(async () => {
    sim = await startSimulator({ devices: [{ name: 'nano-1', board: 'nano' }] });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end();
    await sim.close();
  });
  const login = async (username = 'ops', config = {}): Promise<PlainClient> => {
    const client = await PlainClient.connect(sim.devices[0]!, { username, password: secret, ...config });
    clients.push(client);
    return client;
  };

  it('slow: the answer comes, after that of a device that is not slow', async () => {
    const client = await login();
    const quick = await startSimulator({ devices: [{ name: 'nano-2', board: 'nano' }] });
    const other = await PlainClient.connect(quick.devices[0]!, { username: 'ops', password: secret });
    await sim.setFault('nano-1', { kind: 'slow', latencyMs: 600 });
    const order: string[] = [];
    const run = async (name: string, by: PlainClient): Promise<void> => {
      expect(await by.run('id -u')).toMatchObject({ code: 0, stdout: '1000\n' });
      order.push(name);
    };
    await Promise.all([run('slow', client), run('quick', other)]);
    expect(order).toEqual(['quick', 'slow']);
    await sim.setFault('nano-1', undefined);
    await run('again', client);
    other.end();
    await quick.close();
  });

  it('drop: part of the answer, then the link is gone; the next connection is as before', async () => {
    const client = await login();
    const whole = (await client.run('df -l -B1 --output=fstype,size,used,avail,itotal,iused,source,target')).stdout;
    await sim.setFault('nano-1', { kind: 'drop' });
    const cut = await client.run('df -l -B1 --output=fstype,size,used,avail,itotal,iused,source,target');
    expect(cut.code).toBeUndefined();
    expect(cut.stdout.length).toBeLessThan(whole.length);
    expect(cut.stdout).toBe(whole.slice(0, cut.stdout.length));
    await sim.setFault('nano-1', undefined);
    expect((await (await login()).run('id -u')).code).toBe(0);
  });

  it('refuse tcp: the port is closed, open links are cut, and the same port comes back', async () => {
    const { port } = sim.devices[0]!;
    const client = await login();
    const gone = new Promise<void>((resolve) => client.client.on('close', () => resolve()));
    await sim.setFault('nano-1', { kind: 'refuse', at: 'tcp' });
    await gone;
    await expect(login()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await sim.setFault('nano-1', undefined);
    expect((await (await login()).run('id -u')).code).toBe(0);
    expect(sim.devices[0]!.port).toBe(port);
  });

  it('refuse auth: nobody gets in', async () => {
    await sim.setFault('nano-1', { kind: 'refuse', at: 'auth' });
    await expect(login()).rejects.toMatchObject({ level: 'client-authentication' });
    await expect(login('root')).rejects.toMatchObject({ level: 'client-authentication' });
  });

  it('silent: TCP is accepted and nothing is said; an open link answers when it is over', async () => {
    const client = await login();
    await sim.setFault('nano-1', { kind: 'silent' });
    const held = client.run('id -u');
    await expect(login('ops', { readyTimeout: 200 })).rejects.toMatchObject({ level: 'client-timeout' });
    const { host, port } = sim.devices[0]!;
    const said = await new Promise<number>((resolve) => {
      const socket = connect(port, host, () => socket.write('SSH-2.0-test\r\n'));
      let bytes = 0;
      socket.on('data', (chunk) => (bytes += chunk.length));
      setTimeout(() => {
        socket.destroy();
        resolve(bytes);
      }, 100);
    });
    expect(said).toBe(0);
    await sim.setFault('nano-1', undefined);
    expect(await held).toMatchObject({ code: 0, stdout: '1000\n' });
  });

  it('clock_1970: the board counts from its start, uptime and boot time agree', async () => {
    await sim.setFault('nano-1', { kind: 'clock_1970' });
    const client = await login();
    const { stdout } = await client.run('/bin/sh', "grep -asHZ -d skip -D skip '' -- /proc/stat /proc/uptime\n");
    expect(stdout).toContain('/proc/stat\0btime 0\n');
  });

  it('is there from the start where the device is made so', async () => {
    const broken = await startSimulator({
      devices: [
        { name: 'closed', board: 'tx2', fault: { kind: 'refuse', at: 'tcp' } },
        { name: 'mute', board: 'tx2', fault: { kind: 'silent' } },
      ],
    });
    const [closed, mute] = broken.devices;
    const config = { username: 'ops', password: secret, readyTimeout: 200 };
    await expect(PlainClient.connect(closed!, config)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(PlainClient.connect(mute!, config)).rejects.toMatchObject({ level: 'client-timeout' });
    await broken.setFault('closed', undefined);
    (await PlainClient.connect(closed!, config)).end();
    await broken.close();
  });

  it('takes any account that exists, by password, key or keyboard, and no other', async () => {
    const { privateKey } = sim.clientKey;
    await login('guest', { password: undefined, privateKey });
    await login('guest', { password: secret });
    const typed = PlainClient.connect(sim.devices[0]!, { username: 'ops', tryKeyboard: true }, [secret]);
    clients.push(await typed);
    await expect(login('guest', { password: 'wrong' })).rejects.toMatchObject({ level: 'client-authentication' });
    await expect(login('nobody')).rejects.toMatchObject({ level: 'client-authentication' });
    await expect(sim.setFault('other', undefined)).rejects.toMatchObject({ kind: 'unknown_device' });
  });

  it('opens an account with listed keys to those keys only', async () => {
    const other = await startSimulator({ devices: 1, seed: 'other' });
    await other.close();
    const keyed = await startSimulator({
      devices: [
        {
          name: 'n',
          board: 'nano',
          accounts: [{ name: 'jet', sudo: 'none', keys: [`${sim.clientKey.publicKey} a comment`] }],
        },
      ],
    });
    const [device] = keyed.devices;
    const client = await PlainClient.connect(device!, { username: 'jet', privateKey: sim.clientKey.privateKey });
    client.end();
    for (const config of [{ privateKey: other.clientKey.privateKey }, { password: '' }]) {
      await expect(PlainClient.connect(device!, { username: 'jet', ...config })).rejects.toMatchObject({
        level: 'client-authentication',
      });
    }
    await keyed.close();
  });

  it('refuses the eleventh session of a link, as OpenSSH does', async () => {
    const client = await login();
    const open = await Promise.all(Array.from({ length: 10 }, () => client.channel('exec /bin/sh')));
    await expect(client.channel('id -u')).rejects.toThrow();
    const closed = new Promise((resolve) => open[0]!.on('close', resolve));
    open[0]!.resume().end();
    await closed;
    expect((await client.run('id -u')).code).toBe(0);
  });
});
