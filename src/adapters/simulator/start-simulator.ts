import { Failure } from '../../core/errors.js';
import { namePattern } from '../../core/device.js';
import type { Clock } from '../../ports/clock.js';
import { defaultAccounts } from './device/account.js';
import { boardOf } from './device/board.js';
import { seedOf } from './device/noise.js';
import type { Fault } from './device/fault.js';
import { SimulatedDevice } from './device/simulated-device.js';
import type { UnitBehaviour } from './device/units.js';
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
  /** How long a board refuses connections when it starts again; 1,500 where absent. */
  readonly downMs?: number | undefined;
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
  /** Says whether the GPU of a device was used (see `goldenContext` of its spec). Throws `unknown_device`. */
  setGoldenContext(name: string, used: boolean): void;
  /** Makes a unit of a device behave otherwise, `{}` for well. Throws `unknown_device`. */
  setUnit(name: string, unit: string, behaviour: UnitBehaviour): void;
  /** Puts a file or a link onto a device, owned by one of its accounts. Throws `unknown_device`. */
  put(
    name: string,
    path: string,
    what: { readonly owner: string } & ({ readonly text: string } | { readonly link: string }),
  ): void;
  /** A device itself, to look at what was done to it. Throws `unknown_device`. */
  device(name: string): SimulatedDevice;
  /** Starts a device again, as a watchdog does: nobody was asked. Throws `unknown_device`. */
  restart(name: string): void;
  /** Gives a device its power again that was shut down, or hangs. Rejects with `unknown_device`. */
  powerOn(name: string): Promise<void>;
  /** Cuts the open links of a device once. Throws `unknown_device`. */
  cutLinks(name: string): void;
  /** Links that are open now, over all devices. */
  openLinks(): number;
  /** Ends every link and stops listening. Idempotent. */
  close(): Promise<void>;
}

interface ServerOptions {
  readonly seed: string;
  readonly clock: Clock;
  readonly downMs: number;
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

function serverFor(spec: SimDeviceSpec, { seed, clock, downMs }: ServerOptions): DeviceServer {
  const board = boardOf(spec.board);
  const { name, mode, ambientCelsius, accounts = defaultAccounts } = spec;
  const device = new SimulatedDevice({ name, accounts, seed: seedOf(seed), mode, ambientCelsius }, board.spec, clock);
  device.fault = spec.fault;
  device.goldenContext = spec.goldenContext === true;
  return new DeviceServer(device, board, keyPairOf(`${seed}/host/${spec.name}`), spec.downMs ?? downMs);
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
  const { host = '127.0.0.1', basePort = 0, clock = systemClock, seed = 'jetfleet', downMs = 1500 } = options;
  const specs = typeof options.devices === 'number' ? simulatedFleet(options.devices) : options.devices;
  checkNames(specs);
  const servers = new Map(specs.map((spec) => [spec.name, serverFor(spec, { seed, clock, downMs })]));
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
    setGoldenContext: (name, used) => {
      serverOf(name).device.goldenContext = used;
    },
    setUnit: (name, unit, behaviour) => {
      serverOf(name).device.units.behave(unit, behaviour);
    },
    put: (name, path, what) => {
      serverOf(name).put(path, what);
    },
    device: (name) => serverOf(name).device,
    restart: (name) => {
      serverOf(name).device.halt('reboot');
    },
    powerOn: async (name) => serverOf(name).powerOn(),
    cutLinks: (name) => {
      serverOf(name).cutLinks();
    },
    openLinks: () => [...servers.values()].reduce((sum, server) => sum + server.links, 0),
    close,
  };
}
