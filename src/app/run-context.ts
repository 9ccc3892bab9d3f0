import type { Reply } from '../core/reply/reply.js';

export interface ProgressUpdate {
  readonly done: number;
  /** Absent where nobody knows. */
  readonly total?: number | undefined;
  readonly message: string;
}

/** Who is calling, and whether somebody can be asked. */
export interface Client {
  /** The client as it named itself, cleaned; `jetfleet call` on the command line. */
  readonly name: string;
  /** It can put a question to a person: a form of the protocol, or a terminal. */
  readonly asks: boolean;
  /**
   * Nobody watches: a change is refused, or, where somebody said beforehand that it is meant (`--yes`), done if a rule of the
   * policy allows it. Tokens count for nothing.
   */
  readonly unattended?: 'refuses' | 'by_policy' | undefined;
}

/** What a person said to a question. Only the adapter that put the question makes one. */
export interface Answer {
  /** The question's token. */
  readonly token: string;
  readonly decision: 'approved' | 'declined' | 'cancelled' | 'timed_out';
}

export interface RunContext {
  readonly signal: AbortSignal;
  readonly progress?: ((update: ProgressUpdate) => void) | undefined;
  /** Absent: nobody can be asked. */
  readonly client?: Client | undefined;
  /** The answer to the question that the same call got before. */
  readonly answer?: Answer | undefined;
  /** When the client stops waiting, milliseconds since 1970, where a person's answer has used up some of the call's time. */
  readonly answerByMs?: number | undefined;
}

/** A question to a person, before anything runs. Answered by running the same call again with an `Answer`. */
export interface Question {
  readonly token: string;
  /** The plan in words: what will be done, on which devices, with which commands. Cleaned and without secrets. */
  readonly message: string;
  readonly expiresAtMs: number;
}

interface Told {
  readonly reply: Reply;
  /** Says what the reply says. */
  readonly text: string;
  /** Drawings of the data, each a whole SVG document. */
  readonly pictures?: readonly string[] | undefined;
}

/** `failed` where nothing succeeded. `ask`: the reply is what to say where nobody can be asked after all. */
export type Outcome = Told &
  ({ readonly status: 'done' | 'failed' } | { readonly status: 'ask'; readonly question: Question });
