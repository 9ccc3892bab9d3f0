import { afterEach, expect, it } from '@jest/globals';
import { Failure } from '../../../src/core/errors.js';
import { describeWith } from '../../setup/suite.js';
import { processesWith, until } from '../../setup/processes.js';
import { sshdUnavailable, type SshdOptions } from '../../setup/sshd.js';
import { entryOf, failureOf, never, output, rig, text, type Rig } from './rig.js';

const loopback = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `127.0.7.${String(index + 1)}`);

describeWith(sshdUnavailable(), 'a fleet over real sshds', () => {
  const rigs: Rig[] = [];
  afterEach(async () => {
    await Promise.all(rigs.splice(0).map((each) => each.stop()));
  });
  const start = async (options: SshdOptions = {}): Promise<Rig> => {
    const started = await rig(options);
    rigs.push(started);
    return started;
  };
  const hello = output('echo', 'hello');

  it('opens one link however many calls a cold device gets', async () => {
    const { device, fleet, server, connector } = await start();
    const calls = [
      ...Array.from({ length: 20 }, () => device.ask(hello, never())),
      ...Array.from({ length: 5 }, () => fleet.device('board-1').run({ argv: ['echo', 'hello'] }, never())),
      device.files.stat('/etc/passwd', never()),
      device.sudoKind(never()),
    ];
    await Promise.all(calls);
    expect(connector.attempts).toBe(1);
    expect(server.logins()).toBe(1);
  });

  it('lets one caller go without stopping the connection for the others', async () => {
    const { device, connector } = await start();
    const cancel = new AbortController();
    const first = failureOf(device.ask(hello, cancel.signal));
    const second = device.ask(hello, never());
    cancel.abort(new Failure('timeout', 'Too late.'));
    expect(await first).toMatchObject({ kind: 'timeout', message: 'Too late.' });
    expect(await second).toBe('hello');
    expect(connector.attempts).toBe(1);
  });

  it('stops connecting when nobody waits any more', async () => {
    const { device, server, connector } = await start();
    const cancel = new AbortController();
    const only = failureOf(device.ask(hello, cancel.signal));
    cancel.abort();
    expect(await only).toMatchObject({ kind: 'cancelled' });
    expect(await device.ask(hello, never())).toBe('hello');
    expect(connector.attempts).toBe(2);
    expect(server.logins()).toBe(1);
  });

  it('comes back after sshd was restarted', async () => {
    const { device, server } = await start();
    expect(await device.ask(hello, never())).toBe('hello');
    await server.halt();
    const asked = device.ask(hello, never());
    await server.restart();
    expect(await asked).toBe('hello');
    expect(text((await device.run({ argv: ['echo', 'back'] }, never())).stdout)).toBe('back\n');
  });

  it('answers for the others while a third is down', async () => {
    const { fleet, server, inventory } = await start({ hosts: loopback(20) });
    const down = Array.from({ length: 10 }, (_, index) =>
      entryOf(`down-${String(index)}`, `127.0.8.${String(index + 1)}`, { port: server.port }),
    );
    inventory.change([...inventory.entries, ...down]);
    const names = inventory.entries.map((entry) => entry.name);
    const outcomes = await Promise.allSettled(names.map((name) => fleet.device(name).ask(hello, never())));
    const failed = names.filter((_, index) => outcomes[index]?.status === 'rejected');
    expect(failed).toEqual(down.map((entry) => entry.name));
  });

  it('keeps two fleets apart', async () => {
    const [one, two] = [await start(), await start()];
    one.server.standIn('whoami', 'echo one');
    two.server.standIn('whoami', 'echo two');
    const who = output('whoami');
    expect(await Promise.all([one.device.ask(who, never()), two.device.ask(who, never())])).toEqual(['one', 'two']);
    await one.fleet.close();
    expect(await two.device.ask(who, never())).toBe('two');
  });

  it('knows only the devices of the inventory', async () => {
    const { fleet } = await start();
    const nobody = fleet.device('nobody');
    expect(await failureOf(nobody.ask(hello, never()))).toMatchObject({ kind: 'unknown_device' });
    expect(await failureOf(nobody.diagnose(never()))).toMatchObject({ kind: 'unknown_device' });
  });

  it('leaves a device that was removed, and moves to a changed one, without cutting what runs', async () => {
    const { device, server, inventory } = await start({ hosts: loopback(2) });
    const running = device.run({ argv: ['sh', '-c', 'sleep 0.3; echo done'] }, never());
    await device.ask(hello, never());
    inventory.change([entryOf('board-1', '127.0.7.2')]);
    const address = output('sh', '-c', 'echo $SSH_CONNECTION');
    expect((await device.ask(address, never())).split(' ')[2]).toBe('127.0.7.2');
    expect(text((await running).stdout)).toBe('done\n');
    inventory.change([{ ...entryOf('board-1', '127.0.7.2'), labels: { site: 'lab' } }]);
    await device.ask(hello, never());
    expect(server.logins()).toBe(2);
    inventory.change([]);
    expect(await failureOf(device.ask(hello, never()))).toMatchObject({ kind: 'unknown_device' });
    await until(() => server.running().every((each) => each.argv[0] !== '/bin/sh'));
  });

  it('ends running commands with `cancelled` when it closes, and closes twice', async () => {
    const { device, fleet } = await start();
    const mark = `6${String(process.pid)}1`;
    const run = failureOf(device.run({ argv: ['sleep', mark] }, never()));
    const ask = failureOf(device.ask(output('sleep', mark), never()));
    await until(() => processesWith(mark).filter((each) => each.argv[0] === 'sleep').length === 2);
    await fleet.close();
    await fleet.close();
    expect(await run).toMatchObject({ kind: 'cancelled' });
    expect(await ask).toMatchObject({ kind: 'cancelled' });
    expect(await failureOf(device.ask(hello, never()))).toMatchObject({ kind: 'cancelled' });
    await until(() => processesWith(mark).every((each) => each.argv[0] !== '/bin/sh'));
  });

  it('reports the steps of a connection of its own', async () => {
    const { device, server } = await start();
    const steps = await device.diagnose(never());
    expect(steps.map(({ step, ok }) => [step, ok])).toEqual([
      ['auth', true],
      ['shell', true],
    ]);
    await server.halt();
    expect((await device.diagnose(never())).at(-1)).toMatchObject({ step: 'tcp', ok: false });
  });
});
