import { McpServer, type ServerContext } from '@modelcontextprotocol/server';
import type { Logger } from '../../ports/logger.js';
import type { Engine, EngineSource } from './engine.js';
import { capabilities, identity, instructions, unchanging } from './identity.js';
import { protocolErrorOf } from './incidents.js';
import { getPrompt, listPrompts } from './prompts.js';
import type { ResourceWatcher } from './resource-watcher.js';
import { checkSubscribable, complete, listResources, listTemplates, readResource } from './resources.js';
import { callTool } from './tool-calls.js';
import { type ListedTool, listTools } from './tool-listing.js';

export interface ServerParts {
  readonly version: string;
  readonly engine: EngineSource;
  readonly watcher: ResourceWatcher;
  readonly log: Logger;
}

/** One server for one connection, of either revision. Nothing in it needs the engine before a request does. */
export function createServer({ version, engine, watcher, log }: ServerParts): McpServer {
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
    answer('tools/call', (parts, { params }, ctx) => callTool(parts, params, ctx, log)),
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
