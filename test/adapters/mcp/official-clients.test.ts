import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { Client, type JSONRPCMessage, type Transport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { serveMcp, type Serving } from '../../../src/adapters/mcp/serve.js';
import { AskingEngine, question } from './asking-engine.js';

const info = { name: 'Desk', version: '2' };
const capabilities = { elicitation: { form: {} } };
const call = { name: 'system_first', arguments: { limit: 1 } };

type Fields = Record<string, string | number | boolean | string[]>;
interface FormAnswer {
  readonly [field: string]: unknown;
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: Fields;
}
/** A person's answer to a form, and what they were shown. */
type Person = (message: string) => FormAnswer;

interface Connected {
  call(): Promise<unknown>;
  close(): Promise<void>;
}

/** A transport of either SDK on a pair of streams. */
function transport(input: PassThrough, output: PassThrough): Transport {
  const own: Transport = {
    start: () => {
      createInterface({ input: output }).on('line', (line) => own.onmessage?.(JSON.parse(line) as JSONRPCMessage));
      return Promise.resolve();
    },
    send: (message) => {
      input.write(`${JSON.stringify(message)}\n`);
      return Promise.resolve();
    },
    close: () => {
      input.end();
      own.onclose?.();
      return Promise.resolve();
    },
  };
  return own;
}

async function modern(link: Transport, person: Person): Promise<Connected> {
  const client = new Client(info, { capabilities, versionNegotiation: { mode: { pin: '2026-07-28' } } });
  client.setRequestHandler('elicitation/create', ({ params }) => person(params.message));
  await client.connect(link);
  return { call: () => client.callTool(call), close: () => client.close() };
}

async function legacy(link: Transport, person: Person): Promise<Connected> {
  const client = new OldClient(info, { capabilities });
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => person(params.message));
  await client.connect(link);
  return { call: () => client.callTool(call), close: () => client.close() };
}

describe.each([
  ['2.x', modern],
  ['1.x', legacy],
] as const)('the official client %s', (_line, connect) => {
  let serving: Serving | undefined;
  afterEach(() => serving?.closed);

  it.each<[string, FormAnswer, string | undefined]>([
    ['approve', { action: 'accept', content: { approve: true } }, 'approved'],
    ['untick', { action: 'accept', content: { approve: false } }, 'declined'],
    ['decline', { action: 'decline' }, 'declined'],
    ['cancel', { action: 'cancel' }, 'cancelled'],
  ])('lets its person %s', async (_what, response, decision) => {
    const engine = new AskingEngine();
    const [input, output] = [new PassThrough(), new PassThrough()];
    const log = { log: () => undefined };
    serving = serveMcp({ version: '1.2.3', engine: () => Promise.resolve(engine), log, input, output });
    const shown: string[] = [];
    const person: Person = (message) => {
      shown.push(message);
      return response;
    };
    const client = await connect(transport(input, output), person);
    const result = await client.call();
    expect(shown).toEqual([question.message]);
    expect(engine.runs.map(({ answer }) => answer)).toEqual([undefined, { token: question.token, decision }]);
    expect(result).toMatchObject(
      decision === 'approved' ? { structuredContent: { summary: { ok: 1 } } } : { isError: true },
    );
    await client.close();
  });
});
