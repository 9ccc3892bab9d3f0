import type { InputRequiredResult, ServerContext } from '@modelcontextprotocol/server';
import type { Answer, Client, Question } from '../../app/run-context.js';

export interface CallParams {
  readonly name: string;
  readonly arguments?: unknown;
}

/** What came of a question while the call waited. */
export interface Answered {
  readonly answer: Answer;
  /** When the client will have stopped waiting, milliseconds since 1970. */
  readonly answerByMs?: number;
}

/** How a call of one connection can put a question to its person. */
export interface Questions {
  /** Who is calling. */
  client(ctx: Pick<ServerContext, 'mcpReq'>): Client;
  /** The answer that came with the call; undefined where it is not about a question. */
  answered(params: CallParams, ctx: ServerContext): Promise<Answer | undefined>;
  /** Asks. Answers with what was said, or with the result by which the client gets the question and calls again. */
  put(
    question: Question,
    params: CallParams,
    ctx: ServerContext,
    begunAt: number,
  ): Promise<Answered | InputRequiredResult>;
}
