import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/core/errors.js';
import { parseClocksStore } from '../../../src/core/jetson/clocks-store.js';
import { ClocksSet } from '../../../tools/hardware/clocks_set.js';
import { FakeDevice, fakeCall, type FakeBoard } from '../../fakes/fake-device.js';
import { fixture } from '../../app/runner-fixture.js';
import { nano, orin, orinFiles } from './boards.js';

const tool = new ClocksSet();
const store = '/root/l4t_dfs.conf';
const cpu = '/sys/devices/system/cpu/cpufreq/policy0';
const gpu = '/sys/class/devfreq/17000000.gpu';
const idle = '/sys/devices/system/cpu/cpu0/cpuidle/state0/disable';
const stored = (disabled: 0 | 1, cores = 6): string =>
  Array.from({ length: cores }, (_, n) => `/sys/devices/system/cpu/cpu${n}/online:1`).join('\n') +
  `\n/sys/devices/system/cpu/cpu0/cpufreq/scaling_min_freq:729600\n${idle}:${disabled}\n/sys/devices/17000000.gpu/devfreq/17000000.gpu/min_freq:306000000\n`;

/** An Orin with jetson_clocks; `deaf`: it runs and changes nothing; `emcDeaf`: only memory stays as it is. */
function board(more: Record<string, string> = {}, deaf = false, emcDeaf = false): FakeBoard {
  const files: Record<string, string> = { ...orinFiles, ...more };
  const { 'jetson_clocks --show': _shown, ...runs } = orin.runs ?? {};
  const hold = (): void => {
    files[`${cpu}/scaling_min_freq`] = files[`${cpu}/scaling_max_freq`] ?? '';
    files[`${gpu}/min_freq`] = files[`${gpu}/max_freq`] ?? '';
    files[idle] = '1';
  };
  const release = (): void => {
    files[`${cpu}/scaling_min_freq`] = '729600';
    files[`${gpu}/min_freq`] = '306000000';
    files[idle] = '0';
  };
  return {
    ...orin,
    runs,
    files,
    programs: {
      jetson_clocks: ({ argv, stdin }) => {
        if (argv[1] === '--show') {
          const override = files[idle] === '1' && !emcDeaf ? 1 : 0;
          const emc = `EMC MinFreq=204000000 MaxFreq=3199000000 CurrentFreq=665600000 FreqOverride=${override}`;
          return { text: `SOC family:tegra234  Machine:x\n${emc}\n` };
        }
        if (argv[1] === '--store') {
          if (files[store] !== undefined && stdin !== 'y\n') return { text: 'already exists!', exitCode: 1 };
          files[store] = stored(files[idle] === '1' ? 1 : 0);
        } else if (!deaf && argv[1] === '--restore') release();
        else if (!deaf) hold();
        return { text: '' };
      },
    },
  };
}
const held = {
  [`${cpu}/scaling_min_freq`]: '1344000',
  [`${gpu}/min_freq`]: '918000000',
  [idle]: '1',
};
const prepare = (state: 'max' | 'restore', on: FakeBoard): ReturnType<ClocksSet['prepare']> =>
  tool.prepare({ state }, new FakeDevice('x', on), fakeCall());
const argvs = ({ steps }: { steps: readonly { argv: readonly string[] }[] }): string[] =>
  steps.map(({ argv }) => argv.join(' '));

describe('clocks_set', () => {
  it('stores, then holds the clocks, and reads them back', async () => {
    const device = new FakeDevice('x', board());
    const prepared = await tool.prepare({ state: 'max' }, device, fakeCall());
    expect(device.ran).toEqual([]);
    expect(prepared).toMatchObject({
      says: `Runs jetson_clocks: stores the present settings in ${store} and holds CPU, GPU and memory clocks at the highest of the power mode. Warmer; lost at a reboot.`,
      basis: { clocks: 'dynamic', store: 'none' },
    });
    expect(prepared.steps).toEqual([
      { argv: ['jetson_clocks', '--store', store], sudo: true },
      { argv: ['jetson_clocks'], sudo: true },
    ]);
    const data = await tool.perform({ state: 'max' }, prepared, device, fakeCall());
    expect(tool.spec.output.parse(data)).toMatchObject({
      state: 'pinned',
      pinned: { cpu: true, gpu: true, emc: true },
    });
    const back = await tool.prepare({ state: 'restore' }, device, fakeCall());
    expect(await tool.perform({ state: 'restore' }, back, device, fakeCall())).toMatchObject({ state: 'dynamic' });
    expect(device.ran).toEqual([`jetson_clocks --store ${store}`, 'jetson_clocks', `jetson_clocks --restore ${store}`]);
  });

  it('stores over an old file while the clocks scale, and answers the question for it', async () => {
    const { steps, says } = await prepare('max', board({ [store]: stored(1) }));
    expect(steps[0]).toMatchObject({ argv: ['jetson_clocks', '--store', store], stdin: 'y\n' });
    expect(says).toContain('over what is there');
  });

  it('keeps a good store where a part of the clocks is held already', async () => {
    const half = board({ [`${gpu}/min_freq`]: '918000000', [store]: stored(0) });
    expect(argvs(await prepare('max', half))).toEqual(['jetson_clocks']);
    const without = board({ [`${gpu}/min_freq`]: '918000000' });
    expect(argvs(await prepare('max', without))).toEqual([`jetson_clocks --store ${store}`, 'jetson_clocks']);
  });

  it('has nothing to do where they are held, or scale, already', async () => {
    expect(await prepare('max', board(held))).toMatchObject({
      steps: [],
      says: expect.stringMatching(/held at their highest already/),
    });
    expect((await prepare('restore', board())).steps).toEqual([]);
  });

  it.each([
    ['does not exist', {}],
    ['was stored while the clocks were already held', { [store]: stored(1) }],
    ['was stored in a power mode with other cores on', { [store]: stored(0, 4) }],
    ['is not what jetson_clocks stores', { [store]: 'rm -rf / $(reboot)\n' }],
  ])('does not restore what %s, and says what helps', async (why, files) => {
    await expect(prepare('restore', board({ ...held, ...files }))).rejects.toMatchObject({
      kind: 'unsupported',
      message: `The clocks cannot be restored: ${store} ${why}.`,
      hint: expect.stringContaining('reboot'),
    });
  });

  it('believes the clocks, not jetson_clocks', async () => {
    const device = new FakeDevice('x', board({}, true));
    const prepared = await tool.prepare({ state: 'max' }, device, fakeCall());
    await expect(tool.perform({ state: 'max' }, prepared, device, fakeCall())).rejects.toMatchObject({
      kind: 'command_failed',
      message: 'jetson_clocks ran, but these clocks are not held: cpu, gpu, emc.',
    });
    const deaf = new FakeDevice('y', board({ ...held, [store]: stored(0) }, true));
    const back = await tool.prepare({ state: 'restore' }, deaf, fakeCall());
    await expect(tool.perform({ state: 'restore' }, back, deaf, fakeCall())).rejects.toMatchObject({
      message: 'The settings were restored, but these clocks are still held: cpu, gpu, emc.',
    });
  });

  it('does not take the clocks for held, nor for done, while memory scales', async () => {
    const device = new FakeDevice('x', board(held, false, true));
    const prepared = await tool.prepare({ state: 'max' }, device, fakeCall());
    expect(argvs(prepared)).toEqual([`jetson_clocks --store ${store}`, 'jetson_clocks']);
    await expect(tool.perform({ state: 'max' }, prepared, device, fakeCall())).rejects.toMatchObject({
      message: 'jetson_clocks ran, but these clocks are not held: emc.',
    });
    const stillHeld = new FakeDevice('y', board({ ...held, [store]: stored(0) }, true, true));
    const back = await tool.prepare({ state: 'restore' }, stillHeld, fakeCall());
    await expect(tool.perform({ state: 'restore' }, back, stillHeld, fakeCall())).rejects.toMatchObject({
      message: 'The settings were restored, but these clocks are still held: cpu, gpu.',
    });
  });

  it('holds nothing that could not be stored', async () => {
    const device = new FakeDevice('x', board());
    const prepared = await tool.prepare({ state: 'max' }, device, fakeCall());
    device.board = board({ [store]: stored(0) });
    await expect(tool.perform({ state: 'max' }, prepared, device, fakeCall())).rejects.toMatchObject({
      kind: 'command_failed',
    });
    expect(device.ran).toEqual([`jetson_clocks --store ${store}`]);
  });

  it('that is cut between its two steps says how far it came, and holds nothing', async () => {
    const cut = new Failure('unreachable', 'The link was cut.', { retry: 'yes' });
    const on = board();
    const the = fixture({ x: on }, {}, [tool]);
    const device = the.devices.devices.get('x');
    const args = { selector: 'x', state: 'max' };
    const context = { signal: new AbortController().signal, client: { name: 'test', asks: false } };
    const { reply: plan } = await the.runner.run('clocks_set', { ...args, plan: true }, context);
    const { jetson_clocks: real } = on.programs ?? {};
    if (device)
      device.board = {
        ...on,
        programs: {
          jetson_clocks: (command) => {
            if (command.argv.length === 1) throw cut;
            return real?.(command) ?? { text: '' };
          },
        },
      };
    const { reply } = await the.runner.run('clocks_set', { ...args, token: plan.plan?.token }, context);
    expect(reply.failures).toMatchObject([
      { kind: 'unreachable', retry: 'check_first', message: 'The link was cut. 1 of 2 steps had been sent by then.' },
    ]);
    // It is stored now, and still scales: the same again does all of it.
    expect(argvs(await prepare('max', on))).toEqual([`jetson_clocks --store ${store}`, 'jetson_clocks']);
  });

  it('refuses without root and without clocks', async () => {
    await expect(prepare('max', { ...board(), sudo: 'none' })).rejects.toMatchObject({ kind: 'not_allowed' });
    const none = { ...nano, files: {}, missing: ['jetson_clocks'], sudo: 'nopasswd' as const };
    await expect(prepare('max', none)).rejects.toMatchObject({ kind: 'unsupported' });
  });

  it.each([{}, { state: 'MAX' }, { state: 'max', file: '/etc/shadow' }, { state: 'max; reboot' }])(
    'has no room for %j',
    (args) => expect(() => tool.spec.input.parse(args)).toThrow(),
  );

  const half = { [`${gpu}/min_freq`]: '918000000' };
  it.each([
    ['max', 'restore', 'the clocks scaled', {}],
    ['max', 'restore', 'a good store is kept', { ...half, [store]: stored(0) }],
    ['max', undefined, 'the store would hold held clocks', { ...half, [idle]: '1' }],
    ['max', undefined, 'the store that is kept is of other cores', { ...half, [store]: stored(0, 4) }],
    ['restore', 'max', 'all were held', { ...held, [store]: stored(0) }],
    ['restore', undefined, 'only some were held', { ...half, [store]: stored(0) }],
  ] as const)('%s is undone by %s where %s', async (state, undo, _why, files) => {
    const back = tool.inverse({ state }, await prepare(state, board(files)));
    expect(back?.arguments).toEqual(undo && { state: undo });
  });
});

describe('a store of jetson_clocks', () => {
  it.each([
    ['', undefined],
    ['text', undefined],
    ['/sys/a:1\nrelative:1', undefined],
    ['/sys/a:1\n', { heldClocks: false, coresOn: [] }],
    [stored(1, 2), { heldClocks: true, coresOn: [0, 1] }],
  ])('%j', (text, read) => expect(parseClocksStore(text)).toEqual(read));
});
