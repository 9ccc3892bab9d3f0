import type { ToolRunner } from '../../app/tool-runner.js';
import type { Terminal } from './terminal.js';

export interface CallRequest {
  readonly tool: string;
  /** The arguments as JSON text; none where absent. */
  readonly json: string | undefined;
  /** Print the whole reply as JSON instead of its text. */
  readonly asJson: boolean;
}

/** `jetfleet call TOOL '{json}'`: one tool call, answered on stdout. Returns the exit code. */
export async function callCommand(
  runner: Pick<ToolRunner, 'run'>,
  { tool, json, asJson }: CallRequest,
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
  const { status, reply, text } = await runner.run(tool, args, {
    signal,
    progress: ({ message }) => terminal.note(terminal.paint('dim', message)),
  });
  terminal.say(asJson ? JSON.stringify(reply, null, 2) : text);
  return status === 'done' ? 0 : 1;
}

function parseArguments(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
