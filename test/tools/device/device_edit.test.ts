import { describe, expect, it } from '@jest/globals';
import { DeviceEdit } from '../../../tools/device/device_edit.js';
import { FakeDesk } from '../../fakes/fake-desk.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';
import { run } from './inventory-tools.js';

const tool = new DeviceEdit();
const nano = deviceEntry('nano-01', {
  host: '10.0.0.5',
  settings: {
    port: 22,
    user: 'jet',
    password: 'env:P',
    sudo: { password: 'env:S' },
    jump: 'bastion',
    hostKeys: 'strict',
  },
  labels: { site: 'lab', role: 'arm' },
  groups: ['a'],
});
const plain = deviceEntry('orin', { host: 'orin', settings: { port: 22, user: 'jet' }, labels: { site: 'lab' } });

describe('device_edit', () => {
  it('changes what is asked, touches no credential, and can be undone', async () => {
    const desk = new FakeDesk([nano]);
    const args = { user: 'ada', labels: { role: null, bay: '7', site: 'lab' }, groups: ['b', 'a'] };
    const { says, steps, undo, data } = await run(tool, desk, args);
    expect(says).toEqual(['user becomes ada, label role goes, label bay becomes 7, its groups become b, a']);
    expect(steps).toEqual([
      [
        {
          edit: 'set',
          device: 'nano-01',
          settings: { user: 'ada', labels: { role: null, bay: '7' }, groups: ['b', 'a'] },
        },
      ],
    ]);
    expect(data).toEqual([{ changed: true, detached: [] }]);
    expect(desk.entries[0]).toMatchObject({ settings: { user: 'ada', password: 'env:P' }, origin: 'file' });
    const back = new FakeDesk(desk.entries);
    const { selector, ...rest } = undo[0]!.arguments;
    expect([undo[0]!.tool, selector]).toEqual(['device_edit', 'nano-01']);
    await run(tool, back, rest);
    expect(back.entries).toEqual([nano]);
  });

  it('detaches what belongs to the old address, says so, and cannot take that back', async () => {
    const entries = [nano, deviceEntry('far', { settings: { jump: 'nano-01' } })];
    const desk = new FakeDesk(entries, { selected: ['nano-01'] });
    const { says, undo, data } = await run(tool, desk, { host: '10.0.0.9' });
    expect(says).toEqual([
      'host 10.0.0.5 becomes 10.0.0.9; takes its password, sudo password and host key out of the fleet file; ' +
        'nothing secret goes to the new address until a person runs device_trust; far jumps through it',
    ]);
    expect(undo).toEqual([undefined]);
    expect(data).toEqual([
      {
        changed: true,
        detached: ['password', 'sudo', 'hostKeys'],
        hint: expect.stringContaining('device_trust for nano-01'),
      },
    ]);
    expect(desk.entries[0]).toMatchObject({
      host: '10.0.0.9',
      origin: 'client',
      settings: { port: 22, user: 'jet', jump: 'bastion' },
    });
    expect(desk.entries[0]?.settings).not.toHaveProperty('password');
  });

  it('takes a first port for another address: ~/.ssh/config may have said one', async () => {
    const desk = new FakeDesk([deviceEntry('a', { settings: { password: 'env:P' } })]);
    const { undo } = await run(tool, desk, { port: 22 });
    expect([desk.entries[0]?.settings, desk.entries[0]?.origin, undo]).toEqual([{ port: 22 }, 'client', [undefined]]);
  });

  it('gives a device without credentials its address back', async () => {
    const { undo } = await run(tool, new FakeDesk([plain]), { host: 'h', port: 23 });
    expect(undo).toEqual([{ tool: 'device_edit', arguments: { selector: 'orin', host: 'orin', port: 22 } }]);
  });

  it('has nothing to do where all is so already', async () => {
    const args = { host: '10.0.0.5', port: 22, user: 'jet', labels: { site: 'lab', none: null }, groups: ['a', 'a'] };
    const { steps, edits, says, data } = await run(tool, new FakeDesk([nano]), args);
    expect([steps, edits, says]).toEqual([[[]], [], ['is so already']]);
    expect(data).toEqual([{ changed: false, detached: [] }]);
  });

  it('edits several devices, but gives one address to one only', async () => {
    const desk = new FakeDesk([plain, deviceEntry('b')]);
    await run(tool, desk, { labels: { site: 'roof' } });
    expect(desk.entries.map(({ labels }) => labels['site'])).toEqual(['roof', 'roof']);
    await expect(run(tool, desk, { host: 'h' })).rejects.toThrow('host: several devices cannot have one address.');
    await expect(run(tool, desk, {})).rejects.toThrow('Nothing is to be changed.');
  });

  it.each([[{ host: 'a b' }], [{ port: -1 }], [{ user: 'x:y' }], [{ labels: { all: 'x' } }], [{ groups: ['-'] }]])(
    'refuses %j without an edit',
    async (args) => {
      const desk = new FakeDesk([nano]);
      await expect(run(tool, desk, args)).rejects.toThrow(expect.objectContaining({ kind: 'invalid_input' }));
      expect(desk.edits).toEqual([]);
    },
  );

  it('takes no credential and no name', () => {
    for (const key of ['password', 'hostKeys', 'jump', 'name', 'addedBy']) {
      expect(tool.spec.input.safeParse({ [key]: 'x' }).success).toBe(false);
    }
  });
});
