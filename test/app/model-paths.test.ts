import { describe, expect, it } from '@jest/globals';
import { placeScript } from '../../src/core/ai/model-files/place.js';
import { offerScript } from '../../src/core/ai/model-files/pull-script.js';
import type { RunContext } from '../../src/app/run-context.js';
import { ModelPull } from '../../tools/ai/model_pull.js';
import type { FakeBoard } from '../fakes/fake-device.js';
import { policyOf, type WrittenRule } from '../fakes/fake-policy-source.js';
import { fixture } from './runner-fixture.js';

const asking: RunContext = { signal: new AbortController().signal, client: { name: 'test', asks: true } };
const texts: Readonly<Record<string, (words: readonly string[]) => string>> = {
  [placeScript]: ([, , , , folder = '-']) =>
    `folder ${folder === '-' ? '/data/models' : folder}\nbase ${folder === '-' ? '/data/models' : folder}\nwritable yes\ndf x 9 1 90000000 10% /`,
  [offerScript]: () => 'jetfleet-end offer 1000 -',
};
const board: FakeBoard = {
  programs: { sh: ({ argv }) => ({ text: texts[argv[2] ?? '']?.(argv) ?? '' }) },
  links: { '/home/ada/linked': '/etc/cron.d' },
};

describe('where model_pull writes', () => {
  const from = 'https://models.example.com/llama.gguf';
  const call = (args: object, ...rules: readonly WrittenRule[]) => {
    const the = fixture({ orin: board }, {}, [new ModelPull()]);
    the.policy = policyOf(...rules);
    return the.runner.run('model_pull', { selector: 'orin', from, plan: true, ...args }, asking);
  };

  it('is judged by the path that it comes out as on the device', async () => {
    const rule: WrittenRule = { then: 'deny', tools: ['model_pull'], arguments: { path: ['/data/models/*'] } };
    expect((await call({}, rule)).reply.failures).toMatchObject([
      { kind: 'not_allowed', message: expect.stringContaining('rules[0]') },
    ]);
    expect((await call({ folder: '/mnt/ssd' }, rule)).reply.failures).toBeUndefined();
  });

  it.each(['/etc/cron.d', '/usr/lib', '/home/ada/.ssh', '/home/ada/linked'])('is never %s', async (folder) => {
    const { reply } = await call({ folder });
    expect(reply.failures).toMatchObject([{ kind: 'not_allowed' }]);
    expect(reply.plan).toBeUndefined();
  });
});
