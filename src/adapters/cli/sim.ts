import { quote } from '../../core/command.js';
import type { Terminal } from './terminal.js';

export interface RunningSimulator {
  readonly devices: readonly {
    readonly name: string;
    readonly host: string;
    readonly port: number;
    readonly user: string;
  }[];
  /** The fleet file that was written for it. */
  readonly config: string;
}

/** `jetfleet sim`: says where the simulated devices are and how to reach them, and serves until the signal aborts. */
export async function simCommand(
  { devices, config }: RunningSimulator,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const width = Math.max(...devices.map(({ name }) => name.length));
  for (const { name, host, port, user } of devices) {
    terminal.say(`${terminal.paint('bold', name.padEnd(width))}  ssh -p ${port} ${user}@${host}`);
  }
  terminal.say();
  const listen = devices.length === 1 ? '1 simulated Jetson listens.' : `${devices.length} simulated Jetsons listen.`;
  terminal.say(`${listen} Fleet file: ${config}`);
  terminal.say(`Try: jetfleet call hardware_stats '{"selector":"all"}' --config ${quote(config)}`);
  terminal.note('Ctrl-C ends it.');
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return 0;
}
