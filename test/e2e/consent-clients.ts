import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { Ability } from '../../src/core/consent/matrix.js';
import { calledOf, type Called } from './calling.js';
import { tapped, type Start, type ToolAnswer } from './clients.js';
import { program } from './program.js';

/** The official clients, with and without a way to ask. */
export const clientKinds = {
  '2.x with a form': { line: 2, ability: 'form' },
  '1.x with elicitation': { line: 1, ability: 'elicitation' },
  '2.x with neither': { line: 2, ability: 'none' },
  '1.x with neither': { line: 1, ability: 'none' },
} as const satisfies Readonly<Record<string, { line: 1 | 2; ability: Ability }>>;
export type ClientKind = keyof typeof clientKinds;

type FormAnswer = { action: 'decline' | 'cancel' } | { action: 'accept'; content: { approve: boolean } };

/** What a person does with a question. */
export type Person = (message: string) => FormAnswer | Promise<FormAnswer>;
export const says = {
  yes: (): FormAnswer => ({ action: 'accept', content: { approve: true } }),
  no: (): FormAnswer => ({ action: 'decline' }),
  cancel: (): FormAnswer => ({ action: 'cancel' }),
  nothing: (): Promise<FormAnswer> => new Promise(() => undefined),
} satisfies Record<string, Person>;

/** A client with a person in front of it. */
export interface ConsentClient {
  /** Who answers the next question; whoever was not expected says no. */
  person: Person;
  /** Every question that was put. */
  readonly asked: readonly string[];
  call(name: string, args: Record<string, unknown>): Promise<Called>;
  /** A request as a client would not make it by itself. */
  raw(method: string, params: Record<string, unknown>): Promise<unknown>;
  names(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const info = { name: 'consent-e2e', version: '1' };
/** Longer than the 40 seconds for which a question is open. */
const options = { timeout: 58_000 };

const anything = { '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value }) } };

export async function connectAs(kind: ClientKind, { args, env }: Start): Promise<ConsentClient> {
  const { line, ability } = clientKinds[kind];
  const server = { command: process.execPath, args: [program, ...args], env, stderr: 'ignore' as const };
  const asked: string[] = [];
  const able = { capabilities: ability === 'none' ? {} : { elicitation: { form: {} } } };
  const shared = { person: says.no, asked };
  const answer = async (message: string): Promise<FormAnswer> => {
    asked.push(message);
    return own.person(message);
  };
  let own: ConsentClient;
  if (line === 1) {
    const client = new OldClient(info, able);
    if (ability !== 'none') client.setRequestHandler(ElicitRequestSchema, ({ params }) => answer(params.message));
    const transport = new OldTransport(server);
    await client.connect(transport);
    tapped(transport, env);
    own = {
      ...shared,
      call: async (name, given) =>
        calledOf((await client.callTool({ name, arguments: given }, undefined, options)) as unknown as ToolAnswer),
      raw: (method, params) => client.request({ method, params }, z.unknown() as never, options),
      names: async () => (await client.listTools()).tools.map(({ name }) => name),
      close: () => client.close(),
    };
    return own;
  }
  const client = new Client(info, { ...able, versionNegotiation: { mode: { pin: '2026-07-28' } } });
  if (ability !== 'none') client.setRequestHandler('elicitation/create', ({ params }) => answer(params.message));
  const transport = new StdioClientTransport(server);
  await client.connect(transport);
  tapped(transport, env);
  own = {
    ...shared,
    call: async (name, given) =>
      calledOf((await client.callTool({ name, arguments: given }, options)) as unknown as ToolAnswer),
    raw: (method, params) => client.request({ method, params }, anything, { ...options, allowInputRequired: true }),
    names: async () => (await client.listTools()).tools.map(({ name }) => name),
    close: () => client.close(),
  };
  return own;
}
