import { describe, expect, it } from '@jest/globals';
import type { RunContext } from '../../../src/app/run-context.js';
import { AiLaunch } from '../../../tools/ai/ai_launch.js';
import { AiStop } from '../../../tools/ai/ai_stop.js';
import { fixture } from '../../app/runner-fixture.js';
import {
  endpointContainer,
  imageAnswer,
  launchBoard,
  llamaImage,
  llamaLabels,
  llamaPorts,
  logLine,
  logPath,
} from './launch-board.js';

const name = 'ai-qwen3-4b';
const context: RunContext = { signal: new AbortController().signal, client: { name: 'test 1.0', asks: false } };

/** A board on which a launch comes to its end at once. */
function lab() {
  const { jobs, board } = launchBoard({
    answers: {
      [`/containers/${name}/json`]: endpointContainer(name, llamaLabels),
      [`/images/sha256%3A${'a'.repeat(64)}/json`]: imageAnswer(llamaImage),
    },
    sends: { [`POST /containers/${name}/update`]: {}, [`POST /containers/${name}/stop`]: '' },
    streams: { [logPath()]: [logLine('load_tensors: offloaded 37/37 layers to GPU')] },
  });
  jobs.outcome = { output: '', exitCode: 0 };
  return fixture({ nano: { ...board, http: llamaPorts() } }, {}, [new AiLaunch(), new AiStop()]);
}
const allow = (...images: string[]) => ({
  rules: [{ decision: 'allow' as const, tools: ['ai_launch'], arguments: { image: images }, place: 'rules[0]' }],
});

describe('ai_launch behind the guard', () => {
  it('does what was approved, looks at the rest, and answers within the call', async () => {
    const the = lab();
    the.policy = allow('ghcr.io/nvidia-ai-iot/*', 'dustynv/*');
    const outcome = await the.runner.run('ai_launch', { selector: 'nano', model: 'qwen3-4b' }, context);
    expect(outcome.reply.failures).toBeUndefined();
    expect(outcome.reply.groups).toMatchObject([{ data: { name, processor: 'gpu' } }]);
    const events = the.audit.entries.map(({ event }) => event);
    expect(events).toEqual(expect.arrayContaining(['consent', 'began', 'step', 'step_ended', 'ended']));
    expect(JSON.stringify(the.audit.entries)).toContain('docker run --detach --name=ai-qwen3-4b');
  });

  it('asks the policy about the image that was chosen', async () => {
    const the = lab();
    the.policy = allow('registry.lan/*');
    const outcome = await the.runner.run('ai_launch', { selector: 'nano', model: 'qwen3-4b' }, context);
    expect(outcome.reply.failures?.[0]).toMatchObject({ kind: 'not_confirmed' });
    expect(the.devices.devices.get('nano')?.ran ?? []).toEqual([]);
  });
});
