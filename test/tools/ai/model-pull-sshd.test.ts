import { existsSync, readFileSync, statSync, writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { stepText } from '../../../src/core/reply/plan.js';
import { ModelList } from '../../../tools/ai/model_list.js';
import { ModelPull } from '../../../tools/ai/model_pull.js';
import { sshdUnavailable } from '../../setup/sshd.js';
import { describeWith } from '../../setup/suite.js';
import { failureOf } from '../../adapters/ssh/rig.js';
import { curlStandIn, done, hashOf, modelHosts, type ModelHosts } from './model-board.js';

describeWith(sshdUnavailable(), 'model_pull over a real sshd', () => {
  let hosts: ModelHosts;
  const tool = new ModelPull();
  const bytes = randomBytes(300_000);
  const sha256 = hashOf(bytes);
  const url = 'https://models.example.com/llama.gguf';
  beforeAll(async () => {
    hosts = await modelHosts();
  });
  afterAll(() => hosts.stop());
  let path = '';
  beforeEach(() => {
    path = join(hosts.folder, 'llama.gguf');
    for (const each of [path, `${path}.jetfleet.json`, `${path}.jetfleet-part`]) rmSync(each, { force: true });
  });
  const pull = (args: object) => done(tool, { folder: hosts.folder, ...args }, hosts.the.device, hosts.call());

  it('goes on where it was cut, checks the hash, and says where it comes from', async () => {
    curlStandIn(hosts.the, bytes);
    const call = hosts.call();
    const args = tool.spec.input.parse({ from: url, folder: hosts.folder, sha256 });
    const plan = await tool.prepare(args, hosts.the.device, call);
    expect(plan.says).toMatch(
      /^Loads \S+llama\.gguf from models\.example\.com as a job: 300 kB\. Its SHA-256 is known/,
    );
    expect(stepText(plan.steps[0]!)).toContain(
      `load ${url} to ${path} (300000 bytes; which must have SHA-256 ${sha256}; public addresses only)`,
    );
    expect(await done(tool, args, hosts.the.device, call)).toEqual({
      name: 'llama.gguf',
      path,
      sizeBytes: 300_000,
      sha256,
      verified: true,
      says: 'It is there, with the SHA-256 it has to have.',
    });
    expect(hashOf(readFileSync(path))).toBe(sha256);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(JSON.parse(readFileSync(`${path}.jetfleet.json`, 'utf8'))).toMatchObject({
      sha256,
      sizeBytes: 300_000,
      verified: true,
      source: url,
    });
    const again = await tool.prepare(args, hosts.the.device, hosts.call());
    expect(again).toMatchObject({ says: `It is there already: ${path}.`, steps: [] });
    const list = new ModelList();
    const found = await list.read(list.spec.input.parse({ folders: [hosts.folder] }), hosts.the.device, hosts.call());
    expect(found.models.find((model) => model.path === path)).toMatchObject({
      sha256,
      verified: true,
      source: url,
      format: 'gguf',
    });
  });

  it('keeps nothing of what has another hash, and names no file', async () => {
    curlStandIn(hosts.the, bytes);
    const failure = await failureOf(pull({ from: url, sha256: 'a'.repeat(64) }));
    expect(failure.message).toMatch(/SHA-256 differ\. It was removed/);
    expect([existsSync(path), existsSync(`${path}.jetfleet-part`)]).toEqual([false, false]);
  });

  it('replaces nothing, and takes what is there where it is the same', async () => {
    curlStandIn(hosts.the, bytes);
    writeFileSync(path, bytes);
    expect(await pull({ from: url, sha256 })).toMatchObject({ sha256, verified: true });
    rmSync(`${path}.jetfleet.json`);
    writeFileSync(path, 'another file');
    expect((await failureOf(pull({ from: url, sha256 }))).message).toMatch(/something else at that path/);
    expect(readFileSync(path, 'utf8')).toBe('another file');
  });

  it('asks the hub with a token that no list of processes shows, and sends it to nobody else', async () => {
    const log = curlStandIn(hosts.the, bytes, { hash: sha256, redirect: 'https://cdn.example.net' });
    const tokenFile = join(hosts.folder, 'token');
    writeFileSync(tokenFile, 'hf_abcDEF123\n');
    expect(await pull({ from: 'hf:owner/repo/sub/llama.gguf@v1', tokenFile })).toMatchObject({
      sha256,
      verified: true,
    });
    const told = readFileSync(log, 'utf8');
    expect(told.match(/^argv .*hf_abc/gm)).toBeNull();
    const sent = told.split(/^argv /m).filter((each) => each.includes('Authorization'));
    expect(sent.length).toBeGreaterThan(0);
    for (const each of sent)
      expect(each).toContain('url = https://huggingface.co/owner/repo/resolve/v1/sub/llama.gguf');
    expect(told).toContain('url = https://cdn.example.net/x');
    expect(told).toContain('--resolve cdn.example.net:443:93.184.216.34');
  });

  it('sends no file that is not a token of the hub', async () => {
    curlStandIn(hosts.the, bytes);
    const tokenFile = join(hosts.folder, 'secret');
    writeFileSync(tokenFile, 'password of a person');
    const failure = await failureOf(pull({ from: 'hf:owner/repo/llama.gguf', tokenFile }));
    expect(failure).toMatchObject({ kind: 'not_allowed', message: expect.stringMatching(/holds no token/) });
  });

  it('never asks an address in a private network, by itself or by a redirect', async () => {
    const log = curlStandIn(hosts.the, bytes, { redirect: 'https://private.example.net' });
    for (const from of [url, 'https://private.example.com/llama.gguf'])
      expect((await failureOf(pull({ from }))).message).toMatch(/address in a private network/);
    expect(readFileSync(log, 'utf8')).not.toContain('url = https://private');
  });

  it('says what the site refuses', async () => {
    for (const [code, says] of [
      [403, /wants a login/],
      [404, /no such file/],
    ] as const) {
      hosts.the.server.standIn('curl', `cat >/dev/null; printf 'HTTP/1.1 ${code} No\\r\\n\\r\\n'`);
      expect((await failureOf(pull({ from: url }))).message).toMatch(says);
    }
  });
});
