import { describe, expect, it } from '@jest/globals';
import { FanStatus } from '../../../tools/hardware/fan_status.js';
import { FakeDevice, fakeCall, type FakeBoard } from '../../fakes/fake-device.js';
import { nano, orin, orinFiles } from './boards.js';

describe('fan_status', () => {
  const tool = new FanStatus();
  const ask = async (board: FakeBoard): ReturnType<FanStatus['read']> => {
    const answer = await tool.read({}, new FakeDevice('x', board), fakeCall());
    expect(tool.spec.output.parse(answer)).toEqual(answer);
    return answer;
  };
  const conf =
    '<FAN 1>\nFAN_PROFILE quiet {\n0 0 0 0\n50 8 128 2000\n}\nFAN_PROFILE cool {\n0 0 66 1400\n}\nFAN_DEFAULT_PROFILE quiet\nODD THING\n';

  it('tells speed, profile and who steers', async () => {
    const answer = await ask({ ...orin, files: { ...orinFiles, '/etc/nvfancontrol.conf': conf } });
    expect(answer).toMatchObject({
      hasFan: true,
      fans: [{ name: 'pwmfan', pwm: 66, percent: 26, rpm: 1432 }],
      controlledBy: 'nvfancontrol',
      profile: 'cool',
      profileIs: 'in_force',
      profiles: ['quiet', 'cool'],
      curve: [{ celsius: 0, percent: 26 }],
      says: 'The fan turns at 26 % (1432 rpm), steered by nvfancontrol (cool).',
      unknown: ['ODD THING'],
    });
  });

  it('tells the configured profile where the one in force needs root', async () => {
    const answer = await ask({ ...orin, files: { ...orinFiles, '/etc/nvfancontrol.conf': conf }, sudo: 'none' });
    expect(answer).toMatchObject({
      profile: 'quiet',
      profileIs: 'default',
      curve: [
        { celsius: 0, percent: 0 },
        { celsius: 50, percent: 50 },
      ],
    });
    expect(answer.notRead?.[0]?.why).toMatch(/root/);
  });

  it('notices a fan that is told to turn and does not', async () => {
    expect((await ask({ ...orin, files: { ...orinFiles, '/sys/class/hwmon/hwmon4/rpm': '0' } })).says).toMatch(
      /blocked/,
    );
  });

  it('knows the fan of JetPack 4', async () => {
    expect(await ask({ ...nano, sudo: 'nopasswd' })).toMatchObject({
      fans: [{ name: 'pwm-fan', pwm: 0, percent: 0 }],
      controlledBy: 'kernel_or_hand',
      says: 'The fan stands still.',
      notRead: [{ what: 'rpm', why: 'the kernel shows no tachometer' }],
    });
  });

  it('says that a board has no fan', async () => {
    const answer = await ask({ missing: ['nvfancontrol', 'nvpmodel'] });
    expect(answer).toMatchObject({ hasFan: false, fans: [], says: expect.stringMatching(/no fan/) });
    expect(answer).not.toHaveProperty('notRead');
  });
});
