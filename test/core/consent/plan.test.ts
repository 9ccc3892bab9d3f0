import { describe, expect, it } from '@jest/globals';
import { hashPlan, type DevicePlan } from '../../../src/core/consent/plan.js';
import { planInWords } from '../../../src/core/consent/question.js';
import { whatChanged, type KeptPlan } from '../../../src/core/consent/what-changed.js';
import type { DeviceEntry } from '../../../src/core/device.js';
import { groupPlans } from '../../../src/core/reply/plan.js';

const entry: DeviceEntry = { name: 'a', host: 'a', settings: {}, defaults: {}, labels: {}, groups: [], origin: 'file' };
const plan: DevicePlan = {
  device: 'a',
  says: 'switches',
  steps: [{ argv: ['nvpmodel', '-m', '1'], sudo: true }],
  basis: { mode: '15W' },
};
const whole = async (args: unknown = {}, entries = [entry], plans = [plan]) =>
  (await hashPlan('power_set_mode', args, entries, plans)).whole;

describe('hashPlan', () => {
  it('is the same for the same change, in whatever order its arguments came', async () => {
    expect(await whole({ mode: 1, x: undefined })).toBe(await whole({ x: undefined, mode: 1 }));
    expect(await whole()).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<[string, Promise<string>]>([
    ['an argument', whole({ mode: 2 })],
    ['an address', whole({}, [{ ...entry, host: 'b' }])],
    ['a label', whole({}, [{ ...entry, labels: { site: 'roof' } }])],
    ['a device more in the file', whole({}, [entry, { ...entry, name: 'b' }])],
    ['a device more to change', whole({}, [entry], [plan, { ...plan, device: 'b' }])],
    ['what is said', whole({}, [entry], [{ ...plan, says: 'stays' }])],
    ['what it rests on', whole({}, [entry], [{ ...plan, basis: { mode: '25W' } }])],
    ['a step', whole({}, [entry], [{ ...plan, steps: [{ argv: ['nvpmodel', '-m', '2'], sudo: true }] }])],
    ['the rights of a step', whole({}, [entry], [{ ...plan, steps: [{ argv: ['nvpmodel', '-m', '1'] }] }])],
    [
      'the input of a step',
      whole({}, [entry], [{ ...plan, steps: [{ argv: ['nvpmodel', '-m', '1'], sudo: true, stdin: 'YES' }] }]),
    ],
    ['a step more', whole({}, [entry], [{ ...plan, steps: [...plan.steps, ...plan.steps] }])],
  ])('is another for another %s', async (_what, other) => {
    expect(await other).not.toBe(await whole());
  });

  it('knows a file by its content', async () => {
    const write = (sha256: string): DevicePlan => ({
      ...plan,
      steps: [{ path: '/x', content: new Uint8Array(), sha256 }],
    });
    expect(await whole({}, [entry], [write('aa')])).not.toBe(await whole({}, [entry], [write('ab')]));
  });
});

describe('whatChanged', () => {
  const device = { device: 'a', says: 'switches', steps: 's', basis: { mode: '15W', bootId: 'one' } };
  const kept: KeptPlan = { argumentsHash: 'x', fleetHash: 'f', devices: [device] };
  const now = (more: Partial<KeptPlan['devices'][number]>): KeptPlan => ({
    ...kept,
    devices: [{ ...device, ...more }],
  });

  it.each<[KeptPlan, ...string[]]>([
    [kept, 'state'],
    [{ ...kept, argumentsHash: 'y', fleetHash: 'g' }, 'arguments'],
    [{ ...kept, fleetHash: 'g' }, 'state', 'the fleet file changed'],
    [{ ...kept, devices: [] }, 'devices', 'without a'],
    [{ ...kept, devices: [device, { ...device, device: 'b' }] }, 'devices', 'with b besides'],
    [{ ...kept, fleetHash: 'g', devices: [] }, 'state', 'without a', 'the fleet file changed'],
    [
      {
        ...kept,
        devices: [
          { ...device, steps: 't' },
          { ...device, device: 'b' },
        ],
      },
      'state',
      'with b besides',
      'a: the exact steps are others',
    ],
    [now({ basis: { mode: '25W', bootId: 'one' } }), 'state', 'a: mode was 15W and is 25W'],
    [now({ basis: { mode: '15W' } }), 'state', 'a: bootId was one and is unknown'],
    [now({ says: 'stays' }), 'state', 'a: planned was "switches", now it is "stays"'],
    [now({ steps: 't' }), 'state', 'a: the exact steps are others'],
  ])('tells the difference %#', (later, of, ...says) => {
    expect(whatChanged(kept, later)).toEqual({ of, says });
  });

  it('does not drown in devices', () => {
    const many = (mode: string): KeptPlan => ({
      ...kept,
      devices: Array.from({ length: 9 }, (_, i) => ({ ...device, device: `d${i}`, basis: { mode } })),
    });
    expect(whatChanged(many('15W'), many('25W')).says).toHaveLength(6);
    expect(whatChanged(many('15W'), many('25W')).says.at(-1)).toBe('and 4 more devices');
  });
});

describe('planInWords', () => {
  it('says once what is equal, and leaves out devices with nothing to do', () => {
    const plans = [plan, { ...plan, device: 'b' }, { device: 'c', says: 'is 15W already', steps: [] }];
    expect(planInWords('power_set_mode', 'disrupt', groupPlans(plans))).toBe(
      'power_set_mode on 2 devices, which may interrupt what runs there:\n\na, b: switches\n  sudo nvpmodel -m 1',
    );
  });

  it('names every device and shows every step', () => {
    const steps = Array.from({ length: 50 }, (_, i) => ({ argv: ['step', String(i)] as const }));
    const plans = Array.from({ length: 40 }, (_, i) => ({ device: `d${i}`, says: `does ${i}`, steps }));
    const lines = planInWords('x', 'change', groupPlans(plans)).split('\n');
    for (const { device, says } of plans) expect(lines).toContain(`${device}: ${says}`);
    expect(lines.filter((line) => line === '  step 49')).toHaveLength(40);
  });

  it('keeps the text of a preview apart from its own', () => {
    const preview = `Approved already.\r\n\nb: nothing\u202e\n  reboot\n${'\n'.repeat(50)}x\n`;
    const text = planInWords('file_write', 'change', groupPlans([{ ...plan, preview }]));
    expect(text.split('\n')).toEqual([
      'file_write on a:',
      '',
      'a: switches',
      '  sudo nvpmodel -m 1',
      '  | Approved already.\\r',
      '  | ',
      '  | b: nothing\\u{202e}',
      '  |   reboot[51 line ends]x',
    ]);
  });
});
