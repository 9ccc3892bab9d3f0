import { Failure } from '../../core/errors.js';
import { namePattern } from '../../core/device.js';
import type { Clock } from '../../ports/clock.js';
import { defaultAccounts } from './device/account.js';
import { boardOf } from './device/board.js';
import { seedOf } from './device/noise.js';
import { SimulatedDevice, type Fault } from './device/simulated-device.js';
import { fleetYamlOf, knownHostsOf, type FleetYamlOptions } from './fleet-text.js';
import { DeviceServer } from './server/device-server.js';
import { keyPairOf, type KeyPair } from './server/host-key.js';
import { simulatedFleet } from './simulated-fleet.js';
import type { SimDevice, SimDeviceSpec } from './sim-device.js';

export interface SimulatorOptions {
  /** The devices, or how many of a mixed fleet. */
  readonly devices: readonly SimDeviceSpec[] | number;
  /** Where all listen (127.0.0.1 where absent), or `many`: an address of its own in 127.77.0.0/16 for each device (Linux only). */
  readonly host?: string | undefined;
  /** The first device's port, the others follow; with `many` addresses everybody's port. 0, or absent: any free one. */
  readonly basePort?: number | undefined;
  readonly clock?: Clock | undefined;
  /** The same seed gives the same keys, serials and loads. */
  readonly seed?: string | undefined;
}

/** A running simulator. */
export interface Simulator {
  readonly devices: readonly SimDevice[];
  /** A key that opens every default account. */
  readonly clientKey: KeyPair;
  /** A fleet file for the devices, fingerprints pinned. */
  fleetYaml(options: FleetYamlOptions): string;
  /** Lines for known_hosts. */
  knownHosts(): string;
  /** Makes a device misbehave, or behave again. Rejects with `unknown_device`. */
  setFault(name: string, fault: Fault | undefined): Promise<void>;
  /** Cuts the open links of a device once. Throws `unknown_device`. */
  cutLinks(name: string): void;
  /** Links that are open now, over all devices. */
  openLinks(): number;
  /** Ends every link and stops listening. Idempotent. */
  close(): Promise<void>;
}

const systemClock: Clock = { now: () => Date.now() };
const perBlock = 250;

function hostFor(host: string, index: number): string {
  return host === 'many' ? `127.77.${Math.floor(index / perBlock)}.${(index % perBlock) + 1}` : host;
}

function portFor(host: string, basePort: number, index: number): number {
  return basePort === 0 || host === 'many' ? basePort : basePort + index;
}

function checkNames(specs: readonly SimDeviceSpec[]): void {
  const seen = new Set<string>();
  for (const { name } of specs) {
    if (!namePattern.test(name) || seen.has(name)) {
      throw new Failure('invalid_input', 'Every simulated device needs a name of its own.', {
        hint: 'Use letters, digits, dots and dashes.',
      });
    }
    seen.add(name);
  }
}

function serverFor(spec: SimDeviceSpec, seed: string, clock: Clock): DeviceServer {
  const board = boardOf(spec.board);
  const { name, mode, ambientCelsius, accounts = defaultAccounts } = spec;
  const device = new SimulatedDevice({ name, accounts, seed: seedOf(seed), mode, ambientCelsius }, board.spec, clock);
  device.fault = spec.fault;
  return new DeviceServer(device, board, keyPairOf(`${seed}/host/${spec.name}`));
}

function shown(spec: SimDeviceSpec, server: DeviceServer): SimDevice {
  const user = spec.login ?? 'nvidia';
  const account = server.device.accounts.find((candidate) => candidate.name === user);
  return {
    name: spec.name,
    board: spec.board,
    host: server.host,
    port: server.port,
    user,
    sudo: account?.sudo ?? 'none',
    hostKeyFingerprint: server.hostKey.fingerprint,
    hostKey: server.hostKey.publicKey,
    labels: spec.labels ?? {},
    groups: spec.groups ?? [],
  };
}

/** Starts a simulated Jetson behind a real SSH server for every spec. Rejects with `invalid_input`, or the system's error where a port is taken. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { host = '127.0.0.1', basePort = 0, clock = systemClock, seed = 'jetfleet' } = options;
  const specs = typeof options.devices === 'number' ? simulatedFleet(options.devices) : options.devices;
  checkNames(specs);
  const servers = new Map(specs.map((spec) => [spec.name, serverFor(spec, seed, clock)]));
  const close = async (): Promise<void> => {
    await Promise.all([...servers.values()].map((server) => server.close()));
  };
  const serverOf = (name: string): DeviceServer => {
    const server = servers.get(name);
    if (server === undefined) throw new Failure('unknown_device', 'The simulator has no device of that name.');
    return server;
  };
  const listening = await Promise.allSettled(
    [...servers.values()].map((server, index) => server.listen(hostFor(host, index), portFor(host, basePort, index))),
  );
  const failed = listening.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  const devices = specs.map((spec) => shown(spec, serverOf(spec.name)));
  return {
    devices,
    clientKey: keyPairOf(`${seed}/client`),
    fleetYaml: (yamlOptions) => fleetYamlOf(devices, yamlOptions),
    knownHosts: () => knownHostsOf(devices),
    setFault: async (name, fault) => serverOf(name).setFault(fault),
    cutLinks: (name) => {
      serverOf(name).cutLinks();
    },
    openLinks: () => [...servers.values()].reduce((sum, server) => sum + server.links, 0),
    close,
  };
}
