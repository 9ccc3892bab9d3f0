import { describe, expect, it } from '@jest/globals';
import type { FakeBoard } from '../../fakes/fake-board.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';
import { Failure } from '../../../src/core/errors.js';
import type { Member } from '../../../src/ports/tool.js';
import { AiScale } from '../../../tools/ai/ai_scale.js';
import {
  endpointContainer,
  endpointRow,
  imageAnswer,
  launchBoard,
  llamaImage,
  llamaLabels,
  llamaPorts,
  logLine,
  logPath,
} from './launch-board.js';

const tool = new AiScale();
const name = 'ai-qwen3-4b';
const parse = (args: object = {}) => tool.spec.input.parse({ model: 'qwen3-4b', replicas: 1, ...args });
const serving = {
  answers: {
    '/containers/json': [endpointRow(name, llamaLabels)],
    [`/containers/${name}/json`]: endpointContainer(name, llamaLabels),
  },
};
const hot: FakeBoard = {
  files: {
    '/sys/class/thermal/thermal_zone0/type': 'tj-thermal\n',
    '/sys/class/thermal/thermal_zone0/temp': '91000\n',
  },
};

function member(
  device: string,
  board: FakeBoard,
  labels: Record<string, string> = {},
): Member & { readonly device: FakeDevice } {
  return {
    entry: { ...deviceEntry(device), labels },
    state: undefined,
    device: new FakeDevice(device, board),
    learn: () => Promise.resolve(undefined),
  };
}
const idle = (more: FakeBoard = {}): FakeBoard => launchBoard({}, more).board;

async function planned(members: readonly Member[], args: object = {}) {
  const call = fakeCall();
  const gathered = await tool.gather(parse(args), members, call);
  const plans = await Promise.all(members.map(({ device }) => tool.prepare(parse(args), device, call, gathered)));
  return { call, gathered, plans };
}

describe('ai_scale', () => {
  it('launches on the device of the site without one, and leaves the others', async () => {
    const members = [
      member('a1', launchBoard(serving).board, { site: 'a' }),
      member('a2', idle(), { site: 'a' }),
      member('b1', idle(hot), { site: 'b' }),
    ];
    const { plans, gathered } = await planned(members, { replicas: 2 });
    expect(plans.map(({ steps }) => steps.length > 0)).toEqual([false, false, true]);
    expect(plans.map(({ says }) => says)).toEqual([
      'It serves the model already.',
      expect.stringContaining('It gets no replica'),
      expect.stringContaining('Serves qwen3-4b'),
    ]);
    expect(JSON.parse(JSON.stringify(gathered))).toEqual(gathered);
    for (const { device } of members) expect(device.ran).toEqual([]);
  });

  it.each<[object, boolean]>([
    [{}, true],
    [{ engine: 'llama.cpp', context: 4096 }, true],
    [{ engine: 'vllm' }, false],
    [{ context: 8192 }, false],
    [{ quantisation: 'Q8_0' }, false],
  ])('counts an endpoint that is there for %j: %s', async (args, counts) => {
    const call = fakeCall();
    const { devices } = await tool
      .gather(parse({ ...args, replicas: 0 }), [member('a1', launchBoard(serving).board)], call)
      .then((gathered) => gathered as { devices: Record<string, { serves: string[] }> });
    expect(devices['a1']?.serves).toEqual(counts ? [name] : []);
  });

  it('takes the cool board where both could', async () => {
    const members = [member('a1', idle(hot)), member('a2', idle())];
    const { plans } = await planned(members);
    expect(plans.map(({ steps }) => steps.length > 0)).toEqual([false, true]);
  });

  it('stops and removes what is too many', async () => {
    let looks = 0;
    const engine = {
      answers: {
        ...serving.answers,
        [`/containers/${name}/json`]: () => (looks++ === 0 ? endpointContainer(name, llamaLabels) : undefined),
      },
      sends: { [`POST /containers/${name}/stop`]: '', [`DELETE /containers/${name}`]: '' },
    };
    const only = member('a1', launchBoard(engine).board);
    const { call, plans } = await planned([only], { replicas: 0 });
    const [plan] = plans;
    if (plan === undefined) throw new Error('no plan');
    expect(plan.says).toMatch(/^Stops serving qwen3-4b .* and removes its container/);
    expect(await tool.perform(parse(), plan, only.device, call)).toMatchObject({ action: 'stopped', endpoints: [] });
    expect(only.device.docker.sent).toHaveLength(2);
  });

  it('answers with the endpoint once it works', async () => {
    const { jobs, board } = launchBoard();
    const only = member('a1', board);
    const { call, plans } = await planned([only]);
    const [plan] = plans;
    if (plan?.awaits === undefined) throw new Error('no plan');
    jobs.outcome = { output: '', exitCode: 0 };
    expect(await tool.perform(parse(), plan, only.device, call)).toBeUndefined();
    const docker = {
      ...board.docker,
      answers: { ...serving.answers, [`/images/sha256%3A${'a'.repeat(64)}/json`]: imageAnswer(llamaImage) },
      sends: { [`POST /containers/${name}/update`]: {} },
      streams: { [logPath()]: [logLine('load_tensors: offloaded 37/37 layers to GPU')] },
    };
    only.device.board = { ...board, http: llamaPorts(), docker };
    const data = await tool.settle(plan.awaits, only.device, { ...call, beganAgoMs: 1, reachedForMs: 1 });
    expect(tool.spec.output.parse(data)).toMatchObject({
      action: 'launched',
      endpoints: [name],
      launched: { processor: 'gpu' },
    });
  });

  it('refuses where fewer fit, with the reasons, also of a device that is away', async () => {
    const away = member('a2', { failing: new Failure('unreachable', 'It does not answer.') });
    const small = member(
      'a3',
      idle({ files: { '/proc/meminfo': 'MemTotal: 4000000 kB\nMemFree: 100 kB\nMemAvailable: 300000 kB\n' } }),
    );
    await expect(planned([member('a1', idle()), away, small], { replicas: 3 })).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringMatching(/^replicas: 1 of 3 fit.*a2: It does not answer\..*a3: /),
    });
    const { plans } = await planned([member('a1', idle()), away], { replicas: 1 });
    expect(plans.map(({ steps }) => steps.length > 0)).toEqual([true, false]);
  });

  it.each([{ replicas: -1 }, { replicas: 1.5 }, { spread: 'a b' }, { replicas: undefined }])(
    'does not take %j',
    (args) => expect(tool.spec.input.safeParse({ model: 'qwen3-4b', replicas: 1, ...args }).success).toBe(false),
  );
});
