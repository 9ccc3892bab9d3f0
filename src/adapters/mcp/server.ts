import { McpServer, type ServerContext } from '@modelcontextprotocol/server';
import type { Logger } from '../../ports/logger.js';
import type { Engine, EngineSource } from './engine.js';
import { capabilities, identity, instructions, unchanging } from './identity.js';
import { protocolErrorOf } from './incidents.js';
import { LegacyQuestions } from './legacy-questions.js';
import { ModernQuestions } from './modern-questions.js';
import { getPrompt, listPrompts } from './prompts.js';
import type { Questions } from './questions.js';
import type { ResourceWatcher } from './resource-watcher.js';
import { checkSubscribable, complete, listResources, listTemplates, readResource } from './resources.js';
import { callTool } from './tool-calls.js';
import { type ListedTool, listTools } from './tool-listing.js';

export interface ServerParts {
  readonly version: string;
  readonly engine: EngineSource;
  readonly watcher: ResourceWatcher;
  readonly log: Logger;
  /** Which way the connection opened; it stays so. */
  readonly era: 'legacy' | 'modern';
  /** How long after a call began its question may be open, with legacy clients. */
  readonly legacyAnswerWithinMs: number;
  /** Keeps every call from its begin to its end, also one whose client has gone. */
  readonly underWay: Set<Promise<unknown>>;
}

/** One server for one connection, of either revision. Nothing in it needs the engine before a request does. */
export function createServer(parts: ServerParts): McpServer {
  const { version, engine, watcher, log } = parts;
  const mcp = new McpServer(identity(version), {
    instructions,
    capabilities,
    cacheHints: {
      'tools/list': unchanging,
      'prompts/list': unchanging,
      'resources/templates/list': unchanging,
      'server/discover': unchanging,
    },
  });
  // The layer below, because that lists schemas at will and leaves wrong arguments to the runner.
  const { server } = mcp;
  const questions: Questions =
    parts.era === 'modern' ? new ModernQuestions() : new LegacyQuestions(server, parts.legacyAnswerWithinMs);
  const answer =
    <Q, R>(method: string, work: (engine: Engine, request: Q, ctx: ServerContext) => R | Promise<R>) =>
    async (request: Q, ctx: ServerContext): Promise<R> => {
      try {
        return await work(await engine(), request, ctx);
      } catch (error) {
        throw protocolErrorOf(error, method, log);
      }
    };

  let tools: readonly ListedTool[] | undefined;
  const subscribed = new Set<string>();
  server.onerror = (error) => log.log('debug', 'protocol error', { error: error.message });
  server.setRequestHandler(
    'tools/list',
    answer('tools/list', ({ catalog }) => ({ tools: [...(tools ??= listTools(catalog))] })),
  );
  server.setRequestHandler(
    'tools/call',
    answer('tools/call', async (made, { params }, ctx) => {
      const call = callTool(made, params, ctx, questions, log);
      parts.underWay.add(call);
      try {
        return await call;
      } finally {
        parts.underWay.delete(call);
      }
    }),
  );
  server.setRequestHandler(
    'resources/list',
    answer('resources/list', (parts, { params }) => listResources(parts, params?.cursor)),
  );
  server.setRequestHandler('resources/templates/list', answer('resources/templates/list', listTemplates));
  server.setRequestHandler(
    'resources/read',
    answer('resources/read', (parts, { params }, { mcpReq }) => readResource(parts, params.uri, mcpReq.signal)),
  );
  server.setRequestHandler(
    'resources/subscribe',
    answer('resources/subscribe', (parts, { params: { uri } }) => {
      checkSubscribable(parts, uri);
      if (!subscribed.has(uri)) watcher.add(uri);
      subscribed.add(uri);
      return {};
    }),
  );
  server.setRequestHandler(
    'resources/unsubscribe',
    answer('resources/unsubscribe', (_parts, { params: { uri } }) => {
      if (subscribed.delete(uri)) watcher.remove(uri);
      return {};
    }),
  );
  server.setRequestHandler(
    'prompts/list',
    answer('prompts/list', () => ({ prompts: listPrompts() })),
  );
  server.setRequestHandler(
    'prompts/get',
    answer('prompts/get', ({ catalog }, { params }) => getPrompt(catalog, params.name, params.arguments)),
  );
  server.setRequestHandler(
    'completion/complete',
    answer('completion/complete', (parts, { params }) => complete(parts, params)),
  );
  return mcp;
}
