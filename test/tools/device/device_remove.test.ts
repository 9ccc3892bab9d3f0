import { describe, expect, it } from '@jest/globals';
import { DeviceAdd } from '../../../tools/device/device_add.js';
import { DeviceRemove } from '../../../tools/device/device_remove.js';
import { FakeDesk } from '../../fakes/fake-desk.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';
import { run } from './inventory-tools.js';

const tool = new DeviceRemove();

describe('device_remove', () => {
  it('takes a plain device out, and device_add brings it back', async () => {
    const plain = deviceEntry('a', {
      settings: { port: 22 },
      labels: { site: 'lab' },
      groups: ['g'],
      origin: 'client',
    });
    const desk = new FakeDesk([plain]);
    const { says, steps, undo, data } = await run(tool, desk, {});
    expect(says).toEqual(['leaves the fleet file']);
    expect(steps).toEqual([[{ edit: 'remove', device: 'a' }]]);
    expect([data, desk.entries]).toEqual([[{ removed: true }], []]);
    await run(new DeviceAdd(), desk, new DeviceAdd().spec.input.parse(undo[0]!.arguments));
    expect(desk.entries).toEqual([plain]);
  });

  it('says what is lost and cannot be brought back', async () => {
    const desk = new FakeDesk([
      deviceEntry('a', { settings: { password: 'env:P', hostKeys: 'strict' } }),
      deviceEntry('b', { settings: { jump: 'a' } }),
      deviceEntry('c', { settings: { jump: 'a' } }),
    ]);
    const { says, undo } = await run(tool, desk, {});
    expect(says).toEqual([
      'leaves the fleet file; b and 1 more jump through it; takes its password and host key out with it, to be set again by hand',
      'leaves the fleet file; how it is reached and trusted is lost with it',
      'leaves the fleet file; how it is reached and trusted is lost with it',
    ]);
    expect(undo).toEqual([undefined, undefined, undefined]);
  });
});
