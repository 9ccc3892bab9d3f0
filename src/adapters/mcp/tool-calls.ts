import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import type { Logger } from '../../ports/logger.js';
import type { Engine } from './engine.js';
import { reportBug } from './incidents.js';
import { progressReporter } from './tool-progress.js';

/**
 * Answers `tools/call`. Everything a tool has to say, failures too, is a result that the model reads; only an unknown
 * name is an error of the protocol.
 */
export async function callTool(
  { catalog, runner }: Engine,
  params: { readonly name: string; readonly arguments?: unknown },
  { mcpReq }: Pick<ServerContext, 'mcpReq'>,
  log: Logger,
): Promise<CallToolResult> {
  const { name } = params;
  catalog.get(name);
  const token = mcpReq._meta?.progressToken;
  let answered = false;
  const send = (notification: Parameters<typeof mcpReq.notify>[0]): void => {
    if (answered) return;
    mcpReq
      .notify(notification)
      .catch((error: unknown) => log.log('debug', 'progress not sent', { error: String(error) }));
  };
  try {
    const { status, reply, text } = await runner.run(name, params.arguments ?? {}, {
      signal: mcpReq.signal,
      ...(token !== undefined && { progress: progressReporter(token, send, () => performance.now()) }),
    });
    return {
      content: [{ type: 'text', text }],
      structuredContent: { ...reply },
      ...(status === 'failed' && { isError: true }),
    };
  } catch (error) {
    return { content: [{ type: 'text', text: reportBug(error, name, log) }], isError: true };
  } finally {
    answered = true;
  }
}
