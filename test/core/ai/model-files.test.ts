import { describe, expect, it } from '@jest/globals';
import { unfitFor } from '../../../src/core/ai/model-files/built-for.js';
import { convertedHash, convertProgress, parseTrtexec } from '../../../src/core/ai/model-files/convert-end.js';
import { boxWords, convertProgram, convertScript } from '../../../src/core/ai/model-files/convert-job.js';
import {
  conversion,
  quantizeWords,
  trtexecWords,
  type ConvertWish,
} from '../../../src/core/ai/model-files/convert-request.js';
import { busyScript, lookScript } from '../../../src/core/ai/model-files/delete-plan.js';
import { listScript, parseListing } from '../../../src/core/ai/model-files/listing.js';
import { modelSource, parsePointer } from '../../../src/core/ai/model-files/model-source.js';
import { uses, type ModelUser } from '../../../src/core/ai/model-files/model-users.js';
import { placeScript } from '../../../src/core/ai/model-files/place.js';
import { offerScript, pullScript } from '../../../src/core/ai/model-files/pull-script.js';
import { parseSidecar, sidecarTemplate } from '../../../src/core/ai/model-files/sidecar.js';
import { shownJob, launchCommand } from '../../../src/core/jobs/job-commands.js';
import type { JobReport } from '../../../src/core/jobs/job-probe.js';
import { protectionsOf } from '../../../src/core/policy/protected-paths.js';
import { recordingsOf } from '../../corpus/recordings.js';
import { corpusMissing, describeWith } from '../../setup/suite.js';

const sha = 'ab'.repeat(32);
const wish: ConvertWish = { path: '/m/llama-f16.gguf', quantisation: 'Q4_K_M', requantise: false, precision: 'fp16' };

describe('where a model comes from', () => {
  it('is a file of the hub, however it is written', () => {
    const url = 'https://huggingface.co/a/b/resolve/main/x/y.gguf';
    const pointer = 'https://huggingface.co/a/b/raw/main/x/y.gguf';
    for (const from of ['hf:a/b/x/y.gguf', 'https://huggingface.co/a/b/blob/main/x/y.gguf', `${url}?download=true`])
      expect(modelSource(from)).toEqual({ kind: 'url', url, name: 'y.gguf', pointer });
    expect(modelSource('hf:a/b/y.gguf@v1.2', 'z.gguf')).toMatchObject({
      url: 'https://huggingface.co/a/b/resolve/v1.2/y.gguf',
      name: 'z.gguf',
    });
    expect(modelSource('ollama:qwen3:4b')).toEqual({ kind: 'ollama', name: 'qwen3:4b' });
    expect(modelSource('https://models.example.com/a/b.onnx')).toMatchObject({ name: 'b.onnx' });
  });

  it.each([
    'http://models.example.com/a.gguf',
    'https://user:word@models.example.com/a.gguf',
    'https://192.168.1.4/a.gguf',
    'https://2130706433/a.gguf',
    'https://[::1]/a.gguf',
    'https://localhost/a.gguf',
    'https://nas.local/a.gguf',
    'https://metadata.google.internal/a.gguf',
    'https://models.example.com:8443/a.gguf',
    'https://models.example.com/a.sh',
    'https://models.example.com/a.gguf\nx',
    "https://models.example.com/a'.gguf",
    'file:///etc/passwd',
    'hf:a/b',
    'hf:a/b/../../c.gguf',
    'hf:a/b/-x.gguf',
    'hf:a/b/x.gguf@../main',
    'ollama:-x',
    'ollama:a b',
    '-o/etc/passwd',
  ])('is not %j', (from) =>
    expect(() => modelSource(from)).toThrow(expect.objectContaining({ kind: 'invalid_input' })),
  );

  it.each(['../x.gguf', '-x.gguf', '.x.gguf', 'x', 'a/b.gguf', 'x.gguf\n', 'run.sh', 'x.service'])(
    'is never named %j',
    (name) =>
      expect(() => modelSource('hf:a/b/y.gguf', name)).toThrow(expect.objectContaining({ kind: 'invalid_input' })),
  );

  it('is told by the pointer that the hub keeps', () => {
    const text = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha}\nsize 12345\n`;
    expect(parsePointer(text)).toEqual({ sha256: sha, sizeBytes: 12345 });
    expect(parsePointer('{"a":1}')).toBeUndefined();
  });
});

it('no script holds what a login shell would change', () => {
  for (const script of [offerScript, pullScript, listScript, placeScript, lookScript, busyScript, convertScript])
    expect(script).not.toMatch(/['\\\n]/);
});

describe('a listing', () => {
  const path = '/data/models/odd "name" $(x).gguf';
  const blob =
    '/h/.cache/huggingface/hub/models--org--repo/snapshots/0123456789abcdef0123456789abcdef01234567/model.safetensors';
  const manifest = '/data/models/ollama/models/manifests/registry.ollama.ai/library/qwen3/4b';
  const layers = `{"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:${sha}","size":100},{"mediaType":"x","digest":"sha256:1","size":5}]}`;
  const text = [
    `1000 1700000000 8:1 ${path}`,
    `1000 1700000000 8:1 /other/name.gguf`,
    `2000 1700000000 8:2 ${blob}`,
    '300 1700000000 8:3 /data/models/x.gguf.jetfleet-part',
    'odd 2',
    '--',
    `${path}.jetfleet.json\0{"sha256":"${sha}","sizeBytes":1000,"verified":true,"source":"https://x/y"}`,
    `${manifest}\0${layers}`,
  ].join('\n');

  it('has each file once, with what is told beside it', () => {
    const { models, oddNames } = parseListing({ status: 'ok', exitCode: 0, text });
    expect(oddNames).toBe(2);
    expect(models).toMatchObject([
      { path, sidecar: { sha256: sha, verified: true, source: 'https://x/y' }, format: 'gguf' },
      { format: 'safetensors', origin: { name: 'org/repo', revision: '0123456789ab' } },
      { isPart: true, format: 'gguf' },
      { format: 'ollama', sizeBytes: 105, origin: { name: 'qwen3:4b', sha256: sha } },
    ]);
  });

  it('knows what uses a model', () => {
    const user: ModelUser = { name: 'e', engine: 'llama.cpp', isOllama: false, model: undefined, sources: [] };
    const model = { path: '/m/llama.gguf', origin: undefined, format: 'gguf' } as const;
    expect(uses({ ...user, sources: ['/m/llama.gguf'] }, model)).toBe(true);
    expect(uses({ ...user, sources: ['/m'] }, model)).toBe(false);
    expect(uses({ ...user, model: '/m/llama.gguf' }, model)).toBe(true);
    expect(
      uses({ ...user, model: 'Org/Repo:Q4_K_M' }, { path: '/c/models--org--repo', origin: undefined, format: 'other' }),
    ).toBe(true);
    expect(
      uses(
        { ...user, engine: 'ollama', model: 'qwen3' },
        { path: '/', origin: { name: 'qwen3:latest' }, format: 'ollama' },
      ),
    ).toBe(true);
  });

  it('takes nothing from a sidecar that is none', () => {
    for (const bad of ['', '[]', '{"sha256":"x","sizeBytes":1}', `{"sha256":"${sha}","sizeBytes":-1}`])
      expect(parseSidecar(bad)).toBeUndefined();
    expect(parseSidecar(`{"sha256":"${sha}","sizeBytes":1,"source":"a\\u0000b\\u202e"}`)).toMatchObject({
      source: 'ab',
      verified: false,
    });
    expect(sidecarTemplate({ source: '@SHA@' }).indexOf('@SHA@')).toBe('{"sha256":"'.length);
  });
});

describe('a conversion', () => {
  it('is one of two', () => {
    expect(conversion(wish)).toEqual({ kind: 'gguf', name: 'llama-Q4_K_M.gguf' });
    expect(conversion({ ...wish, path: '/m/net.onnx' })).toEqual({ kind: 'engine', name: 'net-fp16.engine' });
    for (const bad of [
      { path: '/m/a.txt' },
      { quantisation: undefined },
      { name: 'llama-f16.gguf' },
      { name: '../a.gguf' },
      { name: '-a.gguf' },
    ])
      expect(() => conversion({ ...wish, ...bad })).toThrow(expect.objectContaining({ kind: 'invalid_input' }));
  });

  it('has the words of its program, by its version', () => {
    const engine = { ...wish, workspaceMb: 2048, shapes: { min: 'x:1x3' } };
    expect(trtexecWords(engine, '/a.onnx', '/b', '10.3.0.30')).toEqual([
      '--onnx=/a.onnx',
      '--saveEngine=/b',
      '--fp16',
      '--minShapes=x:1x3',
      '--memPoolSize=workspace:2048',
    ]);
    expect(trtexecWords({ ...engine, precision: 'fp32' }, '/a', '/b', '8.2.1.8')).toEqual([
      '--onnx=/a',
      '--saveEngine=/b',
      '--minShapes=x:1x3',
      '--workspace=2048',
    ]);
    expect(quantizeWords({ ...wish, requantise: true }, '/a', '/b')).toEqual([
      '--allow-requantize',
      '/a',
      '/b',
      'Q4_K_M',
    ]);
  });

  it('gives a container nothing but the folder and the GPU', () => {
    const words = boxWords(
      { cli: 'docker', image: 'i:1', name: 'n', program: 'p', gpu: true, uid: '1000', gid: '1000' },
      '/m',
      ['a'],
    );
    expect(words).toEqual(
      expect.arrayContaining([
        '--network=none',
        '--cap-drop=ALL',
        '--user=1000:1000',
        '--rm',
        '--mount=type=bind,source=/m,target=/models',
      ]),
    );
    expect(words.join(' ')).not.toMatch(/privileged|docker\.sock|network=host/);
    const job = launchCommand({ id: 'c0ffee0000000001', argv: convertProgram('/m/x.gguf', { source: '/m/y' }, words) });
    expect(shownJob(job)).toMatch(
      /^job c0ffee0000000001: docker run --rm .* a \(then named \/m\/x\.gguf, with its SHA-256 beside it\)$/,
    );
  });

  it('reads how trtexec says that it failed', () => {
    expect(parseTrtexec('&&&& FAILED TensorRT.trtexec [TensorRT v8502] # x')).toEqual({
      passed: false,
      tensorrt: '8.5.2',
    });
  });

  it('tells how far it is and why it failed', () => {
    expect(convertProgress('[   1/ 291] a\n[  12/ 291] blk.0')).toBe('quantises tensor 12 of 291');
    expect(convertProgress('x')).toBeUndefined();
    const job: JobReport = {
      state: 'exited',
      exitCode: 1,
      command: '',
      bootChanged: false,
      totalBytes: 0,
      text: '',
      offset: 0,
      nextOffset: 0,
    };
    expect(convertedHash({ ...job, exitCode: 0, text: `jetfleet-end ok ${sha}` })).toBe(sha);
    for (const [text, says] of [
      ['requantizing from type q8_0 is disabled', /quantised already/],
      ['No importer registered for op: Foo', /does not know an operator/],
      ['Cuda Runtime (out of memory)', /not enough memory/],
      ['Some words', /It ended with exit code 1/],
    ] as const)
      expect(() => convertedHash({ ...job, text: `${text}\njetfleet-end failed 1` })).toThrow(says);
  });

  it('is tied to GPU and TensorRT', () => {
    const board = { l4t: '36.4.7', tensorrt: '10.3.0.30', sm: '8.7' };
    expect(unfitFor(board, board)).toBeUndefined();
    expect(unfitFor({ ...board, sm: '7.2' }, board)).toBe('built for SM 7.2, and this GPU has SM 8.7');
    expect(unfitFor({ ...board, tensorrt: '8.6.2.3' }, board)).toMatch(/TensorRT 8\.6\.2\.3/);
    expect(unfitFor({ ...board, tensorrt: '8.6.2.3', image: 'i' }, board)).toBeUndefined();
  });
});

it('keeps secrets, and what gives away the board, from the tools that name a path', () => {
  const kept = (path: string, tool: string): boolean => protectionsOf(path, tool, false).length > 0;
  for (const tool of ['model_pull', 'model_copy', 'model_delete', 'model_convert']) {
    for (const path of [
      '/home/u/.ssh/id_rsa',
      '/home/u/key.pem',
      '/etc/shadow',
      '/home/u/.env',
      '/usr/bin/x',
      '/var/lib/docker/volumes/other/_data/x.gguf',
      '/boot/Image',
    ])
      expect([tool, path, kept(path, tool)]).toEqual([tool, path, true]);
    for (const path of [
      '/home/u/models/a.gguf',
      '/data/models/a.gguf',
      '/var/lib/docker/volumes/jetfleet-models/_data/models/a.gguf',
    ])
      expect([tool, path, kept(path, tool)]).toEqual([tool, path, false]);
  }
});

describeWith(corpusMissing, 'a recording of trtexec', () => {
  it('is read', () => {
    expect(recordingsOf('trtexec').map(([, text]) => parseTrtexec(text))).toEqual([
      { passed: true, tensorrt: '10.3.0', throughput: 1134.83, latencyMs: 0.878035 },
    ]);
  });
});
