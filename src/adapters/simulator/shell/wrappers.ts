import { unsupported, type ProgramCall } from '../programs/program.js';

const timedOutCode = 124;

type Inner = (argv: readonly string[], signal: AbortSignal) => Promise<number>;
type Wrapper = (call: ProgramCall, inner: Inner) => Promise<number>;

/** `timeout N COMMAND`: ends a program that runs too long, with 124 as the real one. */
const timeout: Wrapper = async (call, inner) => {
  const [seconds = '', ...argv] = call.args;
  if (!/^\d{1,4}$/.test(seconds) || argv.length === 0) return unsupported(call);
  const over = AbortSignal.timeout(Number(seconds) * 1000);
  const code = await inner(argv, AbortSignal.any([call.signal, over]));
  return over.aborted && !call.signal.aborted ? timedOutCode : code;
};

/** `flock --nonblock PATH COMMAND`: 1 at once where somebody else holds the lock. */
const flock: Wrapper = async (call, inner) => {
  const [option, path = '', ...argv] = call.args;
  if (option !== '--nonblock' || argv.length === 0) return unsupported(call);
  const { locks } = call.device;
  if (locks.has(path)) return 1;
  locks.add(path);
  try {
    return await inner(argv, call.signal);
  } finally {
    locks.delete(path);
  }
};

/** Programs that run another one. */
export const wrappers: ReadonlyMap<string, Wrapper> = new Map([
  ['timeout', timeout],
  ['flock', flock],
]);
