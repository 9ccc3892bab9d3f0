import { describe, expect, it } from '@jest/globals';
import { noAdditions, type CatalogAdditions } from '../../../src/core/ai/catalog-additions.js';
import { replyText } from '../../../src/core/reply/text.js';
import type { InventoryProblem } from '../../../src/ports/inventory.js';
import { AiCatalog } from '../../../tools/ai/ai_catalog.js';
import { fakeCall } from '../../fakes/fake-device.js';
import { policyOf, type WrittenRule } from '../../fakes/fake-policy-source.js';
import { fixture } from '../../app/runner-fixture.js';

const tool = new AiCatalog();
async function ask(
  args: object = {},
  additions: Partial<CatalogAdditions> = {},
  problems: readonly InventoryProblem[] = [],
) {
  const userCatalog = {
    current: () => Promise.resolve({ additions: { ...noAdditions, ...additions }, problems }),
    path: () => '~/.config/jetfleet/catalog.yaml',
  };
  const answer = await tool.readAll(tool.spec.input.parse(args), [], { ...fakeCall(), userCatalog });
  expect(tool.spec.output.parse(answer)).toEqual(answer);
  return answer;
}

describe('ai_catalog', () => {
  it('tells forms with size, engines and the least memory', async () => {
    const { total, models } = await ask({ find: 'llama 3.1 8b' });
    expect(total).toBe(1);
    expect(models[0]).toMatchObject({ id: 'llama3-1-8b', paramsB: 8.03, contextLength: 131_072 });
    expect(
      models[0]?.forms.map(({ name, sizeMB, leastRamGB, engines }) => [name, sizeMB, leastRamGB, engines[0]]),
    ).toEqual([
      ['W4A16', 5852, 16, 'vllm'],
      ['Q4_K_M', 4913, 8, 'llama.cpp'],
      ['Q4_K_M', 4913, 8, 'ollama'],
      ['q4f16_1', 4517, 8, 'mlc'],
    ]);
  });

  it('filters by engine and board, never below the memory that NVIDIA lists', async () => {
    const small = await ask({ ramGB: 8, limit: 100, engine: 'vllm' });
    expect(small.models.map(({ id }) => id)).toEqual(expect.arrayContaining(['gemma3-1b', 'llama3-2-3b', 'qwen3-4b']));
    expect(small.models.map(({ id }) => id)).not.toContain('gemma3-12b');
    for (const { forms } of small.models) {
      for (const form of forms) expect([form.engines.includes('vllm'), form.leastRamGB <= 8]).toEqual([true, true]);
    }
  });

  it('is paged, each model once, and every page fits', async () => {
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const answer = await ask({ limit: 100, ...(after !== undefined && { after }) });
      const reply = { summary: { ok: 1, failed: 0, skipped: 0 }, groups: [{ devices: [], data: answer }] };
      expect(JSON.stringify(reply).length + replyText(reply, '0123456789ab').length).toBeLessThan(16_000);
      ids.push(...answer.models.map(({ id }) => id));
      after = answer.next;
    } while (after !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength((await ask({ limit: 1 })).total);
    await expect(ask({ after: 'nothing' })).rejects.toMatchObject({ kind: 'invalid_input' });
  });

  it('has what the user’s file adds, and its problems with line and fix', async () => {
    const form = { name: 'Q6_K', format: 'gguf' as const, sizeMB: 6600, repo: 'house/llama', leastRamGB: 32 };
    const models = [
      { id: 'llama3-1-8b', quantisations: [form] },
      { id: 'house-7b', title: 'The house', quantisations: [form] },
    ];
    const problem = {
      line: 7,
      field: 'images[0].engine',
      message: 'engine takes another.',
      fix: 'Write `engine: vllm`.',
    };
    const answer = await ask({ find: 'house' }, { models }, [problem]);
    expect(answer.models.map(({ id }) => id)).toEqual(['llama3-1-8b', 'house-7b']);
    expect(answer.models[1]?.forms[0]).toMatchObject({ repo: 'house/llama', sizeMB: 6600, leastRamGB: 32 });
    expect(answer.problems).toEqual(['line 7: images[0].engine engine takes another. Write `engine: vllm`.']);
    expect(answer.own).toBe('~/.config/jetfleet/catalog.yaml');
  });

  it('asks no device and needs no selector', async () => {
    const { runner } = fixture({}, {}, [tool]);
    const outcome = await runner.run('ai_catalog', { find: 'qwen3' }, { signal: new AbortController().signal });
    expect(outcome).toMatchObject({
      status: 'done',
      reply: { groups: [{ devices: [], data: { total: expect.any(Number) } }] },
    });
    expect(outcome.text).toMatch(/qwen3-8b/);
  });

  it('is kept back by a rule that names it', async () => {
    const run = (...rules: WrittenRule[]) => {
      const app = Object.assign(fixture({}, {}, [tool]), { policy: policyOf(...rules) });
      return app.runner.run('ai_catalog', {}, { signal: new AbortController().signal });
    };
    for (const then of ['deny', 'ask'] as const)
      expect(await run({ then, tools: ['ai_*'] })).toMatchObject({ status: 'failed' });
    expect(await run({ then: 'deny', tools: ['ai_match'] })).toMatchObject({ status: 'done' });
  });

  it.each([{ engine: 'exllama' }, { ramGB: 0 }, { find: '' }, { limit: 1000 }, { stray: 1 }])('refuses %j', (args) => {
    expect(tool.spec.input.safeParse(args).success).toBe(false);
  });
});
