import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ModelConvert } from '../../../tools/ai/model_convert.js';
import { ModelList } from '../../../tools/ai/model_list.js';
import { failureOf } from '../../adapters/ssh/rig.js';
import { ownFolder, ownFolderUnavailable, type OwnFolder } from '../../setup/own-folder.js';
import { sshdUnavailable } from '../../setup/sshd.js';
import { describeWith } from '../../setup/suite.js';
import { done, hashOf, modelHosts, type ModelHosts } from './model-board.js';

describeWith(sshdUnavailable(), 'model_convert and model_list over a real sshd', () => {
  let hosts: ModelHosts;
  const tool = new ModelConvert();
  let path = '';
  beforeAll(async () => {
    hosts = await modelHosts();
    path = join(hosts.folder, `it's a "model"-f16.gguf`);
    writeFileSync(path, 'GGUF weights');
  });
  afterAll(() => hosts.stop());
  const convert = (args: object) => done(tool, { path, ...args }, hosts.the.device, hosts.call());

  it('makes a file by a job and says of what', async () => {
    hosts.the.server.standIn(
      'llama-quantize',
      'echo "[   1/   2] a"; echo "[   2/   2] b"; printf small >"$2"; echo "$3" >>"$2"',
    );
    const made = join(hosts.folder, 'small.gguf');
    expect(await convert({ quantisation: 'Q4_K_M', name: 'small.gguf' })).toEqual({
      path: made,
      sizeBytes: 12,
      sha256: hashOf(Buffer.from('smallQ4_K_M\n')),
      says: 'It was made.',
    });
    expect(JSON.parse(readFileSync(`${made}.jetfleet.json`, 'utf8'))).toMatchObject({
      source: path,
      made: 'Q4_K_M',
      verified: true,
    });
    expect((await failureOf(convert({ quantisation: 'Q4_K_M', name: 'small.gguf' }))).message).toMatch(
      /a file of that name already/,
    );
  });

  it('leaves nothing of what failed, and says why', async () => {
    hosts.the.server.standIn(
      'llama-quantize',
      'printf half >"$2"; echo "requantizing from type q4_K is disabled"; exit 1',
    );
    expect((await failureOf(convert({ quantisation: 'Q8_0', name: 'b.gguf' }))).message).toMatch(/quantised already/);
    expect([existsSync(join(hosts.folder, 'b.gguf')), existsSync(join(hosts.folder, 'b.gguf.jetfleet-part'))]).toEqual([
      false,
      false,
    ]);
  });

  it('begins nothing without the program', async () => {
    writeFileSync(join(hosts.folder, 'net.onnx'), 'onnx');
    const failure = await failureOf(convert({ path: join(hosts.folder, 'net.onnx') }));
    expect(failure).toMatchObject({ kind: 'unsupported', message: 'The device has no trtexec of its own.' });
    expect(failure.hint).toMatch(/ai_install/);
  });

  it('lists what was made, with odd names, and none that hide a line', async () => {
    const header = new Uint8Array(64);
    const view = new DataView(header.buffer);
    const text = (at: number, word: string): number => {
      view.setBigUint64(at, BigInt(word.length), true);
      header.set(new TextEncoder().encode(word), at + 8);
      return at + 8 + word.length;
    };
    for (const [at, value] of [
      [0, 0x46554747],
      [4, 3],
    ] as const)
      view.setUint32(at, value, true);
    view.setBigUint64(8, 1n, true);
    view.setBigUint64(16, 1n, true);
    const end = text(24, 'general.file_type');
    view.setUint32(end, 4, true);
    view.setUint32(end + 4, 15, true);
    writeFileSync(join(hosts.folder, 'real.gguf'), header);
    writeFileSync(join(hosts.folder, 'a\n1 1 1:1 \nx.gguf'), 'x');
    const list = new ModelList();
    const found = list.spec.output.parse(
      await list.read(list.spec.input.parse({ folders: [hosts.folder] }), hosts.the.device, hosts.call()),
    );
    expect(found.models.find(({ name }) => name === 'real.gguf')).toMatchObject({
      quantisation: 'Q4_K_M',
      sizeBytes: 64,
    });
    expect(found.models.find(({ name }) => name === 'small.gguf')).toMatchObject({
      quantisation: 'Q4_K_M',
      source: path,
      verified: true,
    });
    expect(found.models.map((model) => model.path)).toContain(path);
    const here = found.models.filter((model) => model.path.startsWith(hosts.folder));
    expect(here.filter((model) => /[\n]|x\.gguf$/.test(model.path))).toEqual([]);
    expect(found.notRead).toContainEqual({
      what: expect.stringMatching(/^\d+ names$/),
      why: 'they hold control characters',
    });
    expect(found.notRead).toContainEqual(expect.objectContaining({ what: "the volume of ai_launch's models" }));
  });
});

/** Prints as the recorded trtexec of an Orin Nano, and makes a file of its words and its model. */
const trtexec = `#!/bin/sh
for word; do case $word in --onnx=*) from=\${word#*=};; --saveEngine=*) to=\${word#*=};; esac; done
echo "[05/13/2026-12:53:50] [I] Start parsing network model."
{ cat "$from"; echo " $*"; } >"$to" || exit 1
echo "[05/13/2026-12:54:17] [I] Throughput: 1134.83 qps"
echo "[05/13/2026-12:54:17] [I] GPU Compute Time: min = 0.87 ms, max = 0.89 ms, mean = 0.878035 ms, median = 0.87 ms"
echo "&&&& PASSED TensorRT.trtexec [TensorRT v100300] # $0 $*"
`;

describeWith(
  sshdUnavailable() ?? ownFolderUnavailable('/usr/src'),
  'model_convert where JetPack has its trtexec, over a real sshd',
  () => {
    let hosts: ModelHosts;
    let mounts: OwnFolder;
    const folder = mkdtempSync(join(tmpdir(), 'jetfleet-trtexec-'));
    beforeAll(async () => {
      mkdirSync(join(folder, 'tensorrt/bin'), { recursive: true });
      writeFileSync(join(folder, 'tensorrt/bin/trtexec'), trtexec, { mode: 0o755 });
      chmodSync(folder, 0o755);
      mounts = await ownFolder(folder, '/usr/src');
      hosts = await modelHosts({ within: mounts.pid });
      hosts.the.server.standIn('dpkg-query', 'echo "libnvinfer10 10.3.0.30-1+cuda12.5 ii ,"');
    });
    afterAll(async () => {
      await hosts.stop();
      await mounts.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('makes a TensorRT engine of an ONNX file, and says what it is tied to and how fast it is', async () => {
      const path = join(hosts.folder, 'net.onnx');
      const made = join(hosts.folder, 'net-fp16.engine');
      writeFileSync(path, 'onnx');
      const args = { path, shapes: { opt: 'input:1x3x224x224' }, workspaceMb: 512 };
      const engine = `onnx --onnx=${path} --saveEngine=${made}.jetfleet-part --fp16 --optShapes=input:1x3x224x224 --memPoolSize=workspace:512\n`;
      expect(await done(new ModelConvert(), args, hosts.the.device, hosts.call())).toEqual({
        path: made,
        sizeBytes: engine.length,
        sha256: hashOf(Buffer.from(engine)),
        builtFor: { tensorrt: '10.3.0.30' },
        throughput: 1134.83,
        latencyMs: 0.878035,
        says: 'It was made.',
      });
      expect(readFileSync(made, 'utf8')).toBe(engine);
      expect(existsSync(`${made}.jetfleet-part`)).toBe(false);
    });
  },
);
