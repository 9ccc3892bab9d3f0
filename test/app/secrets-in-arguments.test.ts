import { describe, expect, it } from '@jest/globals';
import type { RunContext } from '../../src/app/run-context.js';
import { ModelPull } from '../../tools/ai/model_pull.js';
import { ComposeUp } from '../../tools/container/compose_up.js';
import { ContainerRun } from '../../tools/container/container_run.js';
import { policyOf } from '../fakes/fake-policy-source.js';
import { engineBoard, imageAnswer } from '../tools/container/engine-board.js';
import { fixture } from './runner-fixture.js';

const context: RunContext = { signal: new AbortController().signal, client: { name: 'test 1.0', asks: false } };
const image = { '/images/nginx/json': imageAnswer('nginx') };
const planted = 'Planted-4711';

const lab = () =>
  fixture({ 'nano-01': engineBoard({ answers: image }).board }, {}, [
    new ContainerRun(),
    new ComposeUp(),
    new ModelPull(),
  ]);
/** All that is kept of a call. */
const kept = (the: ReturnType<typeof lab>): string => JSON.stringify([the.audit.entries, [...the.consents.plans]]);
const wish = { selector: 'nano-01', image: 'nginx', name: 'web' };

describe('values that nobody is to read later', () => {
  it.each<[string, object]>([
    ['container_run', { ...wish, env: { DB_PASSWORD: planted } }],
    ['container_run', { ...wish, env: { OTHER: planted }, moed: 'x' }],
    [
      'compose_up',
      {
        selector: 'nano-01',
        project: 'lab',
        file: 'services: { web: { image: nginx, environment: { DB_PASSWORD: "${P}" } } }',
        variables: { P: planted },
      },
    ],
  ])('are in no record of %s %j', async (tool, args) => {
    const the = lab();
    await the.runner.run(tool, { ...args, plan: true }, context);
    expect(the.audit.entries.length).toBeGreaterThan(0);
    expect(kept(the)).toContain('web');
    expect(kept(the)).not.toContain(planted);
    expect(kept(the)).toMatch(/DB_PASSWORD|OTHER/);
  });

  it('are in the arguments on record by their names, and in the hash as they are', async () => {
    const the = lab();
    await the.runner.run('container_run', { ...wish, env: { OTHER: planted }, plan: true }, context);
    await the.runner.run('container_run', { ...wish, env: { OTHER: 'another' }, plan: true }, context);
    expect(the.audit.entries).toMatchObject([
      { event: 'planned', arguments: { env: { OTHER: '[redacted]' } } },
      { event: 'planned', arguments: { env: { OTHER: '[redacted]' } } },
    ]);
    expect(JSON.stringify(the.audit.entries)).not.toContain(planted);
    const hashes = [...the.consents.plans.values()].map(({ plan }) => plan.hash);
    expect(new Set(hashes).size).toBe(2);
  });

  it('of an address are refused before a rule or a plan repeats them', async () => {
    const the = lab();
    the.policy = policyOf({ then: 'deny', tools: ['model_pull'] });
    for (const from of [
      `https://cdn.example.org/m.gguf?X-Amz-Signature=${planted}`,
      `https://cdn.example.org/m.gguf?sig=${planted}`,
      `https://${planted}@example.org/m.gguf`,
    ]) {
      const { reply } = await the.runner.run('model_pull', { selector: 'nano-01', from }, context);
      expect(reply.failures).toMatchObject([{ kind: 'invalid_input', message: expect.stringContaining('from') }]);
      expect(JSON.stringify(reply)).not.toContain(planted);
    }
    expect(kept(the)).not.toContain(planted);
  });
});
