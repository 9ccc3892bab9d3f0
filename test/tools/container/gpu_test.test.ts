import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { gpuPython, gpuScript } from '../../../src/core/docker/gpu-script.js';
import { gpuTestImage, gpuTestOf } from '../../../src/core/docker/gpu-test.js';
import { stepText } from '../../../src/core/reply/plan.js';
import { GpuTest } from '../../../tools/container/gpu_test.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import type { FakeEngine } from '../../fakes/fake-docker.js';
import { engineBoard, imageAnswer, imageId, info } from './engine-board.js';

const tool = new GpuTest();
const image = 'dustynv/l4t-ml:r36.4.0';
const call = fakeCall();
const engine = (more: object = {}): FakeEngine => ({
  answers: {
    '/images/json': [{ Id: imageId, RepoTags: ['nginx:1', image], Size: 1 }],
    '/images/dustynv%2Fl4t-ml%3Ar36.4.0/json': imageAnswer(image),
    ...more,
  },
});
const make = (given: FakeEngine = engine(), groups?: string) => {
  const made = engineBoard(given, {}, groups);
  return { ...made, device: new FakeDevice('nano-01', made.board) };
};
const lines = (...all: string[]): string => all.map((line) => `jetfleet ${line}\n`).join('');
const files = ['device /dev/nvhost-gpu', 'library yes', 'python yes'];
const driver = [...files, 'init 0', 'count 1', 'version 12060', 'sm 8.7'];

describe('what a test of the GPU proves', () => {
  it.each([
    [[...driver, 'context 0', 'alloc 0', 'memset 0', 'kernel 0'], 'kernel', true, /kernel was compiled/],
    [
      [...driver, 'context 0', 'alloc 0', 'memset 0', 'kernel 218'],
      'memset',
      true,
      /did not run: code 218 \(the code could not/,
    ],
    [[...driver, 'context 0', 'alloc 2'], 'driver', false, /code 2 \(out of memory\)/],
    [[...files, 'init 100'], 'device files', false, /code 100 \(no GPU\).*fall back to the CPU/],
    [['python yes', 'driver absent'], 'nothing', false, /cannot be loaded.*fall back to the CPU/],
    [['device /dev/nvmap', 'library yes', 'python no'], 'device files', undefined, /not proven.*no Python/],
    [['device /dev/nvmap', 'python no'], 'device files', false, /fall back/],
    [['device /dev/nvidia0', 'library yes', 'smi yes', 'python no'], 'driver', undefined, /nvidia-smi sees the GPU/],
    [['python no'], 'nothing', false, /run on the CPU/],
    [[], 'nothing', false, /run on the CPU/],
  ])('%j', (said, level, usesGpu, says) => {
    const told = gpuTestOf(image, lines(...said));
    expect(told.level).toBe(level);
    expect(told.usesGpu).toBe(usesGpu);
    expect(told.says).toMatch(says);
  });
  it('tells versions, and takes only what its own script prints', () => {
    expect(gpuTestOf(image, lines(...driver, 'context 0', 'alloc 0', 'memset 0', 'kernel 0'))).toMatchObject({
      cuda: '12.6',
      sm: '8.7',
    });
    expect(gpuTestOf(image, 'x jetfleet kernel 0\njetfleet kernel 0 and more words\n').level).toBe('nothing');
    expect(gpuTestOf(image, lines('init <b>x</b>', 'version evil', 'sm evil'))).not.toHaveProperty('sm');
  });
  it('is a script that a shell and Python take', () => {
    if (process.platform === 'win32') return;
    const printed = execFileSync('sh', ['-c', gpuScript, 'x', gpuPython], { encoding: 'utf8' });
    expect(printed).toMatch(/^(?:jetfleet [a-z]+ [\w./-]+\n)+$/);
    expect(gpuTestOf(image, printed).level).toBe('nothing');
  });
});

describe('gpu_test', () => {
  it('takes the likeliest image that is there', async () => {
    expect(gpuTestImage(['nginx:1', 'nvcr.io/nvidia/cuda:13', 'nvcr.io/nvidia/l4t-jetpack:r36'])).toBe(
      'nvcr.io/nvidia/l4t-jetpack:r36',
    );
    expect(gpuTestImage(['nginx:1'])).toBeUndefined();
    const { device } = make();
    const plan = await tool.prepare(tool.spec.input.parse({}), device, call);
    expect(plan.says).toBe(`Runs a container of ${image} on the GPU for some seconds; nothing of it stays.`);
    expect(stepText(plan.steps[0])).toContain(
      'docker run --rm --name=jetfleet-gpu-test-c0ffee0000000001 --pull=never --runtime=nvidia',
    );
    expect(stepText(plan.steps[0])).toContain(
      '--network=none --label=jetfleet.change=c0ffee0000000001 --entrypoint=sh',
    );
    expect(device.ran).toEqual([]);
  });

  it.each<[string, FakeEngine, object]>([
    ['no image that looks as if', { answers: { '/images/json': [] } }, {}],
    ['image: the device does not have it', engine(), { image: 'none:1' }],
    ['the engine does not know the NVIDIA runtime', engine({ '/info': { ...info, Runtimes: { runc: {} } } }), {}],
  ])('says: %s', async (message, given, args) => {
    await expect(tool.prepare(tool.spec.input.parse(args), make(given).device, call)).rejects.toThrow(message);
  });

  it('ends with what the container printed', async () => {
    const made = make();
    made.jobs.outcome = { output: lines(...driver, 'context 0', 'alloc 0', 'memset 0', 'kernel 0'), exitCode: 0 };
    const plan = await tool.prepare(tool.spec.input.parse({}), made.device, call);
    await tool.perform(tool.spec.input.parse({}), plan, made.device, call);
    expect(tool.spec.output.parse(await tool.settle(plan.awaits, made.device, call))).toMatchObject({
      image,
      usesGpu: true,
    });
  });

  it('ends with why the engine did not run it', async () => {
    const made = make();
    made.jobs.outcome = {
      output: 'docker: Error response from daemon: nvidia-container-cli: initialization error',
      exitCode: 125,
    };
    const plan = await tool.prepare(tool.spec.input.parse({}), made.device, call);
    await tool.perform(tool.spec.input.parse({}), plan, made.device, call);
    await expect(tool.settle(plan.awaits, made.device, call)).rejects.toThrow(/NVIDIA runtime could not give/);
  });
});
