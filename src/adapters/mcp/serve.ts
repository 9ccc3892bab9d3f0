import type { Readable, Writable } from 'node:stream';
import type { McpServer } from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { Logger } from '../../ports/logger.js';
import type { EngineSource } from './engine.js';
import { legacyAnswerWithinMs } from './legacy-questions.js';
import { onListChange } from './resources.js';
import { ResourceWatcher } from './resource-watcher.js';
import { createServer } from './server.js';
import { SubscriptionTap } from './subscription-tap.js';

export interface ServeOptions {
  readonly version: string;
  readonly engine: EngineSource;
  readonly log: Logger;
  readonly input: Readable;
  readonly output: Writable;
  /** How often subscribed resources are looked at. */
  readonly watchIntervalMs?: number;
  /** How long after a call began its question may be open, with clients that wait for it. */
  readonly legacyAnswerWithinMs?: number;
}

export interface Serving {
  /** Resolves when the client has closed its end, or `close` was called. */
  readonly closed: Promise<void>;
  /** Resolves when no call is under way: what became of each is then on record. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Serves MCP on a pair of streams, revisions 2026-07-28 and 2025-11-25 (and older) alike. */
export function serveMcp(options: ServeOptions): Serving {
  const { version, engine, log } = options;
  let mcp: McpServer | undefined;
  const watcher = new ResourceWatcher({
    read: async (uri, signal) => (await engine()).resources.read(uri, signal),
    onChange: (uri) => {
      mcp?.server
        .sendResourceUpdated({ uri })
        .catch((error: unknown) => log.log('debug', 'update not sent', { error: String(error) }));
    },
    intervalMs: options.watchIntervalMs ?? 5000,
  });
  const wire = new StdioServerTransport(options.input, options.output);
  const tap = new SubscriptionTap(wire, watcher, async (uris) => {
    const { resources } = await engine();
    return uris.filter((uri) => resources.serves(uri));
  });
  let stopFollowing: (() => void) | undefined;
  const follow = async (): Promise<void> => {
    const parts = await engine();
    // A client that tries both eras makes two servers; the list is followed once, for the one that stays.
    stopFollowing ??= onListChange(parts, () => {
      mcp?.server
        .sendResourceListChanged()
        .catch((error: unknown) => log.log('debug', 'list change not sent', { error: String(error) }));
    });
  };
  const underWay = new Set<Promise<unknown>>();
  let ended: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const end = (): void => {
    stopFollowing?.();
    watcher.close();
    ended();
  };
  const handle = serveStdio(
    ({ era }) => {
      mcp = createServer({
        version,
        engine,
        watcher,
        log,
        era,
        underWay,
        legacyAnswerWithinMs: options.legacyAnswerWithinMs ?? legacyAnswerWithinMs,
      });
      // The first answer goes out before this runs; the next question then finds the engine ready.
      setImmediate(() => void follow().catch((error: unknown) => log.log('error', 'engine', { error: String(error) })));
      return mcp;
    },
    { transport: tap, legacy: 'serve', onerror: (error) => log.log('debug', 'transport', { error: error.message }) },
  );
  const onSdkClose = tap.onclose;
  tap.onclose = () => {
    onSdkClose?.();
    end();
  };
  return {
    closed,
    idle: async () => {
      await Promise.allSettled(underWay);
    },
    close: async () => {
      await handle.close();
      end();
    },
  };
}
