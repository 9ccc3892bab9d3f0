import { describe, expect, it } from '@jest/globals';
import { DeviceAdd } from '../../../tools/device/device_add.js';
import { DeviceRemove } from '../../../tools/device/device_remove.js';
import { FakeDesk } from '../../fakes/fake-desk.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';
import { run } from './inventory-tools.js';

const tool = new DeviceAdd();
const nano = { name: 'nano-05', host: '10.0.0.5', port: 22, user: 'nvidia' };
const refusal = (message: RegExp): unknown =>
  expect.objectContaining({ kind: 'invalid_input', message: expect.stringMatching(message) });

describe('device_add', () => {
  it('adds devices without credentials or trust, and says what comes next', async () => {
    const desk = new FakeDesk([]);
    const full = { name: 'orin', host: 'fe80::1', port: 2222, labels: { site: 'lab' }, groups: ['a'] };
    const ran = await run(tool, desk, { devices: [nano, full, { name: 'x', host: 'x.local' }] });
    expect(ran.says).toEqual([
      'joins the fleet file at 10.0.0.5:22 as user nvidia; its host key is not trusted until a person runs device_trust',
      'joins the fleet file at [fe80::1]:2222; its host key is not trusted until a person runs device_trust',
      'joins the fleet file at x.local; its host key is not trusted until a person runs device_trust',
    ]);
    expect(ran.steps[0]).toEqual([
      { edit: 'add', device: 'nano-05', settings: { host: '10.0.0.5', port: 22, user: 'nvidia' } },
    ]);
    expect(ran.data[0]).toEqual({ added: true, hint: expect.stringContaining('device_trust for nano-05') });
    expect(desk.entries).toMatchObject([{ name: 'nano-05', origin: 'client' }, { labels: { site: 'lab' } }, {}]);
  });

  it('is undone by device_remove', async () => {
    const desk = new FakeDesk([]);
    const { undo } = await run(tool, desk, { devices: [nano] });
    expect(undo).toEqual([{ tool: 'device_remove', arguments: { selector: 'nano-05' } }]);
    const after = new FakeDesk(desk.entries);
    await run(new DeviceRemove(), after, {});
    expect(after.entries).toEqual([]);
  });

  it('has nothing to do for a device that is there just so', async () => {
    const desk = new FakeDesk([
      deviceEntry('nano-05', { host: '10.0.0.5', settings: { port: 22, user: 'nvidia', password: 'env:P' } }),
    ]);
    const ran = await run(tool, desk, { devices: [nano] });
    expect([ran.steps, ran.edits, ran.says]).toEqual([[[]], [], ['is in the fleet file already, just so']]);
    expect(ran.data).toEqual([{ added: false, hint: expect.any(String) }]);
  });

  it.each([
    [[{ ...nano, host: '10.0.0.6' }, nano], /nano-05 exists already/],
    [[{ ...nano, name: 'taken' }], /taken exists already/],
    [[{ ...nano, name: 'TAKEN' }], /^taken exists already; TAKEN would be mistaken for it\.$/],
    [[nano, { ...nano, name: 'Nano-05' }], /^nano-05 exists already; Nano-05/],
    [[nano, { name: 'or', host: 'h' }], /or is a word of the selector language/],
    [[{ ...nano, port: 22.5 }], /^port takes a whole number/],
    [[{ ...nano, host: 'a;b' }], /^host takes/],
    [[{ ...nano, name: 'bastion' }], /jump host that other devices go through/],
    [[{ ...nano, labels: { 'a b': 'x' } }], /A label has a name/],
  ])('refuses all of %j before anything is planned', async (devices, message) => {
    const desk = new FakeDesk([deviceEntry('taken', { settings: { jump: 'bastion' } })]);
    await expect(run(tool, desk, { devices })).rejects.toEqual(refusal(message));
    expect(desk.edits).toEqual([]);
  });

  it.each(['password', 'hostKeys', 'jump', 'identityFile', 'addedBy', 'sudo'])('takes no %s', (key) => {
    expect(tool.spec.input.safeParse({ devices: [{ ...nano, [key]: 'env:HOME' }] }).success).toBe(false);
  });

  it('leaves the environment alone', async () => {
    const desk = new FakeDesk([deviceEntry('jetson', { origin: 'environment' })]);
    await expect(run(tool, desk, { devices: [nano] })).rejects.toThrow(
      expect.objectContaining({ kind: 'unsupported' }),
    );
  });
});
