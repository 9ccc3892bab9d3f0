import { describe, expect, it } from '@jest/globals';
import { parseNvpmodelConf } from '../../../src/core/jetson/nvpmodel-conf.js';
import { nvpmodelOutcome, outputIn } from '../../../src/core/jetson/nvpmodel-outcome.js';
import { chooseMode } from '../../../src/core/jetson/power-mode-choice.js';
import { notInForce } from '../../../src/core/jetson/power-mode-limits.js';
import { powerSwitch, rebootPatience } from '../../../src/core/jetson/power-switch.js';
import type { PowerSwitchState } from '../../../src/core/probes/power-switch.js';
import { modeFile } from '../../tools/hardware/boards.js';

type Modes = readonly (readonly [name: string, mask?: number])[];

/** Modes by id with their TPC masks, as the facts list them. */
const modules: Readonly<Record<string, Modes>> = {
  'agx-thor': [
    ['MAXN', 64],
    ['120W', 64],
    ['90W', 15873],
    ['70W', 15873],
  ],
  'agx-orin-64gb': [
    ['MAXN', 0],
    ['MODE_15W', 248],
    ['MODE_30W', 240],
    ['MODE_50W', 0],
  ],
  'agx-orin-32gb': [
    ['MAXN', 128],
    ['MODE_15W', 248],
    ['MODE_30W', 240],
    ['MODE_40W', 128],
  ],
  'orin-nx-16gb': [
    ['MAXN_SUPER', 240],
    ['10W', 252],
    ['15W', 252],
    ['25W', 240],
    ['40W', 240],
  ],
  'orin-nx-8gb': [
    ['MAXN', 240],
    ['10W', 252],
    ['15W', 252],
    ['20W', 240],
  ],
  'orin-nano-8gb': [
    ['15W', 240],
    ['25W', 240],
    ['MAXN_SUPER', 240],
    ['7W', 252],
  ],
  'orin-nano-4gb': [
    ['10W', 252],
    ['7W_AI', 252],
    ['7W_CPU', 252],
  ],
  'xavier-nx': [
    ['MODE_15W_2CORE', 1],
    ['MODE_15W_4CORE', 1],
    ['MODE_10W_DESKTOP', 1],
    ['MODE_20W_6CORE', 1],
  ],
  'agx-xavier': [
    ['MAXN', 0],
    ['MODE_10W', 5],
    ['MODE_15W', 0],
    ['MODE_30W_ALL', 0],
    ['MODE_15W_DESKTOP', 0],
  ],
  tx2: [['MAXN'], ['MAXQ'], ['MAXP_CORE_ALL'], ['MAXP_CORE_ARM'], ['MAXP_CORE_DENVER']],
  nano: [['MAXN'], ['5W']],
};
const reboots: Readonly<Record<string, readonly string[]>> = {
  'agx-thor': ['0>2', '0>3', '1>2', '1>3', '2>0', '2>1', '3>0', '3>1'],
  'agx-orin-64gb': ['0>1', '0>2', '1>0', '1>2', '1>3', '2>0', '2>1', '2>3', '3>1', '3>2'],
  'agx-orin-32gb': ['0>1', '0>2', '1>0', '1>2', '1>3', '2>0', '2>1', '2>3', '3>1', '3>2'],
  'orin-nx-16gb': ['0>1', '0>2', '1>0', '1>3', '1>4', '2>0', '2>3', '2>4', '3>1', '3>2', '4>1', '4>2'],
  'orin-nx-8gb': ['0>1', '0>2', '1>0', '1>3', '2>0', '2>3', '3>1', '3>2'],
  'orin-nano-8gb': ['0>3', '1>3', '2>3', '3>0', '3>1', '3>2'],
  'agx-xavier': ['0>1', '1>0', '1>2', '1>3', '1>4', '2>1', '3>1', '4>1'],
};

const confOf = (module: string): ReturnType<typeof parseNvpmodelConf> => {
  const gpu = module === 'nano' ? '57000000.gpu' : '17000000.gpu';
  const rows = (modules[module] ?? []).map(([name, mask], id) =>
    mask === undefined ? ([id, name, 4, -1, -1] as const) : ([id, name, 4, -1, -1, mask] as const),
  );
  return parseNvpmodelConf(`< PARAM TYPE=CLOCK NAME=GPU >\nMAX_FREQ /sys/devices/x/${gpu}/max_freq\n${modeFile(rows)}`);
};
const stateOf = (module: string, id: number, masks: readonly string[] = []): PowerSwitchState => ({
  query: {
    settings: masks.map((real) => ({ param: 'TPC_POWER_GATING', arg: 'TPC_PG_MASK', real, configured: '0' })),
    unreadable: [],
    unknown: [],
  },
  conf: confOf(module),
  confStatus: 'ok',
  current: { id, from: 'nvpmodel' },
  stopping: false,
});

describe('every switch of every module', () => {
  it.each(Object.keys(modules))('%s: reboots where the masks differ, and nowhere else', (module) => {
    const ids = (modules[module] ?? []).map((_, id) => id);
    const taking = ids.flatMap((from) =>
      ids.flatMap((to) => {
        const { reboots: kind } = powerSwitch(stateOf(module, from), `${modules[module]?.[to]?.[0]}`, undefined);
        return kind === 'foreseen' ? [`${from}>${to}`] : [];
      }),
    );
    expect(taking).toEqual(reboots[module] ?? []);
  });

  it('believes the mask in force more than the definition of the present mode', () => {
    expect(powerSwitch(stateOf('orin-nano-8gb', 3, ['240']), '15W', undefined).reboots).toBe('never');
    expect(powerSwitch(stateOf('orin-nano-8gb', 0, ['252']), '25W', undefined).reboots).toBe('foreseen');
  });

  it('waits the longer the bigger the board', () => {
    const patience = ['tegra210', 'tegra194', 'tegra264', undefined].map(
      (soc) => rebootPatience({ ...stateOf('nano', 0), soc }).patienceMs,
    );
    expect(patience).toEqual([240_000, 300_000, 600_000, 360_000]);
  });
});

describe('what is not in force', () => {
  it('leaves out the clock of cores that the mode switches off', () => {
    const conf = parseNvpmodelConf(
      ['0', '4']
        .map(
          (core) =>
            `< PARAM TYPE=CLOCK NAME=CPU_${core} >\nMAX_FREQ /sys/devices/system/cpu/cpu${core}/cpufreq/scaling_max_freq`,
        )
        .join('\n'),
    );
    const off = { param: 'CPU_ONLINE', arg: 'CORE_4', real: '0', configured: '0' };
    const clock = (core: number): typeof off => ({
      param: `CPU_${core}`,
      arg: 'MAX_FREQ',
      real: '2000000',
      configured: '1000000',
    });
    expect(notInForce(conf, [off, clock(0), clock(4)])).toEqual([
      { setting: 'CPU_0 MAX_FREQ', is: '2000000', modeWants: '1000000' },
    ]);
    expect(notInForce(conf, [{ ...off, real: '1', configured: '1' }, clock(4)])).toHaveLength(1);
    expect(notInForce(undefined, [off, clock(4)])).toHaveLength(1);
  });
});

describe('what a mode is called', () => {
  it.each([
    ['agx-xavier', '15w', 'MODE_15W'],
    ['agx-xavier', 15, 'MODE_15W'],
    ['agx-xavier', '30W_all', 'MODE_30W_ALL'],
    ['agx-orin-64gb', '50', 'MODE_50W'],
    ['agx-orin-64gb', '50 watts', 'MODE_50W'],
    ['nano', 10, 'MAXN'],
    ['nano', 'maxn', 'MAXN'],
    ['nano', 5, '5W'],
    ['nano', 1, '5W'],
    ['tx2', 7.5, 'MAXQ'],
    ['xavier-nx', 10, 'MODE_10W_DESKTOP'],
  ])('%s: %s is %s', (module, wanted, name) => expect(chooseMode(confOf(module), wanted).name).toBe(name));

  it.each([
    ['xavier-nx', '15W', 'MODE_15W_2CORE (id 0), MODE_15W_4CORE (id 1)'],
    ['orin-nano-4gb', 7, '7W_AI (id 1), 7W_CPU (id 2)'],
    ['tx2', 15, 'MAXP_CORE_ALL (id 2), MAXP_CORE_ARM (id 3), MAXP_CORE_DENVER (id 4)'],
  ])('%s: %s is more than one', (module, wanted, list) =>
    expect(() => chooseMode(confOf(module), wanted)).toThrow(
      expect.objectContaining({ kind: 'invalid_input', hint: expect.stringContaining(list) }),
    ),
  );

  it.each([
    ['orin-nx-16gb', 'MAXN'],
    ['nano', '2 W'],
    ['nano', 2],
    ['nano', '1W'],
    ['nano', ''],
  ])('%s: %j is none', (module, wanted) =>
    expect(() => chooseMode(confOf(module), wanted)).toThrow(expect.objectContaining({ kind: 'unsupported' })),
  );
});

describe('what nvpmodel -m printed', () => {
  const read = (text: string): string =>
    nvpmodelOutcome({ stdout: new TextEncoder().encode(text), stderr: new Uint8Array() });
  const asked = 'NVPM WARN: Reboot required for changing to this power mode: 1\n';
  it.each([
    ['', 'silent'],
    ['NVPM ERROR: something\n', 'silent'],
    [asked, 'rebooting'],
    [`${asked}NVPM ERROR: bad input!\n`, 'reboot_refused'],
    [`${asked}NVPM WARN: rebooting\n`, 'rebooting'],
  ])('%j means %s', (text, outcome) => expect(read(text)).toBe(outcome));

  it('finds it in the cause of a failure, and in nothing else', () => {
    const output = { exitCode: 1, stdout: new Uint8Array(), stderr: new Uint8Array(), truncated: false };
    expect(outputIn(output)).toBe(output);
    for (const other of [undefined, null, 'text', new Error('x'), { exitCode: 1 }, { ...output, stderr: '' }])
      expect(outputIn(other)).toBeUndefined();
  });
});
