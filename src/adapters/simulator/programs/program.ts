import type { Account } from '../device/account.js';
import type { FileTree } from '../device/file-tree.js';
import type { SimulatedDevice } from '../device/simulated-device.js';

/** Who runs a program. */
export interface Caller {
  readonly account: Account;
  /** Effective rights: the account is root, or sudo let it through. */
  readonly root: boolean;
}

/** The standard input of a program. */
export interface Input {
  /** The next line without its newline; `undefined` at the end. */
  line(): Promise<string | undefined>;
  /** So many bytes, or what there was when the input ended, as text. */
  bytes(count: number): Promise<string>;
  /** Calls when the other side has closed its end. */
  onEnd(listener: () => void): void;
}

/** One run of a program on a simulated device. */
export interface ProgramCall {
  readonly name: string;
  readonly args: readonly string[];
  readonly device: SimulatedDevice;
  readonly files: FileTree;
  readonly caller: Caller;
  readonly input: Input;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Aborts when the program is killed or its channel is gone. */
  readonly signal: AbortSignal;
}

/** Answers one argv as a board does, and returns the exit code. What it does not know it refuses with `unsupported`. */
export type Program = (call: ProgramCall) => number | Promise<number>;

export type Programs = Readonly<Record<string, Program>>;

/** The answer to an argv that the simulator does not know: never a guess. */
export function unsupported(call: Pick<ProgramCall, 'name' | 'args' | 'err'>): number {
  call.err(`${[call.name, ...call.args].join(' ').slice(0, 200)}: unsupported by the simulator\n`);
  return 127;
}

/** A program that prints the same kind of text for one argv, and knows no other. */
export function prints(args: readonly string[], text: (call: ProgramCall) => string): Program {
  return (call) => {
    if (call.args.length !== args.length || args.some((arg, index) => call.args[index] !== arg))
      return unsupported(call);
    call.out(text(call));
    return 0;
  };
}

/** Waits, or returns early with `false` when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve(!signal.aborted);
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
