import { describe, expect, it } from '@jest/globals';
import type { RunContext } from '../../src/app/run-context.js';
import { ContainerRun } from '../../tools/container/container_run.js';
import { ImageCopy } from '../../tools/container/image_copy.js';
import { ImagePull } from '../../tools/container/image_pull.js';
import type { FakeDevice } from '../fakes/fake-device.js';
import { engineBoard, imageAnswer, imageId } from '../tools/container/engine-board.js';
import { fixture, type Fixture } from './runner-fixture.js';

const context: RunContext = { signal: new AbortController().signal, client: { name: 'test', asks: false } };
const image = 'lab/llama:1';
const path = `/images/${encodeURIComponent(image)}/json`;
const runs = {
  'df -B1 --output=avail /var/lib/docker': { text: 'Avail\n90000000000\n' },
  [`timeout 15 docker manifest inspect --verbose ${image}`]: { text: '', exitCode: 1 },
};
const allowed = { decision: 'allow', tools: ['image_pull', 'image_copy', 'container_run'], place: 'rules[0]' } as const;

function deviceOf({ devices }: Fixture, name: string): FakeDevice {
  const device = devices.devices.get(name);
  if (device === undefined) throw new Error(`no ${name}`);
  return device;
}

/** A board whose engine has the image once its job is through. */
function pulling() {
  const made = engineBoard({}, { runs });
  const answers = {
    ...made.board.docker?.answers,
    [path]: () => (made.jobs.jobs.size > 0 ? imageAnswer(image) : undefined),
  };
  return { ...made.board, docker: { answers } };
}

describe('images through the whole application', () => {
  it('are pulled by one device of a site after the other, each by the one approved job', async () => {
    const app = fixture({ 'nano-01': pulling(), 'nano-02': pulling(), 'nano-03': pulling() }, {}, [new ImagePull()]);
    app.policy = { rules: [allowed] };
    const outcome = await app.runner.run('image_pull', { selector: 'all', image, parallel: 1 }, context);
    expect(outcome).toMatchObject({ reply: { summary: { ok: 3, failed: 0 } } });
    for (const name of ['nano-01', 'nano-02', 'nano-03']) expect(deviceOf(app, name).ran).toHaveLength(1);
  });

  it('are copied from a device that is only read', async () => {
    const pieces = [new Uint8Array(10), new Uint8Array(20)];
    const has = engineBoard({ answers: { [path]: imageAnswer(image) }, images: { [image]: pieces } }).board;
    const wants = engineBoard({}, { runs }).board;
    const app = fixture({ 'nano-01': has, 'nano-02': wants }, {}, [new ImageCopy()]);
    app.policy = { rules: [allowed] };
    await app.runner.run('image_copy', { selector: 'nano-02', image, from: 'nano-01' }, context);
    expect(deviceOf(app, 'nano-02').docker.sent).toEqual([{ docker: 'load', image, imageId, from: 'nano-01' }]);
    expect(deviceOf(app, 'nano-02').docker.loaded).toEqual(pieces);
    expect(deviceOf(app, 'nano-01').docker.sent).toEqual([]);
  });

  it('run in no container with rights over the device, whatever is allowed', async () => {
    const board = engineBoard({ answers: { [path]: imageAnswer(image) } }).board;
    const app = fixture({ 'nano-01': board }, {}, [new ContainerRun(0)]);
    app.policy = { rules: [allowed] };
    for (const more of [{ privileged: true }, { network: 'host' }, { volumes: ['/var/run/docker.sock:/s'] }]) {
      const outcome = await app.runner.run('container_run', { selector: 'all', image, name: 'web', ...more }, context);
      expect(outcome).toMatchObject({ reply: { summary: { ok: 0, failed: 1 }, failures: [{ kind: 'not_allowed' }] } });
    }
    expect(deviceOf(app, 'nano-01').ran).toEqual([]);
  });
});
