import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { ModelCopy } from '../../../tools/ai/model_copy.js';
import { ModelDelete } from '../../../tools/ai/model_delete.js';
import { failureOf } from '../../adapters/ssh/rig.js';
import { sshdUnavailable } from '../../setup/sshd.js';
import { describeWith } from '../../setup/suite.js';
import { done, hashOf, modelHosts, type ModelHosts } from './model-board.js';

describeWith(sshdUnavailable(), 'model files on two real hosts', () => {
  let hosts: ModelHosts;
  let target = '';
  const bytes = randomBytes(20_000_000);
  const sha256 = hashOf(bytes);
  beforeAll(async () => {
    hosts = await modelHosts({ hosts: ['127.0.0.1', '127.0.0.2'] });
    writeFileSync(join(hosts.folder, 'llama.gguf'), bytes);
    writeFileSync(join(hosts.folder, `-it's "a" $(x).gguf`), 'odd');
  });
  afterAll(() => hosts.stop());
  beforeEach(() => {
    target = join(hosts.the.server.folder, 'target');
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target);
    chmodSync(target, 0o777);
  });
  const there = () => hosts.the.fleet.device('board-2');
  const callWith = (progress: (message: string) => void = () => undefined) =>
    hosts.call({ peer: (name: string) => Promise.resolve(hosts.the.fleet.device(name)), progress });
  const copy = (args: object, call = callWith()) =>
    done(new ModelCopy(), { from: 'board-1', folder: join(target, 'models'), ...args }, there(), call);

  it('goes on where a link was cut, checks the hash, and tells where it comes from', async () => {
    const path = join(hosts.folder, 'llama.gguf');
    const said: string[] = [];
    let halted: Promise<void> | undefined;
    const call = callWith((message) => {
      said.push(message);
      const copied = said.filter((each) => each.startsWith('copied')).length;
      if (copied === 2) halted ??= hosts.the.server.halt();
      if (message.startsWith('a link was cut')) void halted?.then(() => hosts.the.server.restart());
    });
    const made = join(target, 'models', 'llama.gguf');
    expect(await copy({ path }, call)).toEqual({
      name: 'llama.gguf',
      path: made,
      sizeBytes: bytes.length,
      sha256,
      verified: false,
      says: 'It is there, with the SHA-256 of its source.',
    });
    expect(said).toContain('a link was cut: opens it again');
    const after = said.slice(said.indexOf('a link was cut: opens it again') + 1);
    expect(after.find((each) => each.startsWith('copied'))).not.toMatch(/^copied 4 MB/);
    expect(hashOf(readFileSync(made))).toBe(sha256);
    expect(JSON.parse(readFileSync(`${made}.jetfleet.json`, 'utf8'))).toMatchObject({
      sha256,
      source: `device board-1, ${path}`,
    });
    const plan = await new ModelCopy().prepare(
      { from: 'board-1', path, folder: join(target, 'models') },
      there(),
      callWith(),
    );
    expect(plan).toMatchObject({ says: `It is there already: ${made}.`, steps: [] });
  }, 90_000);

  it('takes up the part that an ended server left, and a later server says how it stands', async () => {
    const path = join(hosts.folder, 'llama.gguf');
    const part = join(target, 'llama.gguf.jetfleet-part');
    writeFileSync(part, bytes.subarray(0, 15_000_000));
    const uid = Number(execFileSync('id', ['-u', hosts.the.server.user], { encoding: 'utf8' }));
    chownSync(part, uid, uid);
    const tool = new ModelCopy();
    const said: string[] = [];
    const args = { from: 'board-1', path, folder: target };
    const plan = await tool.prepare(args, there(), callWith());
    expect(plan.says).toMatch(/15 MB of it are there from an earlier try/);
    const failure = await failureOf(tool.settle(plan.awaits!, there(), callWith()));
    expect(failure).toMatchObject({ message: expect.stringMatching(/copied 15 MB of 20 MB \(75 %\)/), retry: 'yes' });
    expect(
      await tool.perform(
        args,
        plan,
        there(),
        callWith((message) => void said.push(message)),
      ),
    ).toMatchObject({ sha256 });
    expect(said[0]).toMatch(/^copied (?:19|20) MB/);
    expect(await tool.settle(plan.awaits!, there(), callWith())).toMatchObject({ sha256 });
  });

  it('copies what has a name that a shell would trip over, under one that it would not', async () => {
    const path = join(hosts.folder, `-it's "a" $(x).gguf`);
    expect((await failureOf(copy({ path }))).message).toMatch(/^path: a model file is named by letters/);
    expect(await copy({ path, name: 'odd.gguf' })).toMatchObject({ sizeBytes: 3, sha256: hashOf(Buffer.from('odd')) });
  });

  it('replaces nothing, and copies nothing that is not there', async () => {
    const path = join(hosts.folder, 'llama.gguf');
    writeFileSync(join(target, 'llama.gguf'), 'mine');
    expect((await failureOf(copy({ path, folder: target }))).message).toMatch(/something else at that path/);
    writeFileSync(join(target, 'same.gguf'), Buffer.alloc(bytes.length));
    expect((await failureOf(copy({ path, folder: target, name: 'same.gguf' }))).message).toMatch(
      /another file of the same size/,
    );
    expect((await failureOf(copy({ path: join(hosts.folder, 'none.gguf') }))).message).toMatch(/no file there/);
    expect(readFileSync(join(target, 'llama.gguf'), 'utf8')).toBe('mine');
  });

  it('deletes what jetfleet brought, and nothing else', async () => {
    const tool = new ModelDelete();
    const path = join(hosts.folder, 'llama.gguf');
    await copy({ path, folder: target });
    const made = join(target, 'llama.gguf');
    const remove = (given: string) => done(tool, { path: given }, there(), callWith());
    writeFileSync(join(target, 'other.gguf'), 'x');
    symlinkSync(made, join(target, 'link.gguf'));
    expect((await failureOf(remove(join(target, 'other.gguf')))).message).toMatch(/no folder of models/);
    expect((await failureOf(remove(join(target, 'link.gguf')))).message).toMatch(/this is a link/);
    expect((await failureOf(remove('/etc/passwd'))).message).toMatch(/no folder of models/);
    expect((await failureOf(remove(join(target, 'none.gguf')))).message).toMatch(/nothing there/);
    const plan = await tool.prepare({ path: made }, there(), callWith());
    expect(plan.says).toMatch(/20 MB are freed\. It is not kept\./);
    expect(await remove(made)).toMatchObject({ what: made, says: 'It is gone.' });
    expect([existsSync(made), existsSync(`${made}.jetfleet.json`), existsSync(join(target, 'other.gguf'))]).toEqual([
      false,
      false,
      true,
    ]);
    expect(statSync(path).size).toBe(bytes.length);
  });
});
