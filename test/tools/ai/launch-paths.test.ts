import { describe, expect, it } from '@jest/globals';
import { AiLaunch } from '../../../tools/ai/ai_launch.js';
import type { FakeBoard } from '../../fakes/fake-board.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { launchBoard } from './launch-board.js';

const tool = new AiLaunch();
const tokenFile = '/tmp/m/hf-token';

/** Only root sees where the path leads. */
const leads =
  (path: string, real: string): NonNullable<FakeBoard['programs']>['readlink'] =>
  ({ argv, sudo }) => {
    const asked = argv.at(-1) ?? '';
    if (asked !== path) return { text: `${asked}\n` };
    return sudo === true && real !== '' ? { text: `${real}\n` } : { text: '', exitCode: 1 };
  };
function launch(args: object, answers: object, board: FakeBoard): Promise<unknown> {
  const device = new FakeDevice('nano-01', launchBoard({ answers: { ...answers } }, board).board);
  return tool.prepare(tool.spec.input.parse(args), device, fakeCall());
}
const custom = { model: 'qwen3-4b', image: 'nginx:1', port: 8080, command: ['serve'], tokenFile };

describe('what ai_launch mounts', () => {
  it('is followed as root', async () => {
    await expect(launch(custom, {}, { programs: { readlink: leads(tokenFile, '/etc/shadow') } })).rejects.toMatchObject(
      {
        kind: 'not_allowed',
        message: expect.stringMatching(/^tokenFile: /),
      },
    );
    await expect(
      launch(custom, {}, { programs: { readlink: leads(tokenFile, '/srv/huggingface/token') } }),
    ).resolves.toBeDefined();
  });

  it('is refused where nobody sees where it leads', async () => {
    const unseen = { message: expect.stringMatching(/leads on the device cannot be seen/) };
    const readlink = leads(tokenFile, '/srv/huggingface/token');
    await expect(launch(custom, {}, { programs: { readlink }, sudo: 'none' })).rejects.toMatchObject(unseen);
    await expect(launch(custom, {}, { programs: { readlink: leads(tokenFile, '') } })).rejects.toMatchObject(unseen);
  });

  it('is not a volume that is a folder of the system', () =>
    expect(
      launch(
        { model: 'qwen3-4b' },
        { '/volumes/jetfleet-models': { Driver: 'local', Options: { type: 'none', o: 'bind', device: '/etc' } } },
        {},
      ),
    ).rejects.toMatchObject({ kind: 'not_allowed' }));
});
