import { describe, expect, it } from '@jest/globals';
import { curvePwm } from '../../../src/core/jetson/fan-floor.js';
import { FanSet } from '../../../tools/hardware/fan_set.js';
import { FakeDevice, fakeCall, type FakeBoard } from '../../fakes/fake-device.js';
import { zone } from './boards.js';

const tool = new FanSet();
type Args = Parameters<FanSet['prepare']>[0];
type Files = Record<string, string>;
const conf = (profile: string): string =>
  `<FAN 1>\n\tFAN_PROFILE quiet {\n\t0 0 0 0\n\t50 8 77 1600\n\t70 8 128 2000\n\t}\n\tFAN_PROFILE cool {\n\t0 0 66 1400\n\t}\n\tFAN_DEFAULT_PROFILE ${profile}\n`;
const pwm = '/sys/class/hwmon/hwmon4/pwm1';
const [oldPwm, oldControl] = ['/sys/devices/pwm-fan/target_pwm', '/sys/devices/pwm-fan/temp_control'];

interface How {
  readonly celsius?: number | undefined;
  readonly service?: 'active' | 'inactive' | 'failed';
  readonly profile?: string;
  readonly more?: Files;
  /** Steps, by their first two words, that do nothing and fail. */
  readonly broken?: string;
}

/** A board with nvfancontrol, whose programs do what they are told. */
class FanBoard {
  readonly files: Files;
  #service: string;
  readonly #broken: string | undefined;

  constructor({ celsius = 45, service = 'active', profile = 'cool', more = {}, broken }: How = {}) {
    this.#service = service;
    this.#broken = broken;
    this.files = {
      ...(celsius > 0 && zone(0, 'cpu-thermal', String(celsius * 1000))),
      '/sys/class/hwmon/hwmon4/name': 'pwmfan',
      [pwm]: '66',
      [`${pwm}_enable`]: '1',
      '/sys/class/hwmon/hwmon1/name': 'other',
      '/sys/class/hwmon/hwmon1/pwm1': '9',
      '/etc/nvfancontrol.conf': conf(profile),
      ...more,
    };
  }

  get board(): FakeBoard {
    return {
      files: this.files,
      programs: {
        nvpmodel: () => ({ text: 'NV Power Mode: 25W\n1\n' }),
        nvfancontrol: () => ({ text: `FAN1:FAN_PROFILE:${this.#inForce()}\n` }),
        systemctl: ({ argv: [, verb] }) => {
          if (verb === 'is-active') return { text: `${this.#service}\n`, exitCode: this.#service === 'active' ? 0 : 3 };
          if (this.#broken === `systemctl ${verb}`) return { text: '', exitCode: 1 };
          this.#service = verb === 'start' ? 'active' : 'inactive';
          return { text: '' };
        },
        tee: ({ argv: [, path = ''], stdin }) => {
          if (this.#broken === 'tee') return { text: '', exitCode: 1 };
          this.files[path] = String(stdin);
          return { text: String(stdin) };
        },
        sed: ({ argv }) => {
          const [, name = ''] = /\\1 (\w+)\/$/.exec(argv[4] ?? '') ?? [];
          this.files['/etc/nvfancontrol.conf'] = conf(name);
          return { text: '' };
        },
        rm: () => ({ text: '' }),
      },
    };
  }

  #inForce(): string {
    return /FAN_DEFAULT_PROFILE (\w+)/.exec(this.files['/etc/nvfancontrol.conf'] ?? '')?.[1] ?? '';
  }
}

/** A board of JetPack 4. `mode` is nvpmodel's fan mode. */
function oldBoard(mode?: string, control = '1'): FakeBoard & { files: Files } {
  const files: Files = { ...zone(0, 'CPU-therm', '45000'), [oldPwm]: '0', [oldControl]: control };
  let fanMode = mode;
  return {
    files,
    missing: ['nvfancontrol'],
    programs: {
      systemctl: () => ({ text: 'inactive\n', exitCode: 3 }),
      nvpmodel: ({ argv: [, verb, name] }) => {
        if (verb === '-d') fanMode = name;
        return {
          text: `${fanMode === undefined ? 'NVPM WARN: fan mode is not set!' : `NV Fan Mode:${fanMode}`}\nNV Power Mode: MAXN\n0\n`,
        };
      },
      tee: ({ argv: [, path = ''], stdin }) => {
        files[path] = String(stdin);
        return { text: String(stdin) };
      },
    },
  };
}

const plan = (board: FakeBoard, args: Args): ReturnType<FanSet['prepare']> =>
  tool.prepare(args, new FakeDevice('x', board), fakeCall());
const stepsOf = ({ steps }: Awaited<ReturnType<typeof plan>>): string[] =>
  steps.map(({ argv, stdin }) => [...argv, ...(typeof stdin === 'string' ? [`< ${stdin.trim()}`] : [])].join(' '));
async function set(
  board: FakeBoard,
  args: Args,
): Promise<{ steps: string[]; data: Awaited<ReturnType<FanSet['perform']>>; back: unknown }> {
  const device = new FakeDevice('x', board);
  const prepared = await tool.prepare(args, device, fakeCall());
  expect(device.ran).toEqual([]);
  const data = await tool.perform(args, prepared, device, fakeCall());
  expect(tool.spec.output.parse(data)).toEqual(data);
  return { steps: stepsOf(prepared), data, back: tool.inverse(args, prepared)?.arguments };
}
const sedTo = (name: string): string =>
  `sed -i --follow-symlinks -E s/^([[:space:]]*FAN_DEFAULT_PROFILE)[[:space:]]+.*$/\\1 ${name}/ /etc/nvfancontrol.conf`;
const [stop, start] = ['systemctl stop nvfancontrol.service', 'systemctl start nvfancontrol.service'];
const forget = 'rm -f /var/lib/nvfancontrol/status';

describe('fan_set with nvfancontrol', () => {
  it('stops the service for a fixed speed, says that nothing cools then, and gives it back', async () => {
    const fan = new FanBoard();
    expect((await plan(fan.board, { speed: 50 })).says).toBe(
      'Stops nvfancontrol, since it would change the speed again, and sets the fan to 50 %. Nothing raises it when the board gets hot, until fan_set gives it a profile or the board reboots.',
    );
    const { steps, data, back } = await set(fan.board, { speed: 50 });
    expect([steps, back]).toEqual([[stop, `tee ${pwm} < 128`], { profile: 'automatic' }]);
    expect(data.fans).toContainEqual({ name: 'pwmfan', pwm: 128, percent: 50 });
    expect((await plan(fan.board, { speed: 50 })).steps).toEqual([]);
    expect(await set(fan.board, { profile: 'automatic' })).toMatchObject({ steps: [start], back: { speed: 50 } });
    expect(fan.files['/sys/class/hwmon/hwmon1/pwm1']).toBe('9');
  });

  it('leaves it to a person to take away what raises the fan', async () => {
    const wants = async (args: Args): Promise<unknown> => (await plan(new FanBoard().board, args)).person;
    expect(await wants({ speed: 0 })).toBe(true);
    expect(await wants({ speed: 99 })).toBe(true);
    expect(await wants({ speed: 100 })).toBeUndefined();
    expect(await wants({ profile: 'quiet' })).toBeUndefined();
    expect((await plan(oldBoard(), { speed: 50 })).person).toBe(true);
  });

  it('tells the policy what the profile is really called', async () => {
    const shouted = conf('cool').replace('FAN_PROFILE quiet', 'FAN_PROFILE Quiet');
    const { board } = new FanBoard({ more: { '/etc/nvfancontrol.conf': shouted } });
    expect((await plan(board, { profile: 'QUIET' })).resolved).toEqual({ profile: { is: 'Quiet', also: ['quiet'] } });
    expect((await plan(board, { profile: 'Automatic' })).resolved).toMatchObject({ profile: { is: 'automatic' } });
    expect((await plan(board, { speed: 50 })).resolved).toBeUndefined();
  });

  it('takes the fan in hand where another steers it', async () => {
    const fan = new FanBoard({ service: 'inactive', more: { [`${pwm}_enable`]: '2' } });
    expect((await set(fan.board, { speed: 100 })).steps).toEqual([`tee ${pwm}_enable < 1`, `tee ${pwm} < 255`]);
  });

  it('sets a profile that stays, and makes the service forget the one it had', async () => {
    const { steps, data, back } = await set(new FanBoard().board, { profile: 'Quiet' });
    expect(steps).toEqual([sedTo('quiet'), stop, forget, start]);
    expect(data).toMatchObject({ profile: 'quiet', profileIs: 'in_force' });
    expect(back).toEqual({ profile: 'cool' });
  });

  it.each(['inactive', 'failed'] as const)('starts a service that is %s for the profile it has', async (service) => {
    expect((await set(new FanBoard({ service }).board, { profile: 'cool' })).steps).toEqual([forget, start]);
  });

  it.each([{ profile: 'cool' }, { profile: 'automatic' }])('has nothing to do for %j', async (args) => {
    expect((await plan(new FanBoard().board, args)).steps).toEqual([]);
  });

  it('says that the service stands still where it stopped half way', async () => {
    const args = { speed: 50 };
    const device = new FakeDevice('x', new FanBoard({ broken: 'tee' }).board);
    const prepared = await tool.prepare(args, device, fakeCall());
    await expect(tool.perform(args, prepared, device, fakeCall())).rejects.toMatchObject({
      kind: 'command_failed',
      message: 'The fan did not take the speed.',
      hint: expect.stringContaining('nvfancontrol is stopped, so nothing raises the fan'),
    });
    const other = new FakeDevice('y', new FanBoard({ broken: 'systemctl start' }).board);
    const quiet = await tool.prepare({ profile: 'quiet' }, other, fakeCall());
    await expect(tool.perform({ profile: 'quiet' }, quiet, other, fakeCall())).rejects.toMatchObject({
      message: 'The fan did not take the profile.',
      hint: expect.stringContaining('stopped'),
    });
  });
});

describe('fan_set on JetPack 4', () => {
  it('takes the fan from the kernel and gives it back', async () => {
    const board = oldBoard();
    expect(await set(board, { speed: 40 })).toMatchObject({
      steps: [`tee ${oldControl} < 0`, `tee ${oldPwm} < 102`],
      back: { profile: 'automatic' },
    });
    expect((await set(board, { profile: 'automatic' })).steps).toEqual([`tee ${oldControl} < 1`]);
    expect((await plan(board, { profile: 'automatic' })).steps).toEqual([]);
  });

  it('sets the profile of nvpmodel where it has one', async () => {
    const { steps, data } = await set(oldBoard('quiet', '0'), { profile: 'cool' });
    expect(steps).toEqual([`tee ${oldControl} < 1`, 'nvpmodel -d cool']);
    expect(data).toMatchObject({ controlledBy: 'nvpmodel', profile: 'cool' });
    await expect(plan(oldBoard(), { profile: 'cool' })).rejects.toMatchObject({
      kind: 'unsupported',
      hint: 'It has automatic; a fixed speed can be set too.',
    });
  });
});

describe('fan_set refuses', () => {
  it('a speed below the quiet curve while the board is hot, with the numbers', async () => {
    await expect(plan(new FanBoard({ celsius: 70 }).board, { speed: 30 })).rejects.toMatchObject({
      kind: 'not_allowed',
      message: 'The board is at 70 °C, where the quiet curve asks for 51 %; 30 % would overheat it.',
    });
    expect((await plan(new FanBoard({ celsius: 70 }).board, { speed: 51 })).steps.length).toBe(2);
    expect((await plan(new FanBoard({ celsius: 59 }).board, { speed: 0 })).steps.length).toBe(2);
    const limits = { ...fakeCall(), temperatureLimits: { warningCelsius: 50 } };
    const device = new FakeDevice('x', new FanBoard({ celsius: 55 }).board);
    await expect(tool.prepare({ speed: 0 }, device, limits)).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(device.ran).toEqual([]);
  });

  it('a slow fan where it cannot tell how hot the board is, or has no curve but the usual one', async () => {
    const blind = new FanBoard({ celsius: 0 }).board;
    await expect(plan(blind, { speed: 99 })).rejects.toMatchObject({ kind: 'unsupported' });
    expect((await plan(blind, { speed: 100 })).steps.length).toBe(2);
    const old = oldBoard();
    Object.assign(old.files, zone(0, 'CPU-therm', '80000'));
    await expect(plan(old, { speed: 50 })).rejects.toMatchObject({ message: expect.stringContaining('80 °C') });
  });

  it('boards without a fan, without such a profile, without root', async () => {
    const bare: FakeBoard = { missing: ['nvfancontrol', 'nvpmodel', 'systemctl'] };
    await expect(plan(bare, { speed: 100 })).rejects.toMatchObject({ kind: 'unsupported' });
    for (const profile of ['turbo', 'quiet/w /etc/passwd', '../cool', '-n'])
      await expect(plan(new FanBoard().board, { profile })).rejects.toMatchObject({
        kind: 'unsupported',
        hint: 'It has automatic, quiet, cool; a fixed speed can be set too.',
      });
    await expect(plan({ ...new FanBoard().board, sudo: 'none' }, { speed: 100 })).rejects.toMatchObject({
      kind: 'not_allowed',
    });
  });

  it.each([{}, { speed: 50, profile: 'cool' }])('%j', async (args) => {
    await expect(plan(new FanBoard().board, args)).rejects.toMatchObject({ kind: 'invalid_input' });
  });

  it.each([{ speed: -1 }, { speed: 101 }, { speed: 50.5 }, { speed: '50' }, { profile: '' }, { pwm: 255 }])(
    'has no room for %j',
    (args) => expect(() => tool.spec.input.parse(args)).toThrow(),
  );
});

describe('a fan curve', () => {
  const curve = [
    { celsius: 50, pwm: 80 },
    { celsius: 60, pwm: 120 },
  ];
  it.each([
    [40, 80],
    [50, 80],
    [55, 100],
    [60, 120],
    [90, 120],
  ])('at %i °C asks for %i', (celsius, asked) => expect(curvePwm(curve, celsius)).toBe(asked));
  it('without points asks for nothing', () => expect(curvePwm([], 50)).toBe(0));
});
