import {
  type CallToolResult,
  type InputRequiredResult,
  isInputRequiredResult,
  SdkError,
  SdkErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Answer, Outcome, RunContext } from '../../app/run-context.js';
import { Failure, Withdrawn } from '../../core/errors.js';
import type { Logger } from '../../ports/logger.js';
import type { Engine } from './engine.js';
import { reportBug } from './incidents.js';
import type { CallParams, Questions } from './questions.js';
import { progressReporter } from './tool-progress.js';

/**
 * Answers `tools/call`. Everything a tool has to say, failures too, is a result that the model reads; only an unknown
 * name is an error of the protocol. A question to the person is put once in a call.
 */
export async function callTool(
  { runner }: Pick<Engine, 'runner'>,
  params: CallParams,
  ctx: ServerContext,
  questions: Questions,
  log: Logger,
): Promise<CallToolResult | InputRequiredResult> {
  const begunAt = performance.now();
  const { mcpReq } = ctx;
  const { name } = params;
  const token = mcpReq._meta?.progressToken;
  let over = false;
  const send = (notification: Parameters<typeof mcpReq.notify>[0]): void => {
    if (over) return;
    mcpReq
      .notify(notification)
      .catch((error: unknown) => log.log('debug', 'progress not sent', { error: String(error) }));
  };
  const client = questions.client(ctx);
  await runner.find(name, params.arguments, { client });
  const progress = token === undefined ? undefined : progressReporter(token, send, () => performance.now());
  const run = (answered: Pick<RunContext, 'answer' | 'answerByMs'>): Promise<Outcome> => {
    const signal = signalFor(answered.answer, mcpReq.signal);
    return runner.run(name, params.arguments ?? {}, { signal, progress, client, ...answered });
  };
  try {
    const answer = await questions.answered(params, ctx);
    const outcome = await run({ answer });
    if (outcome.status !== 'ask' || answer !== undefined) return resultOf(outcome);
    const put = await questions.put(outcome.question, params, ctx, begunAt);
    return isInputRequiredResult(put) ? put : resultOf(await run(put));
  } catch (error) {
    return { content: [{ type: 'text', text: reportBug(error, name, log) }], isError: true };
  } finally {
    over = true;
  }
}

/** That a person did not agree is to be recorded even when the client has gone meanwhile. */
function signalFor(answer: Answer | undefined, signal: AbortSignal): AbortSignal {
  return answer === undefined || answer.decision === 'approved' ? withReason(signal) : new AbortController().signal;
}

/** The SDK aborts a call alike when the client cancels it and when the client is gone; only the first means to stop the work. */
function withReason(signal: AbortSignal): AbortSignal {
  const told = new AbortController();
  const tell = (): void => {
    const { reason } = signal as { readonly reason: unknown };
    const isGone = reason instanceof SdkError && reason.code === SdkErrorCode.ConnectionClosed;
    told.abort(isGone ? new Failure('cancelled', 'The client has gone.') : new Withdrawn());
  };
  if (signal.aborted) tell();
  else signal.addEventListener('abort', tell, { once: true });
  return told.signal;
}

/** A question that is still open is a refusal, for the model to tell its user. */
function resultOf({ status, reply, text, pictures = [] }: Outcome): CallToolResult {
  return {
    content: [
      { type: 'text', text },
      ...pictures.map((svg) => ({
        type: 'image' as const,
        data: Buffer.from(svg).toString('base64'),
        mimeType: 'image/svg+xml',
      })),
    ],
    structuredContent: { ...reply },
    ...(status !== 'done' && { isError: true }),
  };
}
