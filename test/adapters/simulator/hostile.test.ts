import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import fc from 'fast-check';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import { PlainClient } from './plain-client.js';
import { runs } from '../../setup/runs.js';

const seed = 20_261_120;

describe('a hostile client of the simulator', () => {
  let sim: Simulator;
  const login = (): Promise<PlainClient> =>
    PlainClient.connect(sim.devices[0]!, { username: 'root', privateKey: sim.clientKey.privateKey });

  beforeAll(async () => {
    sim = await startSimulator({ devices: [{ name: 'orin-1', board: 'orin-nx' }] });
  });
  afterAll(() => sim.close());

  const stillAnswers = async (): Promise<void> => {
    const client = await login();
    expect(await client.run('id -u')).toMatchObject({ code: 0, stdout: '0\n' });
    client.end();
  };

  it('sends random bytes to a session shell and as a command: every one ends, and the server lives', async () => {
    const client = await login();
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.string({ unit: 'binary', maxLength: 80 }),
        async (bytes, text) => {
          await client.run('exec /bin/sh', Buffer.from(bytes));
          if (!text.includes('\0')) await client.run(text);
        },
      ),
      { seed, numRuns: runs(150) },
    );
    client.end();
    await stillAnswers();
  });

  it('sends lines that never end, with and without an open quote: the session ends', async () => {
    for (const start of ['', "'", '"', "printf '"]) {
      const client = await login();
      const ran = await client.run('exec /bin/sh', `${start}${'x'.repeat(3 * 1024 * 1024)}`);
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      client.end();
    }
    await stillAnswers();
  });

  it('sends patterns and nesting that could keep it busy', async () => {
    const client = await login();
    const stars = `/sys/${'*?'.repeat(200)}x`;
    expect((await client.run(`grep -asHZ -d skip -D skip '' -- ${stars} /[z-a] /[`)).code).toBe(1);
    let nested = 'id -u';
    for (let depth = 0; depth < 8; depth++) nested = `sudo -n -- /bin/sh -c '${nested.replaceAll("'", `'\\''`)}'`;
    expect(await client.run(nested)).toMatchObject({ code: 127, stdout: '' });
    client.end();
    await stillAnswers();
  });

  it('speaks no SSH, or hangs up in the middle of it', async () => {
    const { host, port } = sim.devices[0]!;
    for (const first of [
      'GET / HTTP/1.1\r\n\r\n',
      'SSH-2.0-x\r\n',
      'SSH-2.0-x\r\n\0\0\0\0garbage',
      '\xff'.repeat(100_000),
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, host, () => {
          socket.write(first);
          setTimeout(() => socket.destroy(), 20);
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
      });
    }
    await stillAnswers();
  });

  it('goes away while programs run: nothing is left behind', async () => {
    for (let round = 0; round < 5; round++) {
      const client = await login();
      const channel = await client.channel("/bin/sh -c 'x' jetfleet-run - - tegrastats --interval 5");
      await new Promise((resolve) => channel.once('data', resolve));
      client.client.destroy();
    }
    await stillAnswers();
    for (let tries = 0; sim.openLinks() > 0 && tries < 100; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sim.openLinks()).toBe(0);
  });
});
