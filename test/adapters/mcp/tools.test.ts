import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure, isWithdrawn } from '../../../src/core/errors.js';
import { FakeEngine, okReply } from './fake-engine.js';
import { wire, type Wire } from './wire.js';

describe.each(['legacy', 'modern'] as const)('tools over %s', (era) => {
  let engine: FakeEngine;
  let client: Wire;
  beforeEach(async () => {
    engine = new FakeEngine();
    client = await wire(() => Promise.resolve(engine), era);
  });
  afterEach(() => client.hangUp());

  it('are listed in one page, sorted, with hints and schemas', async () => {
    const { result } = await client.ask('tools/list');
    const tools = result?.['tools'] as Record<string, unknown>[];
    expect(tools.map((tool) => tool['name'])).toEqual(['system_first', 'system_second']);
    expect(result).not.toHaveProperty('nextCursor');
    expect(tools[0]).toMatchObject({
      title: 'system first',
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
      inputSchema: { type: 'object', additionalProperties: false, properties: { limit: { type: 'integer' } } },
      outputSchema: {
        type: 'object',
        properties: {
          summary: { type: 'object' },
          groups: {
            items: { properties: { data: { properties: { load: { type: 'number' }, rails: { type: 'object' } } } } },
          },
        },
      },
    });
    expect(JSON.stringify(tools)).not.toContain('milliwatts');
  });

  it('give the reply as data and as text', async () => {
    const { result } = await client.ask('tools/call', { name: 'system_first', arguments: {} });
    expect(result).toMatchObject({ structuredContent: okReply.reply, content: [{ type: 'text', text: okReply.text }] });
    expect(result).not.toHaveProperty('isError');
  });

  it('flag an answer in which nothing succeeded', async () => {
    const failures = [{ kind: 'unreachable' as const, message: 'No answer.', devices: ['one'] }];
    engine.answers['system_first'] = () => ({
      status: 'failed',
      reply: { summary: { ok: 0, failed: 1, skipped: 0 }, failures },
      text: 'FAILED one',
    });
    const { result } = await client.ask('tools/call', { name: 'system_first' });
    expect(result).toMatchObject({ isError: true, structuredContent: { failures } });
  });

  it('refuse an unknown name and offer the nearest', async () => {
    const { error } = await client.ask('tools/call', { name: 'system_frist' });
    expect(error).toMatchObject({ code: -32602, message: expect.stringContaining('Did you mean system_first?') });
  });

  it('name the option that brings a tool which exists', async () => {
    const other = new FakeEngine(['system_first'], ['system_far']);
    const { ask, hangUp } = await wire(() => Promise.resolve(other), era);
    const { error } = await ask('tools/call', { name: 'system_far' });
    expect(error?.code).toBe(-32602);
    expect(error?.message).toMatch(/system_far.*--tools system_far/);
    await hangUp();
  });

  it('answer a name of any length in few words', async () => {
    const { error } = await client.ask('tools/call', { name: 'x'.repeat(1_000_000) });
    expect(error?.code).toBe(-32602);
    expect(JSON.stringify(error).length).toBeLessThan(500);
  });

  it('never show a bug, but its reference', async () => {
    engine.answers['system_first'] = () => {
      throw new TypeError('cannot read password of undefined');
    };
    const { result } = await client.ask('tools/call', { name: 'system_first' });
    expect(result?.['isError']).toBe(true);
    expect(JSON.stringify(result)).not.toMatch(/password|TypeError|\bat /);
    const reference = /reference (\w{8})/.exec(JSON.stringify(result))?.[1];
    expect(client.logged).toContainEqual(expect.objectContaining({ fields: expect.objectContaining({ reference }) }));
  });

  it('tell how far they are, growing, and only when asked', async () => {
    engine.answers['system_first'] = (_args, { progress }) => {
      progress?.({ done: 1, total: 3, message: '1 of 3 devices' });
      progress?.({ done: 2, total: 3, message: '2 of 3 devices' });
      progress?.({ done: 3, total: 3, message: '3 of 3 devices' });
      return okReply;
    };
    await client.ask('tools/call', { name: 'system_first' });
    expect(client.received.filter(({ method }) => method === 'notifications/progress')).toEqual([]);
    await client.ask('tools/call', { name: 'system_first', _meta: { progressToken: 'p' } });
    const said = client.received
      .filter(({ method }) => method === 'notifications/progress')
      .map(({ params }) => params);
    expect(said[0]).toMatchObject({ progressToken: 'p', progress: 1, total: 3 });
    expect(said.at(-1)).toMatchObject({ progress: 3, total: 3, message: '3 of 3 devices' });
  });

  it('are cancelled by the client and by its hanging up', async () => {
    const reasons: unknown[] = [];
    let started: () => void = () => undefined;
    engine.answers['system_first'] = (_args, { signal }) =>
      new Promise((_resolve, reject) => {
        started();
        signal.addEventListener('abort', () => {
          reasons.push(isWithdrawn(signal));
          reject(new Failure('cancelled', 'The call was cancelled.'));
        });
      });
    const begin = async (id: number): Promise<void> => {
      const running = new Promise<void>((resolve) => (started = resolve));
      const meta = {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      };
      client.send({
        id,
        method: 'tools/call',
        params: { name: 'system_first', ...(era === 'modern' && { _meta: meta }) },
      });
      await running;
    };
    await begin(900);
    client.notify('notifications/cancelled', { requestId: 900, reason: 'enough' });
    await client.ask('tools/list');
    expect(reasons).toEqual([true]);
    await begin(901);
    await client.hangUp();
    await new Promise((resolve) => setImmediate(resolve));
    // What the calls began is ended for the one, and goes on without the other.
    expect(reasons).toEqual([true, false]);
    expect(client.received.filter(({ id }) => id === 900 || id === 901)).toEqual([]);
  });
});
