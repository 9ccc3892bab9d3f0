import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ModelConvert } from '../../tools/ai/model_convert.js';
import { ModelDelete } from '../../tools/ai/model_delete.js';
import { ModelList } from '../../tools/ai/model_list.js';
import { failureOf } from '../adapters/ssh/rig.js';
import { fakeCall } from '../fakes/fake-device.js';
import { busybox, engineHostUnavailable, startEngineHost, type EngineHost } from '../setup/engine-host.js';
import { describeWith } from '../setup/suite.js';
import { done } from '../tools/ai/model-board.js';
import { randomBytes } from 'node:crypto';

const program = [
  '#!/bin/sh',
  'echo "[   1/   1] a"; echo "as $(id -u)"; printf "%s" "$3" >"$2"',
  '[ "$3" != Q8_0 ] || { sleep 300 & wait; }',
].join('\n');
const stopped = /^(?!.*jetfleet-convert)/s;

describeWith(engineHostUnavailable(), 'models beside a real engine', () => {
  let host: EngineHost;
  let [folder, path] = ['', ''];
  const call = () => ({ ...fakeCall(Date.now()), changeId: randomBytes(8).toString('hex') });
  beforeAll(async () => {
    host = await startEngineHost();
    folder = `${host.sshd.folder}/models`;
    path = `${folder}/llama-f16.gguf`;
    await host.run(['mkdir', '-p', folder]);
    await host.run(['chown', host.sshd.user, folder]);
    await host.run(['sh', '-c', `printf GGUF >${path}`]);
    await host.engine.docker([
      'run',
      '--name',
      'made',
      busybox,
      '/bin/sh',
      '-c',
      `printf '%s' '${program}' >/bin/llama-quantize; chmod 755 /bin/llama-quantize`,
    ]);
    await host.engine.docker(['commit', 'made', 'quantize:1']);
  }, 90_000);
  afterAll(() => host.stop());
  const tool = new ModelConvert();

  it('quantises in a container that has the folder and nothing else, as the login user', async () => {
    const made = await done(tool, { path, quantisation: 'Q4_K_M', image: 'quantize:1' }, host.device, call());
    expect(made).toMatchObject({ path: `${folder}/llama-Q4_K_M.gguf`, sizeBytes: 6, says: 'It was made.' });
    const owner = await host.run(['stat', '-c', '%U', made.path, `${made.path}.jetfleet.json`]);
    expect(owner.trim().split('\n')).toEqual([host.sshd.user, host.sshd.user]);
  }, 60_000);

  it('ends the container with the job where the call is taken back', async () => {
    const [args, own] = [tool.spec.input.parse({ path, quantisation: 'Q8_0', image: 'quantize:1' }), call()];
    const plan = await tool.prepare(args, host.device, own);
    await tool.perform(args, plan, host.device, own);
    const running = (): Promise<string> => host.engine.docker(['ps', '--format', '{{.Names}}']);
    while (stopped.test(await running())) await tool.settle(plan.awaits, host.device, own);
    await tool.withdraw(plan, host.device, own);
    while (!stopped.test(await running())) await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await failureOf(Promise.resolve(tool.settle(plan.awaits, host.device, own)))).message).toMatch(
      /The file was not made/,
    );
  }, 60_000);

  it('says which container uses a model, and removes it only afterwards', async () => {
    const sidecar = `${path}.jetfleet.json`;
    await host.run(['sh', '-c', `printf '{"sha256":"%064d","sizeBytes":4}' 0 >${sidecar}`]);
    await host.engine.docker(['run', '-d', '--name', 'user', '-v', `${path}:/m.gguf`, busybox, '/bin/sleep', '300']);
    const list = new ModelList();
    const rows = await list.read(list.spec.input.parse({ folders: [folder] }), host.device, call());
    expect(rows.models.find((row) => row.path === path)).toMatchObject({ usedBy: ['user'] });
    const remove = () => done(new ModelDelete(), { path }, host.device, call());
    expect((await failureOf(remove())).message).toBe('path: a container uses it: user.');
    await host.engine.docker(['rm', '-f', 'user']);
    expect(await remove()).toMatchObject({ says: 'It is gone.' });
  }, 60_000);
});
