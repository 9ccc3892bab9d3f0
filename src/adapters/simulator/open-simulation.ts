import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../core/errors.js';
import { simulatedFleet } from './simulated-fleet.js';
import { type Simulator, type SimulatorOptions, startSimulator } from './start-simulator.js';

export interface SimulationOptions {
  /** How many devices of a mixed fleet. */
  readonly count: number;
  /** Where all listen; 127.0.0.1 where absent. */
  readonly listen?: string | undefined;
  /** The first device's port, the others follow; any free ones where absent. */
  readonly port?: number | undefined;
}

/** A running simulator, and a fleet file that reaches it. */
export interface Simulation {
  readonly simulator: Simulator;
  /** Path of the fleet file. */
  readonly config: string;
  /** Ends the simulator and removes the file. */
  close(): Promise<void>;
}

const lastPort = 65_535;

/** Starts a simulated fleet, with its fleet file and key in a folder of their own. Rejects with `invalid_input` where it cannot listen. */
export async function openSimulation({ count, listen, port }: SimulationOptions): Promise<Simulation> {
  if (port !== undefined && port + count - 1 > lastPort) {
    throw new Failure('invalid_input', `${count} devices do not fit between port ${port} and port ${lastPort}.`, {
      hint: 'Choose a lower --port or fewer --devices.',
    });
  }
  const devices = simulatedFleet(count).map((spec) => ({ ...spec, login: 'ops' }));
  const simulator = await start({ devices, host: listen, basePort: port });
  const folder = await mkdtemp(join(tmpdir(), 'jetfleet-sim-'));
  const [config, identityFile] = [join(folder, 'fleet.yaml'), join(folder, 'id_ed25519')];
  await writeFile(identityFile, simulator.clientKey.privateKey, { mode: 0o600 });
  await writeFile(config, simulator.fleetYaml({ identityFile }), { mode: 0o600 });
  const close = async (): Promise<void> => {
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { simulator, config, close };
}

async function start(options: SimulatorOptions): Promise<Simulator> {
  try {
    return await startSimulator(options);
  } catch (error) {
    throw refusal((error as NodeJS.ErrnoException).code, options) ?? error;
  }
}

/** Our words for why nothing can listen there; undefined for what is not known. */
function refusal(code: string | undefined, { host, basePort }: SimulatorOptions): Failure | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return new Failure('invalid_input', `A port from ${basePort} on is taken by another program.`, {
        hint: 'Choose another --port, or none for free ones.',
      });
    case 'EACCES':
      return new Failure('invalid_input', `Port ${basePort} may not be used by this user.`, {
        hint: 'Choose a --port from 1024 on.',
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new Failure('invalid_input', `${host} is not an address of this machine.`, {
        hint: 'Write --listen=0.0.0.0 for all of its addresses, or leave --listen away for itself alone.',
      });
    default:
      return undefined;
  }
}
