import { randomBytes } from 'node:crypto';
import type { Options } from '../config/options.js';
import { catalogFile, defaultFleetFile, defaultPolicyFile, type Machine, namedFile } from '../config/paths.js';
import { defaultTools, fleetResources, resources, tools } from '../tools/index.js';
import { YamlCatalog } from './adapters/catalog/yaml-catalog.js';
import { dockerOf } from './adapters/docker/docker-of.js';
import { openInventory } from './adapters/inventory/open-inventory.js';
import { ReferenceSecrets } from './adapters/inventory/reference-secrets.js';
import { YamlPolicy } from './adapters/policy/yaml-policy.js';
import { SshConnector } from './adapters/ssh/connector.js';
import { SshFleet } from './adapters/ssh/fleet.js';
import { HttpsWeb } from './adapters/web/https-web.js';
import { YamlReader } from './adapters/yaml/yaml-reader.js';
import { assemble, type App } from './app/assemble.js';
import { ResourceReader } from './app/resource-reader.js';
import { identityProbe } from './core/probes/identity.js';
import type { Redactor } from './core/redact.js';
import type { Clock } from './ports/clock.js';
import type { Fleet } from './ports/fleet.js';
import type { Inventory } from './ports/inventory.js';
import type { Logger } from './ports/logger.js';
import type { Services } from './ports/services.js';
import type { PolicySource } from './ports/policy-source.js';
import type { Store } from './ports/store.js';
import { openState } from './state.js';
import { systemClock } from './system-clock.js';

/** Everything that answers, put together. */
export interface Engine extends App {
  readonly resources: ResourceReader;
  readonly inventory: Inventory;
  readonly policySource: PolicySource;
  readonly clock: Clock;
  /** Closes every link and stops watching files and unfinished changes. */
  close(): Promise<void>;
}

export interface EngineParts {
  readonly options: Options;
  readonly machine: Machine;
  readonly redactor: Redactor;
  readonly logger: Logger;
}

/** Where devices come from, and how they are reached. */
interface Devices {
  readonly inventory: Inventory;
  readonly fleet: Fleet;
  /** The time of a mock: it runs from that of its recording on. */
  readonly clock?: Clock;
  close(): Promise<void>;
}

/**
 * The lazy half of the composition root: `main.ts` loads it when the first question comes, so that the answer to
 * `initialize` waits for none of it. Throws `invalid_input` for a toolset or tool that does not exist.
 */
export async function openEngine({ options, machine, redactor, logger }: EngineParts): Promise<Engine> {
  const { temperatureLimits } = options;
  const policySource = openPolicy(options, machine);
  const devices = await openDevices({ options, machine, redactor, logger });
  const { inventory } = devices;
  const clock = systemClock;
  const newId = (): string => randomBytes(6).toString('hex');
  const state = openState(machine, logger);
  const services: Services = {
    store: options.mockSsh ? withoutFacts(state.store) : state.store,
    userCatalog: new YamlCatalog(catalogFile(machine)),
    web: new HttpsWeb(),
    yaml: new YamlReader(),
    labels: (device) => inventory.devices().find(({ name }) => name === device)?.labels ?? {},
  };
  const calls = { clock, devicesClock: devices.clock, temperatureLimits, newId, services };
  const app = assemble({
    ...state,
    ...calls,
    tools,
    defaultTools,
    choice: options,
    identity: identityProbe,
    fleet: devices.fleet,
    inventory,
    policySource,
    redactor,
    logger,
  });
  return {
    ...app,
    inventory,
    policySource,
    clock,
    resources: new ResourceReader({ ...app, ...calls, resources, fleetResources, inventory, policySource, redactor }),
    close: async () => {
      await app.watch.stop();
      await app.keeper.flush();
      await devices.close();
      await state.store.close();
    },
  };
}

/** The devices of a mock are recordings: what they report is not news, and is kept nowhere. */
function withoutFacts({ benchmarks, endpoints }: Store): Store {
  return { benchmarks, endpoints, facts: { put: () => Promise.resolve(), list: () => Promise.resolve([]) } };
}

function openPolicy({ policy }: Options, machine: Machine): PolicySource {
  const path = policy === undefined ? defaultPolicyFile(machine) : namedFile(policy, machine);
  return new YamlPolicy(path, {
    named: policy !== undefined,
    uid: process.getuid?.(),
    knownTools: () =>
      new Map(tools.map(({ spec }) => [spec.name, [...Object.keys(spec.input.shape), ...(spec.offArguments ?? [])]])),
  });
}

async function openDevices(parts: EngineParts): Promise<Devices> {
  return parts.options.mockSsh ? openMockDevices(parts) : openRealDevices(parts);
}

/** Devices of a transcript: no network, no fleet file. */
async function openMockDevices({ options: { transcript }, machine }: EngineParts): Promise<Devices> {
  const { mockOf, openMock } = await import('./adapters/mock/open-mock.js');
  const sample = async () =>
    mockOf((await import('../config/sample-transcript.jsonl')).default, 'the sample transcript');
  const mock = transcript === undefined ? await sample() : await openMock(namedFile(transcript, machine));
  return { ...mock, close: () => mock.fleet.close() };
}

async function openRealDevices({ options, machine, redactor, logger }: EngineParts): Promise<Devices> {
  const { home, env } = machine;
  const clock = systemClock;
  const inventory = await openInventory({
    named: options.config === undefined ? undefined : namedFile(options.config, machine),
    defaultPath: defaultFleetFile(machine),
    env,
    home,
    logger,
  });
  const secrets = new ReferenceSecrets({ env, home, logger, redactor });
  const connector = new SshConnector({ inventory, secrets, logger });
  const links = new SshFleet({ inventory, connector, secrets, logger, clock, dockerOf });
  const devices = { inventory, fleet: links };
  const close = async (): Promise<void> => {
    inventory.close();
    await links.close();
  };
  if (options.record === undefined) return { ...devices, close };
  const [{ openTranscriptFile }, { RecordingFleet }] = await Promise.all([
    import('./adapters/mock/transcript-file.js'),
    import('./adapters/mock/recording-fleet.js'),
  ]);
  const transcript = openTranscriptFile(namedFile(options.record, machine), logger);
  const fleet = new RecordingFleet(links, inventory, { redactor, sink: transcript.sink, clock });
  return { ...devices, fleet, close: () => close().finally(() => transcript.close()) };
}
