import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { program } from '../e2e/program.js';

/** What a process has used, as it says itself. */
export interface Usage {
  /** User and system time, all threads. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** What is alive after a garbage collection: JavaScript heap and buffers outside of it. */
  readonly liveBytes: number;
}

export interface ToolResult {
  readonly isError?: boolean;
  readonly content: readonly { readonly text: string }[];
  readonly structuredContent: {
    readonly summary: { readonly ok: number; readonly failed: number; readonly skipped: number };
  };
}

/** Answers `usage` messages of its parent. Loaded before the program, which knows nothing of it. */
const meter = `data:text/javascript,${encodeURIComponent(`
  process.on('message', () => {
    globalThis.gc(); globalThis.gc();
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed, external } = process.memoryUsage();
    process.send({ cpuMs: (user + system) / 1000, rssBytes: rss, liveBytes: heapUsed + external });
  });
  process.channel.unref();
`)}`;

export interface StartOptions {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Options of Node for a profile, say. */
  readonly nodeArgs?: readonly string[];
}

type Child = ChildProcess & { readonly stdin: Writable; readonly stdout: Readable };

/** The built program on a pipe, and the least client that can talk to it: a line out, a line in. */
export class StdioClient {
  readonly #child: Child;
  readonly #waiting = new Map<number, (answer: Record<string, unknown>) => void>();
  #rest = '';
  #lastId = 0;
  /** Length of the last answer as it came. */
  lastAnswerBytes = 0;

  constructor({ args, env, nodeArgs = [] }: StartOptions, metered = true) {
    const metering = metered ? ['--expose-gc', '--import', meter] : [];
    const stdio = ['pipe', 'pipe', 'ignore', ...(metered ? (['ipc'] as const) : [])] as const;
    const command = [...nodeArgs, ...metering, program, ...args];
    this.#child = spawn(process.execPath, command, { env: { ...env }, stdio: [...stdio] }) as Child;
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => this.#read(text));
  }

  static async open(options: StartOptions): Promise<StdioClient> {
    const client = new StdioClient(options);
    await client.initialize();
    return client;
  }

  async initialize(): Promise<void> {
    const clientInfo = { name: 'jetfleet-bench', version: '1' };
    await this.request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
    this.#child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  }

  /** The first question of the revision that has no handshake. */
  async discover(): Promise<void> {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'jetfleet-bench', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    await this.request('server/discover', { _meta: meta });
  }

  /** The result; rejects with what the server says instead. */
  request(method: string, params: unknown = {}): Promise<Record<string, unknown>> {
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (answer) => {
        if ('result' in answer) resolve(answer['result'] as Record<string, unknown>);
        else reject(new Error(`${method}: ${JSON.stringify(answer['error'])}`));
      });
      this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  }

  async call(name: string, args: Record<string, unknown> = {}): Promise<ToolResult> {
    return (await this.request('tools/call', { name, arguments: args })) as unknown as ToolResult;
  }

  /** Calls a tool that has to succeed on so many devices: a bench that measures failures measures nothing. */
  async mustCall(name: string, args: Record<string, unknown>, devices: number): Promise<ToolResult> {
    const result = await this.call(name, args);
    const { ok, failed } = result.structuredContent.summary;
    if (ok !== devices || failed > 0) throw new Error(`${name}: ${JSON.stringify(result).slice(0, 2000)}`);
    return result;
  }

  async usage(): Promise<Usage> {
    const answer = once(this.#child, 'message');
    this.#child.send('usage');
    const [usage] = (await answer) as [Usage];
    return usage;
  }

  async close(): Promise<void> {
    const closed = once(this.#child, 'close');
    this.#child.stdin.end();
    await closed;
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const answer = JSON.parse(line) as Record<string, unknown>;
      const settle = this.#waiting.get(answer['id'] as number);
      if (settle === undefined) continue;
      this.#waiting.delete(answer['id'] as number);
      this.lastAnswerBytes = Buffer.byteLength(line);
      settle(answer);
    }
  }
}
