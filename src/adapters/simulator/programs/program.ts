import { uidOf, type Account } from '../device/account.js';
import type { FileView } from '../device/file-view.js';
import type { SimulatedDevice } from '../device/simulated-device.js';

/** Who runs a program. */
export interface Caller {
  readonly account: Account;
  /** Effective rights: the account is root, or sudo let it through. */
  readonly root: boolean;
}

/** The user id that a program runs with. */
export function uidOfCaller({ caller, device }: Pick<ProgramCall, 'caller' | 'device'>): number {
  return caller.root ? 0 : uidOf(caller.account, device.accounts);
}

/** The home of whoever runs a program. */
export function homeOf({ caller }: Pick<ProgramCall, 'caller'>): string {
  return caller.root ? '/root' : `/home/${caller.account.name}`;
}

/** The standard input of a program. */
export interface Input {
  /** The next line without its newline; `undefined` at the end. */
  line(): Promise<string | undefined>;
  /** So many bytes, or what there was when the input ended. */
  bytes(count: number): Promise<Buffer>;
  /** Calls when the other side has closed its end. */
  onEnd(listener: () => void): void;
}

/** One run of a program on a simulated device. */
export interface ProgramCall {
  readonly name: string;
  readonly args: readonly string[];
  readonly device: SimulatedDevice;
  readonly files: FileView;
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

/** Says that the simulator, not the board, does not know something. */
export const unsupportedText = (what: string): string =>
  `jetfleet simulator: unsupported: ${what.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)}\n`;

/** The answer to an argv that the simulator does not know: never a guess. */
export function unsupported(call: Pick<ProgramCall, 'name' | 'args' | 'err'>): number {
  call.err(unsupportedText([call.name, ...call.args].join(' ')));
  return 127;
}

/** The same programs on a board that has none of them. */
export function lacking(programs: Programs): Programs {
  const missing: Program = ({ name, err }) => {
    err(`sh: 1: ${name}: not found\n`);
    return 127;
  };
  return Object.fromEntries(Object.keys(programs).map((name) => [name, missing]));
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
