import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AskingEngine, question, wrongAnswers } from './asking-engine.js';
import { type Message, wire, type Wire } from './wire.js';

const capabilities = { elicitation: { form: {} } };
const clientInfo = { name: 'Desk', version: '2' };
const yes = { action: 'accept', content: { approve: true } };

interface Asked {
  readonly resultType: string;
  readonly inputRequests: Readonly<Record<string, { readonly method: string; readonly params: unknown }>>;
  readonly requestState: string;
}

describe('consent with a client of 2026-07-28', () => {
  let engine: AskingEngine;
  let client: Wire;
  beforeEach(async () => {
    engine = new AskingEngine();
    client = await wire(() => Promise.resolve(engine), 'modern', { capabilities, clientInfo });
  });
  afterEach(() => client.hangUp());

  const call = (more: Record<string, unknown> = {}): Promise<Message> =>
    client.ask('tools/call', { name: 'system_first', arguments: { limit: 1, selector: 'one' }, ...more });
  const ask = async (): Promise<Asked> => (await call()).result as unknown as Asked;
  const consent = (response: unknown): Record<string, unknown> => ({ inputResponses: { consent: response } });

  it('ends the call with a form', async () => {
    const asked = await ask();
    expect(asked).toMatchObject({ resultType: 'input_required', requestState: expect.stringMatching(/^v1\./) });
    expect(asked.inputRequests).toEqual({
      consent: {
        method: 'elicitation/create',
        params: {
          mode: 'form',
          message: question.message,
          requestedSchema: expect.objectContaining({ required: ['approve'] }),
        },
      },
    });
    expect(engine.client).toEqual({ name: 'Desk 2', asks: true });
    expect(engine.done).toBe(false);
  });

  it('does it after a yes, with the token of the question', async () => {
    const { requestState } = await ask();
    const { result } = await call({ requestState, ...consent(yes) });
    expect(result).toMatchObject({ structuredContent: { summary: { ok: 1 } } });
    expect(engine.runs.at(-1)).toMatchObject({
      args: { limit: 1, selector: 'one' },
      answer: { token: question.token, decision: 'approved' },
    });
  });

  it('takes the same arguments in another order', async () => {
    const { requestState } = await ask();
    await call({ requestState, ...consent(yes), arguments: { selector: 'one', limit: 1 } });
    expect(engine.done).toBe(true);
  });

  it.each(wrongAnswers)('does nothing after %s', async (_what, response, decision) => {
    const { requestState } = await ask();
    const { result } = await call({ requestState, ...consent(response) });
    expect(result).toMatchObject({ isError: true });
    expect(engine.decisions).toEqual([undefined, decision]);
    expect(engine.runs.at(-1)?.signal.aborted).toBe(false);
  });

  it.each([
    ['no answer', {}],
    ['no answers', { inputResponses: {} }],
    ['an answer to something else', { inputResponses: { other: yes } }],
    ['a wrapped answer', { inputResponses: { consent: { method: 'elicitation/create', result: yes } } }],
    ['answers in a list', { inputResponses: [yes] }],
  ])('does nothing after %s', async (_what, more) => {
    const { requestState } = await ask();
    await call({ requestState, ...more });
    expect(engine.done).toBe(false);
  });

  describe('refuses a state', () => {
    const forged: [string, (state: string) => Record<string, unknown>][] = [
      ['that is missing', () => ({})],
      ['that is made up', () => ({ requestState: 'v1.e30.e30' })],
      ['that is empty', () => ({ requestState: '' })],
      ['with another token', (state) => ({ requestState: withPayload(state, { token: 'plan-2' }) })],
      ['with other arguments sealed', (state) => ({ requestState: withPayload(state, { arguments: 'x' }) })],
      ['whose seal was cut off', (state) => ({ requestState: state.slice(0, state.lastIndexOf('.') + 1) })],
      ['for other arguments', (state) => ({ requestState: state, arguments: { limit: 1, selector: 'all' } })],
      ['for fewer arguments', (state) => ({ requestState: state, arguments: { selector: 'one' } })],
      ['for another tool', (state) => ({ requestState: state, name: 'system_second' })],
    ];
    it.each(forged)('%s', async (_what, change) => {
      engine.answers['system_second'] = engine.answers['system_first'] as never;
      const { requestState } = await ask();
      const { result } = await call({ ...consent(yes), ...change(requestState) });
      expect(result).toMatchObject({ isError: true });
      expect(engine.runs.at(-1)?.answer).toEqual({ token: '', decision: 'cancelled' });
    });

    it('of another server', async () => {
      const other = await wire(() => Promise.resolve(new AskingEngine()), 'modern', { capabilities });
      const params = { name: 'system_first', arguments: { limit: 1, selector: 'one' } };
      const { result } = await other.ask('tools/call', params);
      await call({ requestState: (result as unknown as Asked).requestState, ...consent(yes) });
      expect(engine.decisions).toEqual(['cancelled']);
      await other.hangUp();
    });

    it('after its time', async () => {
      const { requestState } = await ask();
      const now = Date.now;
      try {
        Date.now = () => now() + 16 * 60_000;
        await call({ requestState, ...consent(yes) });
      } finally {
        Date.now = now;
      }
      expect(engine.decisions).toEqual([undefined, 'cancelled']);
    });

    it('that is no text, as an error of the protocol', async () => {
      const { error } = await call({ requestState: { token: 'plan-1' }, ...consent(yes) });
      expect(error?.code).toBe(-32602);
      expect(engine.runs).toEqual([]);
    });
  });

  it('asks once: a question that is still open then is a refusal', async () => {
    const first = engine.answers['system_first'];
    engine.answers['system_first'] = (args, context) => first!(args, { ...context, answer: undefined });
    const { requestState } = await ask();
    const { result } = await call({ requestState, ...consent(yes) });
    expect(result).toMatchObject({ isError: true, structuredContent: { failures: [{ kind: 'not_confirmed' }] } });
    expect(result).not.toHaveProperty('inputRequests');
  });

  it.each([
    ['has no forms', {}],
    ['has links alone', { elicitation: { url: {} } }],
  ])('is told, without a form, to a client that %s', async (_what, able) => {
    const plain = await wire(() => Promise.resolve(engine), 'modern', { capabilities: able });
    const { result, error } = await plain.ask('tools/call', { name: 'system_first' });
    expect(error).toBeUndefined();
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('Nobody agreed') }] });
    expect(engine.client).toEqual({ name: 'test 1', asks: false });
    await plain.hangUp();
  });
});

/** The same state with something else in it, under the old seal. */
function withPayload(state: string, change: Record<string, string>): string {
  const [version = '', body = '', seal = ''] = state.split('.');
  const envelope = JSON.parse(Buffer.from(body, 'base64url').toString()) as { p: Record<string, string> };
  const changed = Buffer.from(JSON.stringify({ ...envelope, p: { ...envelope.p, ...change } })).toString('base64url');
  return [version, changed, seal].join('.');
}
