import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { tapFor } from './audited.js';
import { program } from './program.js';

const info = { name: 'jetfleet-e2e', version: '1' };

export interface Connection<C> {
  readonly client: C;
  /** What the server has written to stderr. */
  readonly stderr: () => string;
}

export interface Start {
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}

function server({ args, env }: Start) {
  return { command: process.execPath, args: [program, ...args], env, stderr: 'pipe' as const };
}

function collector(stream: { on(event: 'data', listener: (chunk: unknown) => void): unknown } | null): () => string {
  let text = '';
  stream?.on('data', (chunk) => (text += String(chunk)));
  return () => text;
}

interface Wire {
  send(...args: never[]): Promise<void>;
  onmessage?: ((...args: never[]) => void) | undefined;
  onclose?: (() => void) | undefined;
}

/** Has the calls noted for the audit check. To be called when the client is connected: it sets the listeners itself. */
export function tapped<T>(transport: T, env: Record<string, string>): T {
  const tap = tapFor(env);
  const wire = transport as unknown as Wire;
  const [send, onmessage, onclose] = [wire.send.bind(wire), wire.onmessage, wire.onclose];
  wire.send = (...args) => {
    tap.sent(args[0]);
    return send(...args);
  };
  wire.onmessage = (...args) => {
    tap.received(args[0]);
    onmessage?.(...args);
  };
  wire.onclose = () => {
    tap.ended();
    onclose?.();
  };
  return transport;
}

/** The official client of the 2.x line, which speaks 2026-07-28 alone, or finds out what the server speaks. */
export async function modernClient(start: Start, mode: 'pinned' | 'auto'): Promise<Connection<Client>> {
  const client = new Client(info, {
    versionNegotiation: { mode: mode === 'auto' ? 'auto' : { pin: '2026-07-28' } },
  });
  const transport = new StdioClientTransport(server(start));
  const stderr = collector(transport.stderr);
  await client.connect(transport);
  tapped(transport, start.env);
  return { client, stderr };
}

/** The official client of the 1.x line, which knows nothing past 2025-11-25. */
export async function legacyClient(start: Start): Promise<Connection<OldClient>> {
  const client = new OldClient(info);
  const transport = new OldTransport(server(start));
  const stderr = collector(transport.stderr);
  await client.connect(transport);
  tapped(transport, start.env);
  return { client, stderr };
}

export interface Asking {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: {
    progress: number;
    total?: number | undefined;
    message?: string | undefined;
  }) => void;
}

export interface ToolAnswer {
  readonly isError?: boolean;
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly structuredContent?: Record<string, unknown>;
}

/** What the tests ask of any client. */
export interface AnyClient {
  tools(): Promise<Record<string, unknown>[]>;
  call(name: string, args?: Record<string, unknown>, asking?: Asking): Promise<ToolAnswer>;
  read(uri: string): Promise<string>;
  complete(name: string, value: string): Promise<readonly string[]>;
  prompt(name: string, args: Record<string, string>): Promise<string>;
  /** Calls `onUpdate` for every update of a resource until the answer is called. */
  watch(uri: string, onUpdate: () => void): Promise<() => Promise<void>>;
  readonly stderr: () => string;
  close(): Promise<void>;
}

const device = { type: 'ref/resource' as const, uri: 'jetson://{device}/hardware/temperature' };

/** A connected client of one of the three kinds. */
export async function connect(kind: 'pinned' | 'auto' | 'legacy', start: Start): Promise<AnyClient> {
  if (kind === 'legacy') {
    const { client, stderr } = await legacyClient(start);
    return {
      tools: async () => (await client.listTools()).tools,
      call: async (name, args = {}, asking = {}) =>
        (await client.callTool({ name, arguments: args }, undefined, { ...asking })) as unknown as ToolAnswer,
      read: async (uri) => textOf((await client.readResource({ uri })).contents[0]),
      complete: async (name, value) =>
        (await client.complete({ ref: device, argument: { name, value } })).completion.values,
      prompt: async (name, args) => textOf((await client.getPrompt({ name, arguments: args })).messages[0]?.content),
      watch: async (uri, onUpdate) => {
        client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
          if (params.uri === uri) onUpdate();
        });
        await client.subscribeResource({ uri });
        return async () => {
          await client.unsubscribeResource({ uri });
        };
      },
      stderr,
      close: () => client.close(),
    };
  }
  const { client, stderr } = await modernClient(start, kind);
  return {
    tools: async () => (await client.listTools()).tools,
    call: async (name, args = {}, asking = {}) =>
      (await client.callTool({ name, arguments: args }, { ...asking })) as unknown as ToolAnswer,
    read: async (uri) => textOf((await client.readResource({ uri })).contents[0]),
    complete: async (name, value) =>
      (await client.complete({ ref: device, argument: { name, value } })).completion.values,
    prompt: async (name, args) => textOf((await client.getPrompt({ name, arguments: args })).messages[0]?.content),
    watch: async (uri, onUpdate) => {
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
        if (params.uri === uri) onUpdate();
      });
      const subscription = await client.listen({ resourceSubscriptions: [uri] });
      return () => subscription.close();
    },
    stderr,
    close: () => client.close(),
  };
}

function textOf(content: unknown): string {
  return (content as { text?: string } | undefined)?.text ?? '';
}
