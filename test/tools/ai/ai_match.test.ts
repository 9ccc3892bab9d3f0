import { describe, expect, it } from '@jest/globals';
import { noAdditions, type CatalogAdditions } from '../../../src/core/ai/catalog-additions.js';
import { Failure } from '../../../src/core/errors.js';
import type { Member } from '../../../src/ports/tool.js';
import type { Web } from '../../../src/ports/web.js';
import { AiMatch } from '../../../tools/ai/ai_match.js';
import { FakeDevice, fakeCall, type FakeBoard } from '../../fakes/fake-device.js';
import { ggufBytes } from '../../core/ai/headers/gguf-bytes.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';
import { engineWith, matchBoard } from './match-boards.js';

const tool = new AiMatch();
const idle = { totalMb: 7620, availableMb: 6500 };
const nano = matchBoard('nano', idle);
const agx = matchBoard('agx', { totalMb: 62_841, availableMb: 60_000 });
const thor = matchBoard('thor', { l4t: [38, '2.0'], totalMb: 125_772, availableMb: 122_000 });

function members(boards: Readonly<Record<string, FakeBoard>>): Member[] {
  return Object.entries(boards).map(([name, board]) => ({
    entry: deviceEntry(name),
    state: undefined,
    device: new FakeDevice(name, board),
    learn: () => Promise.resolve(undefined),
  }));
}
interface Around {
  readonly web?: Web;
  readonly additions?: Partial<CatalogAdditions>;
}
async function ask(args: object, boards: Readonly<Record<string, FakeBoard>>, { web, additions = {} }: Around = {}) {
  const call = fakeCall();
  const userCatalog = {
    current: () => Promise.resolve({ additions: { ...noAdditions, ...additions }, problems: [] }),
    path: () => 'catalog.yaml',
  };
  const parsed = tool.spec.input.parse(args);
  const answer = await tool.readAll(parsed, members(boards), { ...call, userCatalog, ...(web && { web }) });
  expect(tool.spec.output.parse(answer)).toEqual(answer);
  return answer;
}

describe('ai_match with a model', () => {
  it('ranks the boards that can hold it, best first, and gives a reason for each no', async () => {
    const small = matchBoard('nano', { totalMb: 3400, availableMb: 2900 });
    const { runs = [], no = [] } = await ask({ model: 'qwen3-8b' }, { small, nano, agx, thor });
    expect(runs.map(({ devices, verdict, engine }) => [devices, verdict, engine])).toEqual([
      [['thor'], 'fits_now', 'vllm'],
      [['agx'], 'fits_now', 'vllm'],
      [['nano'], 'fits_now', 'llama.cpp'],
    ]);
    expect(runs[0]).toMatchObject({
      image: { image: 'ghcr.io/nvidia-ai-iot/vllm:latest-jetson-thor' },
      expect: { tokensPerSecond: 41.55, from: expect.stringMatching(/^published \(vllm, W4A16\)/) },
      settings: { memoryShare: expect.any(Number) },
    });
    expect(runs[2]?.image.image).toBe('ghcr.io/nvidia-ai-iot/llama_cpp:latest-jetson-orin');
    expect(runs[2]?.expect?.from).toBe('estimated from the memory bandwidth');
    expect(no).toHaveLength(1);
    expect(no[0]).toMatchObject({ devices: ['small'], says: expect.stringMatching(/None of \d+ ways/) });
    const why = new Map(no[0]?.reasons?.map((reason) => [`${reason.engine} ${reason.quantisation}`, reason.why]));
    expect(why.get('llama.cpp Q4_K_M')).toMatch(/It needs \d+ MiB; with nothing else running/);
    expect(why.get('tensorrt-edge-llm INT4')).toMatch(/No known image of TensorRT Edge-LLM fits L4T 36\.5\.0/);
  });

  it('says what to stop, counting containers and the desktop', async () => {
    const engine = engineWith('web', 900);
    const busy = matchBoard('nano', { totalMb: 7620, availableMb: 5400, desktop: true, engine });
    const { runs } = await ask(
      { model: 'llama3-1-8b', engine: 'llama.cpp', quantisation: 'Q4_K_M', context: 2048 },
      { busy },
    );
    expect(runs).toMatchObject([
      { verdict: 'fits_after_stopping', stop: [{ kind: 'container', name: 'web', mb: 900 }] },
    ]);
    expect(runs?.[0]?.sum.map(({ what }) => what)).toEqual(['weights', 'kv_cache', 'engine', 'headroom']);
  });

  it('says alike boards once, told by the one with the least to spare', async () => {
    const fleet = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [
        `nano-${String(i + 1).padStart(2, '0')}`,
        matchBoard('nano', { totalMb: 7620, availableMb: 6000 + i }),
      ]),
    );
    const { runs } = await ask({ model: 'llama3-2-3b' }, fleet);
    expect(runs).toHaveLength(1);
    expect(runs?.[0]).toMatchObject({ devices: ['nano-[01-20]'], availableMb: 6000 });
  });

  it('tells a board without Docker, or one that is away, among the others', async () => {
    const bare = { ...nano, files: { ...nano.files }, missing: ['docker'] };
    delete (bare.files as Record<string, string>)['/var/run/docker.sock'];
    const away: FakeBoard = { failing: new Failure('unreachable', 'It does not answer.', { hint: 'Is it on?' }) };
    const { runs, no } = await ask({ model: 'llama3-2-3b', engine: 'llama.cpp' }, { bare, away });
    expect(runs?.map(({ devices }) => devices)).toEqual([['bare']]);
    expect(no).toEqual([{ devices: ['away'], says: 'It does not answer.', hint: 'Is it on?' }]);
  });

  it('goes by memory and release where the container engine may not be asked, and says so', async () => {
    const failing = new Failure('not_allowed', 'The login user may not use Docker.');
    const closed = matchBoard('nano', { totalMb: 7620, availableMb: 5400, desktop: true });
    const board = { ...closed, docker: { failing } };
    const question = { model: 'llama3-1-8b', engine: 'llama.cpp', quantisation: 'Q4_K_M', context: 2048 };
    const { runs, notes } = await ask(question, { one: board, two: board });
    expect(runs).toMatchObject([{ devices: ['one', 'two'], stop: [{ kind: 'desktop' }] }]);
    expect(notes).toEqual(['Containers were not counted on one, two: The login user may not use Docker.']);
  });

  it('never takes a release that it does not know for another', async () => {
    const future = matchBoard('thor', { l4t: [41, '1.0'], totalMb: 125_772, availableMb: 120_000 });
    const { runs, no } = await ask({ model: 'llama3-1-8b', engine: 'vllm' }, { future });
    expect(runs).toBeUndefined();
    expect(no?.[0]?.says).toMatch(/cannot be told: not known is rules for L4T R41/);
  });

  it('measures at the hub what the catalog does not have, without pulling it', async () => {
    const asked: (readonly [string, number, number])[] = [];
    const head = ggufBytes({
      metadata: {
        'general.architecture': { text: 'llama' },
        'llama.block_count': { u32: 16 },
        'llama.embedding_length': { u32: 2048 },
        'llama.attention.head_count': { u32: 32 },
        'llama.attention.head_count_kv': { u32: 8 },
      },
    });
    const listing = JSON.stringify([
      { type: 'file', path: 'README.md', size: 10 },
      { type: 'file', path: 'tiny-Q8_0.gguf', size: 130, lfs: { size: 2_000_000_000 } },
      { type: 'file', path: 'tiny-Q4_K_M.gguf', size: 130, lfs: { size: 1_048_576_000 } },
    ]);
    const web: Web = {
      range: (url, from, bytes) => {
        asked.push([url, from, bytes]);
        return Promise.resolve({ bytes: url.includes('/api/') ? new TextEncoder().encode(listing) : head });
      },
    };
    const { runs } = await ask({ model: 'someone/Tiny-GGUF', context: 4096 }, { nano }, { web });
    expect(runs?.[0]?.sum.slice(0, 2)).toEqual([
      { what: 'weights', mb: 1000, from: 'by the size of its file' },
      { what: 'kv_cache', mb: 128, from: '4096 tokens, f16' },
    ]);
    expect(asked.map(([url]) => url)).toEqual([
      'https://huggingface.co/api/models/someone/Tiny-GGUF/tree/main?recursive=true',
      'https://huggingface.co/someone/Tiny-GGUF/resolve/main/tiny-Q4_K_M.gguf',
    ]);
    expect(Math.max(...asked.map(([, , bytes]) => bytes))).toBeLessThanOrEqual(2 * 2 ** 20);
  });

  it('goes on by estimates where the hub is out of reach, and says so', async () => {
    const { runs, notes } = await ask({ model: 'someone/Qwen9-4B-GGUF' }, { nano });
    expect(runs?.[0]?.sum[1]?.from).toMatch(/estimated/);
    expect(notes?.join()).toMatch(/could not be measured at the hub.*no internet.*estimates/);
    const measured = await ask({ model: 'qwen3-4b', engine: 'llama.cpp', measure: true }, { nano });
    expect(measured.runs).toHaveLength(1);
    expect(measured.notes).toHaveLength(1);
  });

  it('says where a repository is not there', async () => {
    const web: Web = { range: () => Promise.reject(new Failure('invalid_input', 'There is no such repository.')) };
    await expect(ask({ model: 'someone/nothing-GGUF' }, { nano }, { web })).rejects.toMatchObject({
      kind: 'invalid_input',
    });
  });

  it('reads the head of a file on each device', async () => {
    const head = new TextDecoder('latin1').decode(
      ggufBytes({
        metadata: {
          'general.architecture': { text: 'llama' },
          'llama.block_count': { u32: 10 },
          'llama.attention.head_count': { u32: 8 },
          'llama.embedding_length': { u32: 64 },
        },
      }),
    );
    const path = '/data/models/tiny-Q4_K_M.gguf';
    const has = matchBoard('nano', { ...idle, files: { [path]: head } });
    const { runs, no } = await ask({ model: path }, { has, nano });
    expect(runs).toMatchObject([{ devices: ['has'], quantisation: 'Q4_K_M' }]);
    expect(runs?.[0]?.sum[1]).toMatchObject({ what: 'kv_cache', from: '4096 tokens, f16' });
    expect(no).toMatchObject([{ devices: ['nano'], says: expect.stringMatching(/no such file/) }]);
  });

  it('refuses a model that nobody knows, with the nearest', async () => {
    await expect(ask({ model: 'qwen3-4' }, { nano })).rejects.toMatchObject({
      kind: 'invalid_input',
      hint: expect.stringMatching(/qwen3-4b/),
    });
  });

  it.each(['../../etc/passwd', 'a b', '-x', 'https://169.254.169.254/x', '/data/../../etc', 'x\n'])(
    'refuses the model %p',
    async (model) => {
      const device = new FakeDevice('nano', nano);
      const refused = tool.spec.input.safeParse({ model });
      if (!refused.success) return;
      const one = { entry: deviceEntry('nano'), state: undefined, device, learn: () => Promise.resolve(undefined) };
      await tool.readAll(refused.data, [one], fakeCall()).then(
        ({ runs }) => expect(runs).toBeUndefined(),
        (error: unknown) => expect(error).toMatchObject({ kind: 'invalid_input' }),
      );
      expect(device.ran).toEqual([]);
    },
  );

  it('takes models and images of the user’s own', async () => {
    const additions = {
      images: [{ image: 'registry.lan:5000/llama:1', engine: 'llama.cpp' as const, l4t: '36.5' }],
      models: [
        {
          id: 'house-7b',
          quantisations: [{ name: 'Q4_K_M', format: 'gguf' as const, sizeMB: 3000, repo: 'house/model' }],
        },
      ],
    };
    const { runs } = await ask({ model: 'house-7b', engine: 'llama.cpp' }, { nano }, { additions });
    expect(runs).toMatchObject([
      { image: { image: 'registry.lan:5000/llama:1' }, sum: [{ mb: 2862, from: "by the user's catalog" }, {}, {}, {}] },
    ]);
  });
});

describe('ai_match without a model', () => {
  it('names the best image of each engine, once for boards that are alike', async () => {
    const { images = [] } = await ask({}, { nano, second: matchBoard('nano', idle), thor });
    expect(images.map(({ devices, l4t, sm, cuda }) => [devices, l4t, cuda, sm])).toEqual([
      [['nano', 'second'], '36.5.0', '12.6', '8.7'],
      [['thor'], '38.2.0', '13.0', '11.0'],
    ]);
    expect(images[0]?.engines['tensorrt-edge-llm']).toEqual({
      none: expect.any(String),
      hint: expect.stringMatching(/JetPack 7/),
    });
    expect(images[1]?.engines['sglang']).toMatchObject({ image: 'nvcr.io/nvidia/sglang:26.01-py3' });
  });

  it('prefers what the board has built', async () => {
    const engine = engineWith('web', 10, [
      'vllm:r38.2.aarch64-cu130-24.04-vllm',
      'vllm:r38.2.aarch64-cu130-24.04-opencv',
      '<none>:<none>',
    ]);
    const built = matchBoard('thor', { l4t: [38, '2.0'], totalMb: 125_772, availableMb: 120_000, engine });
    const { images } = await ask({ engine: 'vllm' }, { built });
    expect(images?.[0]?.engines).toMatchObject({ vllm: { image: 'vllm:r38.2.aarch64-cu130-24.04-vllm', local: true } });
  });
});

describe('the answer', () => {
  it('names some of a row with very many devices, and says how many more there are', async () => {
    const fleet = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`robot-${i * 7919}-x`, nano]));
    const { runs } = await ask({ model: 'llama3-2-3b' }, fleet);
    expect([runs?.length, runs?.[0]?.devices.length, runs?.[0]?.moreDevices]).toEqual([1, 40, 260]);
  });

  it('fits, however many boards and however unlike they are', async () => {
    const fleet = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [
        `robot-${i * 7919}-x`,
        matchBoard(i % 3 === 0 ? 'agx' : 'nano', {
          l4t: [36, `${2 + (i % 4)}.${i % 8}`],
          totalMb: 7620,
          availableMb: 3000 + 11 * i,
          engine: engineWith(`container-${i}`, 300 + i),
        }),
      ]),
    );
    for (const args of [{ model: 'llama3-1-8b' }, {}, { model: 'qwen3-8b', engine: 'llama.cpp' }]) {
      const answer = await ask(args, fleet);
      const reply = {
        summary: { ok: 300, failed: 0, skipped: 0 },
        groups: [{ devices: Object.keys(fleet), data: answer }],
      };
      expect(JSON.stringify(answer).length).toBeLessThan(8000);
      expect(JSON.stringify(reply).length).toBeLessThan(20_000);
      expect(answer.more ?? 0).toBeGreaterThanOrEqual(0);
    }
  });
});
