import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Pulled } from '../../src/core/docker/pull-plan.js';
import { pullProgress } from '../../src/core/docker/pull-lines.js';
import { jobProbe } from '../../src/core/jobs/job-probe.js';
import { ImagePull } from '../../tools/container/image_pull.js';
import { never } from '../adapters/ssh/rig.js';
import { engineHostUnavailable, startEngineHost, type EngineHost } from '../setup/engine-host.js';
import { describeWith } from '../setup/suite.js';
import { Calls, changed, settled } from './change.js';
import { registryUnavailable, startRegistry, type Registry } from './registry.js';

const tool = new ImagePull();

describeWith(engineHostUnavailable() ?? registryUnavailable(), 'image_pull from a real registry', () => {
  let host: EngineHost;
  let registry: Registry;
  let calls: Calls;
  beforeAll(async () => {
    host = await startEngineHost();
    registry = await startRegistry(host);
    calls = new Calls(host.sshd.user);
  }, 60_000);
  afterAll(async () => {
    calls.forget();
    registry.stop();
    await host.stop();
  });
  const image = 'localhost:5000/lab/model:1';

  it('tells its layers as they come, and the digest', async () => {
    const digest = await registry.put(image, [3_000_000, 2_000_000, 1000]);
    const call = calls.next();
    expect(await changed<Pulled>(tool, { image }, host.device, call)).toMatchObject({
      image,
      digest,
      says: 'It was pulled.',
    });
    const { changeId: id } = call;
    const job = await host.device.ask(jobProbe({ id, asRoot: false, from: 0, maxBytes: 9000 }), never());
    expect(pullProgress(job?.text ?? '')).toMatchObject({ layers: 3, downloaded: 3, done: 3, digest });
    expect(await changed<Pulled>(tool, { image }, host.device, calls.next())).toMatchObject({
      says: 'It was there already.',
    });
    expect(await changed<Pulled>(tool, { image, always: true }, host.device, calls.next())).toMatchObject({
      says: 'There was no newer one.',
    });
    await registry.put(image, [500]);
    await host.engine.docker(['pull', '-q', image]);
    await host.engine.docker(['rmi', image]);
  });

  it('goes on while the link is cut, and is seen through by the next server', async () => {
    const other = 'localhost:5000/lab/cut:1';
    const digest = await registry.put(other, [4_000_000, 4_000_000]);
    const call = calls.next();
    const args = tool.spec.input.parse({ image: other });
    const plan = await tool.prepare(args, host.device, call);
    registry.halt();
    await tool.perform(args, plan, host.device, call);
    for (const client of host.connector.clients) client.destroy();
    registry.goOn();
    const kept = JSON.parse(JSON.stringify(plan)) as typeof plan;
    const pulled = await settled<Pulled>(new ImagePull(), kept, host.device, call);
    expect(pulled).toMatchObject({ digest, says: 'It was pulled.' });
    expect(await host.engine.docker(['images', '-q', other])).not.toBe('');
  });

  it('is stopped where the client takes the call back', async () => {
    const other = 'localhost:5000/lab/back:1';
    await registry.put(other, [1000]);
    const call = calls.next();
    const args = tool.spec.input.parse({ image: other });
    const plan = await tool.prepare(args, host.device, call);
    registry.halt();
    await tool.perform(args, plan, host.device, call);
    await tool.withdraw(plan, host.device, call);
    registry.goOn();
    await expect(settled(tool, plan, host.device, call)).rejects.toThrow(/was stopped/);
    expect(await host.engine.docker(['images', '-q', other])).toBe('');
  });

  it('says that the registry has no such image', async () => {
    await expect(changed(tool, { image: 'localhost:5000/lab/none:1' }, host.device, calls.next())).rejects.toThrow(
      /no image of this name/,
    );
  });
});
