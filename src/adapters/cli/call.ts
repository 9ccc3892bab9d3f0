import type { Answer, Client, Outcome, Question, RunContext } from '../../app/run-context.js';
import type { ToolRunner } from '../../app/tool-runner.js';
import { isYes, type Ask } from './ask.js';
import type { Terminal } from './terminal.js';

export interface CallRequest {
  readonly tool: string;
  /** The arguments as JSON text; none where absent. */
  readonly json: string | undefined;
  /** Print the whole reply as JSON instead of its text. */
  readonly asJson: boolean;
  /** `--yes`: a change is meant although nobody watches. It still needs a policy that allows it. */
  readonly yes: boolean;
  /** Asks the person at the terminal; absent where there is none. */
  readonly ask?: Ask | undefined;
  /** Resolves when no work of this process goes on that outlasts its call: whether there was any. */
  readonly idle?: (() => Promise<boolean>) | undefined;
}

/** `jetfleet call TOOL '{json}'`: one tool call, answered on stdout. Returns the exit code. */
export async function callCommand(
  runner: Pick<ToolRunner, 'run'>,
  { tool, json, asJson, yes, ask, idle }: CallRequest,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const args = parseArguments(json ?? '{}');
  if (args === undefined) {
    terminal.note(
      `The arguments are not a JSON object. Write them like this: jetfleet call ${tool} '{"selector": "all"}'`,
    );
    return 1;
  }
  const client: Client = {
    name: 'jetfleet call',
    asks: ask !== undefined,
    ...(ask === undefined && { unattended: yes ? 'by_policy' : 'refuses' }),
  };
  const context: RunContext = {
    signal,
    progress: ({ message }) => terminal.note(terminal.paint('dim', message)),
    client,
  };
  let outcome = await runner.run(tool, args, context);
  if (outcome.status === 'ask' && ask !== undefined) {
    const answer = await answerTo(outcome.question, ask, terminal, signal);
    // That nobody agreed is to be recorded, also when it was said by Ctrl-C.
    const recording = answer.decision === 'approved' ? signal : new AbortController().signal;
    outcome = await runner.run(tool, args, { ...context, signal: recording, answer });
  }
  const say = ({ reply, text }: Outcome): void => terminal.say(asJson ? JSON.stringify(reply, null, 2) : text);
  say(outcome);
  let code = outcome.status === 'done' ? 0 : 1;
  // Work of this very process would end with it.
  if (idle === undefined || !(await Promise.race([idle(), aborted(signal)]))) return code;
  for (const { job, devices } of outcome.reply.unfinished ?? []) {
    const end = await runner.run('job_output', { job, selector: devices.join(',') }, context);
    say(end);
    if (end.status !== 'done') code = 1;
  }
  return code;
}

async function answerTo(
  { token, message }: Question,
  ask: Ask,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Answer> {
  terminal.note(message);
  const said = await ask('Do it? [y/N] ', signal);
  if (said === undefined || signal.aborted) return { token, decision: 'cancelled' };
  return { token, decision: isYes(said) ? 'approved' : 'declined' };
}

function parseArguments(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Resolves to false when a signal aborts. */
function aborted(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(false);
    else signal.addEventListener('abort', () => resolve(false), { once: true });
  });
}
