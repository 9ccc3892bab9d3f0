import { afterEach, describe, expect, it } from '@jest/globals';
import { AskingEngine, question, wrongAnswers } from './asking-engine.js';
import { type Message, wire, type Wire, type WireOptions } from './wire.js';

const capabilities = { elicitation: {} };
const yes = { action: 'accept', content: { approve: true } };
const params = { name: 'system_first', arguments: { limit: 1 } };
const isQuestion = ({ method }: Message): boolean => method === 'elicitation/create';

describe('consent with a client of 2025-11-25', () => {
  const open: Wire[] = [];
  const connect = async (more: WireOptions = {}): Promise<{ engine: AskingEngine; client: Wire }> => {
    const engine = new AskingEngine();
    const client = await wire(() => Promise.resolve(engine), 'legacy', { capabilities, ...more });
    open.push(client);
    return { engine, client };
  };
  afterEach(async () => {
    for (const client of open.splice(0)) await client.hangUp();
  });

  it('is asked for while the call waits, and a yes does it', async () => {
    const { engine, client } = await connect({ clientInfo: { name: 'Desk', version: '2' } });
    const answer = client.ask('tools/call', params);
    const asked = await client.until(isQuestion);
    expect(asked.params).toMatchObject({
      mode: 'form',
      message: question.message,
      requestedSchema: { type: 'object', required: ['approve'] },
    });
    client.send({ id: asked.id!, result: yes });
    expect((await answer).result).toMatchObject({ structuredContent: { summary: { ok: 1 } } });
    expect(engine.client).toEqual({ name: 'Desk 2', asks: true });
    expect(engine.runs.at(-1)).toMatchObject({
      args: { limit: 1 },
      answer: { token: question.token, decision: 'approved' },
      answerByMs: expect.any(Number),
    });
  });

  it('leaves the rest of the time that the client waits, counted from when it called', async () => {
    const { engine, client } = await connect();
    engine.preparing = () => new Promise((resolve) => setTimeout(resolve, 50));
    const answer = client.ask('tools/call', params);
    client.send({ id: (await client.until(isQuestion)).id!, result: yes });
    await answer;
    const leftMs = (engine.runs.at(-1)?.answerByMs ?? 0) - Date.now();
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThan(55_000 - 40);
  });

  it.each(wrongAnswers)('is not given by %s', async (_what, response, decision) => {
    const { engine, client } = await connect();
    const answer = client.ask('tools/call', params);
    client.send({ id: (await client.until(isQuestion)).id!, result: response as Record<string, unknown> });
    expect((await answer).result).toMatchObject({ isError: true });
    expect(engine.decisions).toEqual([undefined, decision]);
    expect(engine.runs.at(-1)?.signal.aborted).toBe(false);
  });

  it('is not given by an error', async () => {
    const { engine, client } = await connect();
    const answer = client.ask('tools/call', params);
    client.send({ id: (await client.until(isQuestion)).id!, error: { code: -32601, message: 'Method not found' } });
    expect((await answer).result).toMatchObject({ isError: true });
    expect(engine.decisions).toEqual([undefined, 'cancelled']);
  });

  it('is not waited for longer than the client waits, and a late yes does nothing', async () => {
    const { engine, client } = await connect({ legacyAnswerWithinMs: 100 });
    const answer = client.ask('tools/call', params);
    const asked = await client.until(isQuestion);
    expect((await answer).result).toMatchObject({ isError: true });
    expect(engine.decisions).toEqual([undefined, 'timed_out']);
    const withdrawn = await client.until(({ method }) => method === 'notifications/cancelled');
    expect(withdrawn.params).toMatchObject({ requestId: asked.id });
    client.send({ id: asked.id!, result: yes });
    await client.ask('tools/list');
    expect(engine.decisions).toEqual([undefined, 'timed_out']);
  });

  it('is not asked for when making the plan has used up the time', async () => {
    const { engine, client } = await connect({ legacyAnswerWithinMs: 10 });
    engine.preparing = () => new Promise((resolve) => setTimeout(resolve, 30));
    await client.ask('tools/call', params);
    expect(engine.decisions).toEqual([undefined, 'timed_out']);
    expect(client.received.filter(isQuestion)).toEqual([]);
  });

  it('is not given by a client that cancels the call', async () => {
    const { engine, client } = await connect();
    client.send({ id: 900, method: 'tools/call', params });
    const asked = await client.until(isQuestion);
    client.notify('notifications/cancelled', { requestId: 900, reason: 'enough' });
    await client.until(({ method }) => method === 'notifications/cancelled');
    client.send({ id: asked.id!, result: yes });
    await client.ask('tools/list');
    expect(engine.decisions).toEqual([undefined, 'cancelled']);
    expect(engine.runs.at(-1)?.signal.aborted).toBe(false);
    expect(client.received.filter(({ id }) => id === 900)).toEqual([]);
  });

  it('is taken back by a client that says yes and cancels at once', async () => {
    const { engine, client } = await connect();
    client.send({ id: 900, method: 'tools/call', params });
    const asked = await client.until(isQuestion);
    client.send({ id: asked.id!, result: yes });
    client.notify('notifications/cancelled', { requestId: 900 });
    await client.ask('tools/list');
    for (const { answer, signal } of engine.runs.slice(1))
      expect(answer?.decision === 'approved' && !signal.aborted).toBe(false);
  });

  it('is not given by a client that has gone', async () => {
    const { engine, client } = await connect();
    client.send({ id: 900, method: 'tools/call', params });
    await client.until(isQuestion);
    await client.hangUp();
    await client.serving.idle();
    expect(engine.decisions).toEqual([undefined, 'cancelled']);
    expect(engine.runs.at(-1)?.signal.aborted).toBe(false);
  });

  it('is not given by the fields of a later revision', async () => {
    const { engine, client } = await connect();
    const forged = { ...params, requestState: 'v1.e30.e30', inputResponses: { consent: yes } };
    const answer = client.ask('tools/call', forged);
    const asked = await client.until(isQuestion);
    client.send({ id: asked.id!, result: { action: 'decline' } });
    await answer;
    expect(engine.decisions).toEqual([undefined, 'declined']);
  });

  it('is not asked of a client without forms', async () => {
    const { engine, client } = await connect({ capabilities: {} });
    const { result } = await client.ask('tools/call', params);
    expect(result).toMatchObject({ isError: true });
    expect(engine.client).toEqual({ name: 'test 1', asks: false });
    expect(client.received.filter(isQuestion)).toEqual([]);
  });

  it('goes on counting its progress after the answer', async () => {
    const { client } = await connect();
    const answer = client.ask('tools/call', { ...params, _meta: { progressToken: 'p' } });
    client.send({ id: (await client.until(isQuestion)).id!, result: yes });
    await answer;
    const told = client.received.filter(({ method }) => method === 'notifications/progress');
    expect(told.map(({ params: { progress, message } = {} }) => [progress, message])).toEqual([
      [1, 'run 1'],
      [2, 'run 2'],
    ]);
  });
});
