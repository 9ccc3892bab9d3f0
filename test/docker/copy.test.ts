import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Pulled } from '../../src/core/docker/pull-plan.js';
import { ImageCopy } from '../../tools/container/image_copy.js';
import { busybox, engineHostUnavailable, startEngineHost, type EngineHost } from '../setup/engine-host.js';
import { describeWith } from '../setup/suite.js';
import { Calls, changed } from './change.js';

const tool = new ImageCopy();

describeWith(engineHostUnavailable(), 'image_copy between two real engines', () => {
  let from: EngineHost;
  let to: EngineHost;
  let calls: Calls;
  beforeAll(async () => {
    [from, to] = await Promise.all([startEngineHost(), startEngineHost()]);
    calls = new Calls(to.sshd.user);
    await from.engine.docker(['tag', busybox, 'lab/tools:7']);
    await to.engine.docker(['rmi', busybox]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([from.stop(), to.stop()]);
  });
  const copy = (args: object): Promise<Pulled> =>
    changed(tool, { from: 'board-9', ...args }, to.device, calls.next({ peer: () => Promise.resolve(from.device) }));

  it('brings the very image, which runs there', async () => {
    const copied = await copy({ image: 'lab/tools:7' });
    expect(copied.id).toBe((await from.engine.docker(['inspect', '--format', '{{.Id}}', busybox])).trim());
    expect(await to.engine.docker(['run', '--rm', 'lab/tools:7', '/bin/echo', 'hello'])).toBe('hello\n');
    expect(await copy({ image: 'lab/tools:7' })).toMatchObject({ says: 'It was there already.' });
  });

  it('only names what is there under another name', async () => {
    await from.engine.docker(['tag', busybox, 'localhost:5000/lab/other:8']);
    await copy({ image: 'localhost:5000/lab/other:8' });
    expect(await to.engine.docker(['images', '--format', '{{.Repository}}:{{.Tag}}'])).toContain(
      'localhost:5000/lab/other:8',
    );
  });

  it('refuses what the other one has not', async () =>
    expect(copy({ image: 'none:1' })).rejects.toThrow(/has no such image/));
});
