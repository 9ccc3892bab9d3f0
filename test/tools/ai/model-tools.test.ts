import { describe, expect, it } from '@jest/globals';
import { GuardedFleet } from '../../../src/app/guarded-fleet.js';
import { busyScript, lookScript } from '../../../src/core/ai/model-files/delete-plan.js';
import { Failure } from '../../../src/core/errors.js';
import { Redactor } from '../../../src/core/redact.js';
import type { FileCopy, Step } from '../../../src/core/step.js';
import { ModelDelete } from '../../../tools/ai/model_delete.js';
import { ModelPull } from '../../../tools/ai/model_pull.js';
import { FileHashes } from '../../../tools/file-hashes.js';
import type { FakeBoard } from '../../fakes/fake-board.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { FakeFleet } from '../../fakes/fake-fleet.js';
import { hashOf } from './model-board.js';

const path = '/data/models/llama.gguf';
const call = fakeCall();
const id = 'f'.repeat(64);

/** A board with one model, and perhaps a container that runs. */
function board(look: string, container?: object, busy = ''): FakeBoard {
  const gone = { is: false };
  const sh = (words: readonly string[]): string => {
    if (words[2] === lookScript) return gone.is ? '' : look;
    if (words[2] === busyScript) return busy;
    return '';
  };
  return {
    programs: {
      sh: ({ argv }) => ({ text: sh(argv) }),
      rm: () => ((gone.is = true), { text: '' }),
      ollama: () => ({ text: '', exitCode: 127 }),
      docker: () => ({ text: 'Docker version 27.5.1, build 1' }),
      id: () => ({ text: 'nvidia docker' }),
      podman: () => ({ text: '', exitCode: 127 }),
    },
    docker: {
      answers: {
        '/containers/json': container === undefined ? [] : [{ Id: id, Names: ['/srv'], State: 'running', Labels: {} }],
        [`/containers/${id}/json`]: { Id: id, Name: '/srv', Mounts: [], ...container },
      },
    },
  };
}
const look = 'kind file\nkib 5000000\nfiles 1\nfolders 1\nwritable\nplaced';

describe('model_delete', () => {
  const tool = new ModelDelete();
  const prepare = (device: FakeDevice, args: object = { path }) =>
    tool.prepare(tool.spec.input.parse(args), device, call);

  it('removes one file with what is told beside it, and says what that frees', async () => {
    const device = new FakeDevice('nano-01', board(look));
    const plan = await prepare(device);
    expect(plan.says).toBe(`Removes ${path}: 5.1 GB are freed. It is not kept.`);
    expect(await tool.perform({ path }, plan, device, call)).toEqual({
      what: path,
      freedBytes: 5_120_000_000,
      says: 'It is gone.',
    });
    expect(device.ran).toEqual([`rm -rf --one-file-system -- ${path} ${path}.jetfleet.json`]);
  });

  it.each([
    [
      'it serves it by its label',
      { Config: { Image: 'i', Labels: { 'jetfleet.engine': 'llama.cpp', 'jetfleet.model': path } } },
    ],
    ['just this file is in it', { Mounts: [{ Type: 'bind', Source: path, Destination: '/m' }] }],
  ])('refuses what a container uses: %s', async (_, container) => {
    const device = new FakeDevice('nano-01', board(look, container));
    await expect(prepare(device)).rejects.toMatchObject({ message: 'path: a container uses it: srv.' });
  });

  it('warns where the whole folder is in a container, and refuses what a process has in memory', async () => {
    const mounts = { Mounts: [{ Type: 'bind', Source: '/data', Destination: '/data' }] };
    expect((await prepare(new FakeDevice('nano-01', board(look, mounts)))).says).toMatch(
      /Its folder is also in srv, which may use it\./,
    );
    const device = new FakeDevice('nano-01', board(look, undefined, '/proc/77/maps'));
    await expect(prepare(device)).rejects.toMatchObject({ message: 'path: a process has it in memory.' });
  });

  it.each([
    ['', /nothing there/],
    ['kind link\nplaced', /this is a link/],
    ['linked\nkind file\nplaced', /a folder in it is a link/],
    ['kind file', /no folder of models/],
    ['kind folder\nfolders 2\nplaced', /more than one model/],
    ['kind folder\nfolders 0\nplaced', /no model in that folder/],
  ])('refuses %j', async (seen, message) => {
    await expect(prepare(new FakeDevice('nano-01', board(seen)))).rejects.toMatchObject({
      message: expect.stringMatching(message),
    });
  });

  it('refuses a program among models, and takes either a path or a name', async () => {
    const device = new FakeDevice('nano-01', board(look));
    await expect(prepare(device, { path: '/data/models/run.sh' })).rejects.toMatchObject({
      message: expect.stringMatching(/no model file by its name/),
    });
    for (const args of [{}, { path, ollama: 'qwen3:4b' }])
      await expect(prepare(device, args)).rejects.toMatchObject({ kind: 'invalid_input' });
    for (const bad of [{ path: 'x' }, { path: '/a\nb' }, { ollama: '-f' }, { ollama: 'a b' }])
      expect(tool.spec.input.safeParse(bad).success).toBe(false);
  });

  it('has Ollama remove its own, unless that is served', async () => {
    const ollama = (model: string) => ({
      Config: { Image: 'ollama/ollama:1', Labels: { 'jetfleet.engine': 'ollama', 'jetfleet.model': model } },
    });
    const device = new FakeDevice('nano-01', board(look, ollama('other:1b')));
    const plan = await prepare(device, { ollama: 'qwen3:4b' });
    expect(plan).toMatchObject({
      says: expect.stringMatching(/the Ollama in container srv remove qwen3:4b/),
      steps: [{ docker: 'exec', container: 'srv', argv: ['ollama', 'rm', 'qwen3:4b'] }],
    });
    const served = new FakeDevice('nano-01', board(look, ollama('qwen3:4b')));
    await expect(prepare(served, { ollama: 'qwen3:4b' })).rejects.toMatchObject({
      message: expect.stringMatching(/a container uses it/),
    });
  });
});

describe('model_pull of Ollama', () => {
  it('is a job of its own command line, where Ollama runs', async () => {
    const tool = new ModelPull();
    const args = tool.spec.input.parse({ from: 'ollama:qwen3:4b' });
    const container = { Config: { Image: 'ollama/ollama:0.9', Labels: {} } };
    const plan = await tool.prepare(args, new FakeDevice('nano-01', board('', container)), call);
    const [launch] = plan.steps;
    expect(launch!.argv.slice(-5)).toEqual(['docker', 'exec', 'srv', 'ollama', 'pull', 'qwen3:4b'].slice(-5));
    await expect(tool.prepare(args, new FakeDevice('nano-01', board('')), call)).rejects.toMatchObject({
      kind: 'unsupported',
      message: 'No Ollama runs on this device.',
    });
  });
});

describe('the hash of a large file', () => {
  it('is asked once, and waited for no longer than a call lasts', async () => {
    const device = new FakeDevice('nano-01', { lines: { [`sha256sum -- ${path}`]: [`${'a'.repeat(64)}  ${path}`] } });
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const follow = device.follow.bind(device);
    device.follow = (source, onLine, signal) => gate.then(() => follow(source, onLine, signal));
    const hashes = new FileHashes();
    const file = { sizeBytes: 1e10, modified: 1 };
    const late = { ...call, deadlineMs: call.now() };
    await expect(hashes.of(path, file, device, late)).rejects.toMatchObject({ kind: 'timeout', retry: 'yes' });
    go();
    expect(await hashes.of(path, file, device, call)).toBe('a'.repeat(64));
    expect(await hashes.of(path, file, device, call)).toBe('a'.repeat(64));
    expect(device.asked).toEqual([`sha256sum -- ${path}`]);
  });
});

describe('a copy under the guard', () => {
  const copy: FileCopy = { copyTo: path, sizeBytes: 6, sha256: hashOf(Buffer.from('abcdef')), from: 'x' };
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  it('goes on after a link that was cut, is one step all the same, and ends with another failure', async () => {
    const fleet = new FakeFleet({ solo: {} });
    const told: string[] = [];
    const trail = {
      begin: (_: string, __: Step, number: number) => {
        told.push(`begin ${number}`);
        return Promise.resolve((error?: unknown) =>
          Promise.resolve(void told.push(error === undefined ? 'ok' : 'failed')),
        );
      },
    };
    const guard = new GuardedFleet(fleet, new Redactor(), { log: () => undefined }, () => Promise.resolve());
    const device = guard.device('solo', 'model_copy', { allows: 'steps', steps: [copy], trail });
    const { files } = fleet.device('solo');
    await device.files.putPiece(copy, 0, bytes('abc'), call.signal);
    const put = files.putPiece.bind(files);
    files.putPiece = () => Promise.reject(new Failure('unreachable', 'The link was cut.'));
    await expect(device.files.putPiece(copy, 3, bytes('def'), call.signal)).rejects.toMatchObject({
      kind: 'unreachable',
    });
    files.putPiece = put;
    await device.files.putPiece(copy, 3, bytes('def'), call.signal);
    await device.files.endCopy(copy, call.signal);
    expect(told).toEqual(['begin 1', 'ok']);
    await expect(device.files.putPiece(copy, 0, bytes('abc'), call.signal)).rejects.toMatchObject({
      kind: 'not_allowed',
    });
  });
});
