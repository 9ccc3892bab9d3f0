import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/core/errors.js';
import { PowerSetMode } from '../../../tools/hardware/power_set_mode.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { nano } from './boards.js';
import { bootIds, SwitchingBoard, type Switching } from './switching-board.js';

const tool = new PowerSetMode();
type Prepared = Awaited<ReturnType<PowerSetMode['prepare']>>;

class Bench {
  readonly board: SwitchingBoard;
  readonly device: FakeDevice;
  constructor(how: Switching = {}) {
    this.board = new SwitchingBoard(how);
    this.device = new FakeDevice('x', this.board.now);
  }
  prepare(args: object): Promise<Prepared> {
    this.device.board = this.board.now;
    return tool.prepare(tool.spec.input.parse(args), this.device, fakeCall());
  }
  async perform(args: object): Promise<{ prepared: Prepared; data: Awaited<ReturnType<PowerSetMode['perform']>> }> {
    const prepared = await this.prepare(args);
    // What is asked after the command is asked of the board as it is then.
    const { board, device } = this;
    const ask = device.ask.bind(device);
    device.ask = (...asked) => {
      device.board = board.now;
      return ask(...asked);
    };
    return { prepared, data: await tool.perform(tool.spec.input.parse(args), prepared, device, fakeCall()) };
  }
  settle({ awaits }: Prepared): ReturnType<PowerSetMode['settle']> {
    if (!awaits) throw new Error('nothing is awaited');
    this.device.board = this.board.now;
    return tool.settle(JSON.parse(JSON.stringify(awaits)) as typeof awaits, this.device, fakeCall());
  }
}

describe('power_set_mode, the plan', () => {
  it('switches without a reboot where the masks are the same, and keeps its hands off the prompt', async () => {
    const bench = new Bench();
    const prepared = await bench.prepare({ mode: '15 w' });
    expect(prepared).toMatchObject({
      says: 'Switches the power mode from 25W to 15W, without a reboot. If the board asks for one (its GPU was in use), nothing is changed.',
      steps: [{ argv: ['nvpmodel', '-m', '0'], sudo: true }],
      basis: { mode: '25W', id: 1, bootId: bootIds[0] },
    });
    expect(prepared.steps[0]).not.toHaveProperty('stdin');
    expect(prepared).not.toHaveProperty('awaits');
    expect(bench.device.ran).toEqual([]);
  });

  it.each(['7w', '7 W', 7, '3'])('tells the policy what the mode %j is really called', async (mode) => {
    const { resolved } = await new Bench().prepare({ mode });
    expect(resolved).toMatchObject({ mode: { is: '7W', also: expect.arrayContaining([3, 7, '7w']) } });
  });

  it('says that it reboots, and why', async () => {
    const prepared = await new Bench().prepare({ mode: 7 });
    expect(prepared.says).toBe(
      'Switches the power mode from 25W to 7W and reboots at once, since TPC_PG_MASK changes from 240 to 252.',
    );
    expect(prepared.steps).toEqual([{ argv: ['nvpmodel', '-m', '3'], sudo: true, stdin: 'YES\n' }]);
    expect(prepared.awaits).toMatchObject({ says: 'switches to 7W and reboots', patienceMs: 360_000 });
  });

  it('is the same when it is made twice', async () => {
    const bench = new Bench();
    expect(await bench.prepare({ mode: '7W' })).toEqual(await bench.prepare({ mode: '7W' }));
  });

  it('warns of the boot that may hang, on the release that has it', async () => {
    const hang = await new Bench({ l4t: '39.2.0' }).prepare({ mode: '7W' });
    expect(hang.says).toMatch(/can hang/);
    expect(hang.awaits?.overdue.hint).toMatch(/6236259/);
    expect((await new Bench({ l4t: '39.2.1' }).prepare({ mode: '7W' })).says).not.toMatch(/can hang/);
  });

  it('has nothing to do in the mode it is in, with or without root', async () => {
    expect(await new Bench({ sudo: 'none' }).prepare({ mode: '25W' })).toMatchObject({
      says: 'The power mode is 25W already.',
      steps: [],
    });
    expect((await new Bench({ limitless: true }).prepare({ mode: '25W' })).says).toMatch(/1 of its settings .* reboot/);
  });

  it.each([
    [{ mode: 'maxn_super' }, 2],
    [{ mode: '3' }, 3],
    [{ mode: 0 }, 0],
    [{ mode: '15W' }, 0],
  ])('takes %j', async (args, id) => {
    expect((await new Bench().prepare(args)).steps[0]?.argv).toEqual(['nvpmodel', '-m', String(id)]);
  });

  it.each(['MAXN', '60W', 99, '-m', '--force', '1; reboot', '$(reboot)'])(
    'refuses %j, and names what there is',
    async (mode) => {
      const bench = new Bench();
      await expect(bench.prepare({ mode })).rejects.toMatchObject({
        kind: 'unsupported',
        hint: expect.stringContaining('15W (id 0), 25W (id 1), MAXN_SUPER (id 2), 7W (id 3)'),
      });
      expect(bench.device.ran).toEqual([]);
    },
  );

  it.each([
    {},
    { mode: '' },
    { mode: 'x'.repeat(41) },
    { mode: '15W', force: true },
    { mode: null },
    { mode: ['15W'] },
  ])('has no room for %j', (args) => expect(() => tool.spec.input.parse(args)).toThrow());

  it('refuses without root, without modes, and a reboot that is forbidden', async () => {
    await expect(new Bench({ sudo: 'none' }).prepare({ mode: '15W' })).rejects.toMatchObject({
      kind: 'not_allowed',
      hint: expect.stringContaining('sudo'),
    });
    await expect(new Bench().prepare({ mode: '7W', reboot: false })).rejects.toMatchObject({ kind: 'unsupported' });
    const bare = new FakeDevice('x', {
      ...nano,
      runs: { 'systemctl is-system-running': { text: '' } },
      missing: ['nvpmodel'],
    });
    await expect(tool.prepare({ mode: '5W' }, bare, fakeCall())).rejects.toMatchObject({ kind: 'unsupported' });
  });

  it('names the call that undoes it', async () => {
    const prepared = await new Bench().prepare({ mode: '7W' });
    expect(tool.inverse({ mode: '7W' }, prepared)).toEqual({ tool: 'power_set_mode', arguments: { mode: '25W' } });
    expect(tool.inverse({ mode: '7W', reboot: true }, prepared)?.arguments).toEqual({ mode: '25W', reboot: true });
  });
});

describe('power_set_mode, carried out', () => {
  it('reports the mode from what nvpmodel says afterwards', async () => {
    const bench = new Bench();
    const { data } = await bench.perform({ mode: '15W' });
    expect(tool.spec.output.parse(data)).toEqual({
      mode: { id: 0, name: '15W', watts: 15 },
      before: '25W',
      rebooted: false,
      says: 'The power mode is 15W, without a reboot.',
    });
    expect(bench.board.stdins).toEqual([undefined]);
  });

  it('answers where there is nothing to do, and runs nothing', async () => {
    const bench = new Bench();
    expect((await bench.perform({ mode: '25W', reboot: true })).data).toEqual({
      mode: { id: 1, name: '25W', watts: 25 },
      before: '25W',
      rebooted: false,
      says: 'The power mode is 25W, as before.',
    });
    expect(bench.device.ran).toEqual([]);
  });

  it('tells that the board asked for a reboot nobody foresaw, and what allows it', async () => {
    const bench = new Bench({ golden: true });
    await expect(bench.perform({ mode: '15W' })).rejects.toMatchObject({
      kind: 'command_failed',
      message: expect.stringMatching(/^The power mode is 25W, not 15W, as before: .*GPU was in use/),
      hint: expect.stringContaining('reboot: true'),
    });
    expect(bench.board.id).toBe(1);
  });

  it('reboots where the board asks and the call allowed it, and not where it does not ask', async () => {
    const asked = new Bench({ golden: true });
    const { prepared, data } = await asked.perform({ mode: '15W', reboot: true });
    expect([data, prepared.says]).toEqual([undefined, expect.stringMatching(/no reboot is foreseen, but/)]);
    asked.board.boot();
    expect(await asked.settle(prepared)).toMatchObject({ mode: { id: 0 }, rebooted: true });
    expect((await new Bench().perform({ mode: '15W', reboot: true })).data).toMatchObject({ rebooted: false });
  });

  it.each([{}, { cut: true }])('waits for the reboot and proves it by boot id and mode: %j', async (how) => {
    const bench = new Bench(how);
    const { prepared, data } = await bench.perform({ mode: '7W' });
    expect([data, bench.board.stdins]).toEqual([undefined, ['YES\n']]);
    expect(await bench.settle(prepared)).toBeUndefined();
    bench.board.boot();
    expect(await bench.settle(prepared)).toEqual({
      mode: { id: 3, name: '7W', watts: 7 },
      before: '25W',
      rebooted: true,
      says: 'The power mode is 7W, after a reboot.',
    });
  });

  it('fails where the board comes back in another mode', async () => {
    const bench = new Bench();
    const { prepared } = await bench.perform({ mode: '7W' });
    bench.board.boot(1);
    await expect(bench.settle(prepared)).rejects.toMatchObject({
      kind: 'command_failed',
      message: 'The power mode is 25W, not 7W, although it rebooted.',
    });
  });

  it('fails where nvpmodel does nothing', async () => {
    await expect(new Bench({ deaf: true }).perform({ mode: '15W' })).rejects.toMatchObject({ kind: 'command_failed' });
    await expect(new Bench({ deaf: true }).perform({ mode: '7W' })).rejects.toMatchObject({ kind: 'command_failed' });
  });

  it('does not take the name for the limits: waits for the boot to end, then says that they disagree', async () => {
    const bench = new Bench({ limitless: true });
    const { prepared } = await bench.perform({ mode: '7W' });
    bench.board.boot();
    bench.board.uptimeSeconds = 20;
    expect(await bench.settle(prepared)).toBeUndefined();
    bench.board.uptimeSeconds = 90;
    expect(await bench.settle(prepared)).toMatchObject({
      notInForce: [{ setting: 'GPU MAX_FREQ', is: '1020000000', modeWants: '408000000' }],
      says: expect.stringContaining('disagree'),
    });
  });

  it('is no failure of the switch that the link broke before anything was sent, nor that the caller left', async () => {
    const bench = new Bench();
    const prepared = await bench.prepare({ mode: '7W' });
    bench.device.board = { failing: new Failure('unreachable', 'No route.', { retry: 'yes' }) };
    await expect(tool.perform({ mode: '7W' }, prepared, bench.device, fakeCall())).rejects.toMatchObject({
      kind: 'unreachable',
    });
    const signal = AbortSignal.abort(new Failure('cancelled', 'Gone.', { retry: 'check_first' }));
    const call = { ...fakeCall(), signal };
    await expect(tool.perform({ mode: '7W' }, prepared, bench.device, call)).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});
