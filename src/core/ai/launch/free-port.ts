import { Failure } from '../../errors.js';

/** Where endpoints are put; beyond what engines and Jetson services listen on by themselves. */
const first = 18_080;
const last = 18_179;

/** The port asked for, or the first that is free. Throws `invalid_input` for one that is taken. */
export function portFor(asked: number | undefined, taken: ReadonlySet<number>): number {
  if (asked !== undefined) {
    if (!taken.has(asked)) return asked;
    throw new Failure('invalid_input', `port: something on the device listens on ${asked} already.`, {
      hint: 'Leave port away: a free one is found. container_list and system_network tell who listens.',
      retry: 'yes',
    });
  }
  for (let port = first; port <= last; port++) if (!taken.has(port)) return port;
  throw new Failure('command_failed', `No port from ${first} to ${last} is free on this device.`, {
    hint: 'Give a free port, or stop endpoints that are not needed (ai_list, ai_stop).',
    retry: 'yes',
  });
}
