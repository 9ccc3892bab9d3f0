import { inputOf } from '../programs/input-of.js';
import type { ProgramCall } from '../programs/program.js';

/** What follows the constant text of a supervised run: how much standard input comes, a mark to print, and the program. */
export interface SupervisedRun {
  /** Bytes of standard input for the program; `undefined` for none. */
  readonly inputBytes: number | undefined;
  readonly mark: string | undefined;
  readonly argv: readonly string[];
}

/** The run that `/bin/sh -c TEXT jetfleet-run N MARK PROGRAM ARGS...` asks for; `undefined` for any other arguments. */
export function supervisedRun(args: readonly string[]): SupervisedRun | undefined {
  const [option, , name, count = '', mark = '', ...argv] = args;
  if (option !== '-c' || name !== 'jetfleet-run' || argv.length === 0) return undefined;
  if (!/^(?:-|\d{1,9})$/.test(count) || !/^(?:-|[0-9a-f]{32})$/.test(mark)) return undefined;
  return { inputBytes: count === '-' ? undefined : Number(count), mark: mark === '-' ? undefined : mark, argv };
}

/** The session id that `/bin/sh -c TEXT jetfleet-stop SID` wants ended; `undefined` for any other arguments. */
export function stopRequest(args: readonly string[]): number | undefined {
  const [option, , name, sid = ''] = args;
  return option === '-c' && name === 'jetfleet-stop' && args.length === 4 && /^\d{1,9}$/.test(sid)
    ? Number(sid)
    : undefined;
}

/** The supervisor's own code once everything it ran is gone. */
const stoppedCode = 0;

/** Runs a program until it ends or the standard input does, which means stop. */
export async function runSupervised(
  call: ProgramCall,
  run: SupervisedRun,
  inner: (argv: readonly string[], over: Pick<ProgramCall, 'input' | 'signal'>) => Promise<number>,
): Promise<number> {
  if (run.mark !== undefined) call.err(`${run.mark}\n`);
  const bytes = run.inputBytes === undefined ? Buffer.alloc(0) : await call.input.bytes(run.inputBytes);
  const stop = new AbortController();
  call.input.onEnd(() => {
    stop.abort();
  });
  const signal = AbortSignal.any([call.signal, stop.signal]);
  const code = await inner(run.argv, { input: inputOf(bytes), signal });
  return signal.aborted ? stoppedCode : code;
}
