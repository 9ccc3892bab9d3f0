import { describe, expect, it } from '@jest/globals';
import type { RunContext } from '../../src/app/run-context.js';
import { FileRead } from '../../tools/system/file_read.js';
import { FileWrite } from '../../tools/system/file_write.js';
import type { FakeBoard } from '../fakes/fake-device.js';
import { policyOf, type WrittenRule } from '../fakes/fake-policy-source.js';
import { fixture } from './runner-fixture.js';

const signal = new AbortController().signal;
const silent: RunContext = { signal, client: { name: 'test', asks: false } };
const asking: RunContext = { signal, client: { name: 'test', asks: true } };
const board: FakeBoard = {
  files: { '/etc/plant/a': 'secret plan', '/etc/hosts': 'old', '/home/ada/notes.txt': 'mine', '/opt/app/x': '1' },
  links: { '/home/ada/plant': '/etc/plant', '/home/ada/hosts': '/etc/hosts', '/home/ada/mine': '/home/ada/notes.txt' },
};

function lab(...rules: readonly WrittenRule[]) {
  const the = fixture({ orin: board }, {}, [new FileRead(), new FileWrite()]);
  the.policy = policyOf(...rules);
  const call = (tool: string, args: object, context = silent) =>
    the.runner.run(tool, { selector: 'orin', ...args }, context);
  return Object.assign(the, { call });
}
const content = (reply: object): string => JSON.stringify(reply);

describe('rules for paths', () => {
  it('hold through a link, with the other arguments that they name', async () => {
    const the = lab({
      then: 'deny',
      tools: ['file_read'],
      arguments: { path: ['/etc/plant/*'], encoding: ['base64'] },
    });
    for (const path of ['/etc/plant/a', '/home/ada/plant/a']) {
      const { reply } = await the.call('file_read', { path, encoding: 'base64' });
      expect(reply.failures).toMatchObject([{ kind: 'not_allowed', message: expect.stringContaining('rules[0]') }]);
      expect(content((await the.call('file_read', { path })).reply)).toContain('secret plan');
    }
  });

  it('let a file be written where they name more than the path', async () => {
    const write = { path: '/home/ada/.notes', text: 'x' };
    const rule = { then: 'allow', tools: ['file_write'], arguments: { path: ['/home/ada/*'], mode: ['0600'] } };
    const the = lab(rule);
    // A mode in three digits is the same mode.
    for (const mode of ['0600', '600']) expect((await the.call('file_write', { ...write, mode })).status).toBe('done');
    expect((await the.call('file_write', { ...write, mode: '0640' })).reply.failures).toMatchObject([
      { kind: 'not_confirmed' },
    ]);
  });

  it('that want a question are not got around by a link', async () => {
    const the = lab({ then: 'ask', tools: ['file_read'], arguments: { path: ['/etc/plant/*'] } });
    expect((await the.call('file_read', { path: '/etc/plant/a' }, asking)).status).toBe('ask');
    const { reply } = await the.call('file_read', { path: '/home/ada/plant/a' }, asking);
    expect(reply.failures).toMatchObject([{ kind: 'not_allowed', message: expect.stringContaining('link') }]);
    expect(content(reply)).not.toContain('secret plan');
  });
});

describe('file_write through a link', () => {
  it.each([{ plan: true }, {}, { sudo: true, plan: true }])(
    'to where a person is needed is refused before anybody is asked: %j',
    async (more) => {
      const the = lab();
      const { reply, status } = await the.call('file_write', { path: '/home/ada/hosts', text: 'x', ...more }, asking);
      expect(status).toBe('failed');
      expect(reply.plan).toBeUndefined();
      expect(reply.failures).toMatchObject([
        { kind: 'not_allowed', message: expect.stringContaining('Name the path that it leads to.') },
      ]);
      expect(the.audit.entries.map(({ event }) => event)).toEqual(['refused']);
    },
  );

  it('to a place of the same kind is planned; and the path that it leads to is asked about', async () => {
    const the = lab();
    const plan = async (path: string) => (await the.call('file_write', { path, text: 'x', plan: true })).reply.plan;
    expect(await plan('/home/ada/mine')).toMatchObject({ token: expect.any(String) });
    expect(await plan('/home/ada/mine')).not.toHaveProperty('code');
    expect(await plan('/etc/hosts')).toMatchObject({ code: expect.any(String) });
    expect(await plan('/opt/app/x')).toMatchObject({ code: expect.any(String) });
  });
});
