import { z } from 'zod';
import { present } from '../linux/present.js';
import { firstThatFit } from '../probes/fitting.js';
import { cleanName, cleanText } from '../untrusted.js';
import { gpuWays } from './container-gpu.js';
import { containerNow, gpuOf, timesOf, type InspectedContainer } from './container-inspect.js';
import { ownLabels } from './container-rows.js';
import { containerStates, exitMeaning, healthStates } from './container-state.js';
import { grantWords, specGrants } from './spec-grants.js';

export const containerData = z.object({
  name: z.string(),
  id: z.string(),
  image: z.string(),
  imageId: z.string().optional(),
  state: z.enum(containerStates),
  meaning: z.string().optional().describe('What its end means.'),
  exitCode: z.number().optional(),
  oomKilled: z.literal(true).optional(),
  error: z.string().optional().describe("The engine's words on why it did not start."),
  restarts: z.number(),
  restartPolicy: z.string().optional(),
  health: z
    .object({ state: z.enum(healthStates), failures: z.number().optional(), lastOutput: z.string().optional() })
    .optional(),
  createdAt: z.string().optional(),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
  gpu: z.enum(gpuWays).optional().describe('How it has the GPU; absent: it has not.'),
  runtime: z.string().optional(),
  program: z.string().optional().describe('Without arguments, which may hold secrets.'),
  user: z.string().optional(),
  cwd: z.string().optional(),
  reaches: z
    .array(z.string())
    .optional()
    .describe('What of the device itself it has: ' + grantWords.join(', ') + '.'),
  network: z.string().optional(),
  ports: z.array(z.string()).optional().describe('address:port on the device:port in it; * is every address.'),
  mounts: z
    .array(z.object({ kind: z.string(), source: z.string(), target: z.string(), readOnly: z.literal(true).optional() }))
    .optional(),
  devices: z.array(z.string()).optional(),
  limits: z
    .object({
      memoryBytes: z.number().optional(),
      cpus: z.number().optional(),
      pids: z.number().optional(),
      shmBytes: z.number().optional(),
    })
    .optional()
    .describe('What is absent is not limited.'),
  env: z.array(z.string()).optional().describe('Names only.'),
  logDriver: z.string().optional(),
  removedAtEnd: z.literal(true).optional(),
  composeProject: z.string().optional(),
  jetfleet: z.record(z.string(), z.string()).optional().describe('Made by jetfleet: its labels.'),
});
export type ContainerData = z.output<typeof containerData>;

const most = 30;
/** Mounts and variables may be many: each list has a share of the answer. */
const mostChars = 1200;
const some = <T>(items: readonly T[]): T[] | undefined =>
  items.length === 0 ? undefined : firstThatFit(items.slice(0, most), mostChars);
const name = (text: string | undefined, chars = 128): string | undefined =>
  text === undefined || text === '' ? undefined : cleanName(text, chars);
const positive = (value: number | undefined): number | undefined =>
  value !== undefined && value > 0 ? value : undefined;

function ports({ HostConfig }: InspectedContainer): string[] | undefined {
  const words = Object.entries(HostConfig.PortBindings).flatMap(([inside, bindings]) =>
    bindings.map(({ HostIp = '', HostPort = '' }) => {
      const open = HostIp === '' || HostIp === '0.0.0.0' || HostIp === '::';
      return `${open ? '*' : cleanName(HostIp, 39)}:${cleanName(HostPort, 11)}:${cleanName(inside, 11)}`;
    }),
  );
  return some([...new Set(words)].sort());
}

function mounts({ Mounts }: InspectedContainer): ContainerData['mounts'] {
  const rows = Mounts.map(({ Type, Name, Source = '', Destination = '', RW }) =>
    present({
      kind: cleanName(Type ?? 'unknown', 16),
      source: cleanName(Type === 'volume' ? (Name ?? Source) : Source, 200),
      target: cleanName(Destination, 200),
      readOnly: RW === false ? (true as const) : undefined,
    }),
  );
  return some(rows);
}

function limits({ HostConfig }: InspectedContainer): ContainerData['limits'] {
  const { Memory, NanoCpus, CpuQuota, CpuPeriod, PidsLimit, ShmSize } = HostConfig;
  const quota = positive(CpuQuota);
  const cpus =
    positive(NanoCpus) ?? (quota === undefined ? undefined : (quota / (positive(CpuPeriod) ?? 100_000)) * 1e9);
  const all = present({
    memoryBytes: positive(Memory),
    cpus: cpus === undefined ? undefined : Math.round(cpus / 1e7) / 100,
    pids: positive(PidsLimit),
    shmBytes: positive(ShmSize),
  });
  return Object.keys(all).length === 0 ? undefined : all;
}

function health(
  { State }: InspectedContainer,
  state: ReturnType<typeof containerNow>['health'],
): ContainerData['health'] {
  if (state === undefined) return undefined;
  const last = State.Health.Log.at(-1)?.Output;
  return present({
    state,
    failures: positive(State.Health.FailingStreak),
    lastOutput: state === 'healthy' || last === undefined || last === '' ? undefined : cleanText(last, 300),
  });
}

/** What of the device itself a container reaches, as container_run names it. */
export function reached({ HostConfig, Mounts }: InspectedContainer): string[] {
  const { NetworkMode, PidMode, IpcMode, Privileged, CapAdd, Devices } = HostConfig;
  return specGrants({
    ...(Privileged === true && { privileged: true }),
    ...(NetworkMode === 'host' && { network: 'host' }),
    ...(PidMode === 'host' && { pid: 'host' }),
    ...(IpcMode === 'host' && { ipc: 'host' }),
    capAdd: CapAdd.filter((each) => /^(?:CAP_)?[A-Z_]{1,40}$/.test(each)),
    devices: Devices.flatMap(({ PathOnHost }) => PathOnHost ?? []),
    mounts: Mounts.filter(({ Type }) => Type === 'bind').map(({ Source = '/', Destination = '/', RW }) => ({
      kind: 'bind',
      source: Source,
      target: Destination,
      readOnly: RW === false,
    })),
  });
}

/** What container_inspect answers: values of variables and arguments of programs stay on the device. */
export function containerDetails(container: InspectedContainer): ContainerData {
  const { Config, HostConfig, State, Path, Image } = container;
  const now = containerNow(container);
  const ended = !['running', 'paused', 'created'].includes(now.state);
  const { Name: policy = '', MaximumRetryCount } = HostConfig.RestartPolicy;
  const retries = positive(MaximumRetryCount);
  return present({
    name: now.name,
    id: cleanName(now.id, 12),
    image: cleanName(Config.Image ?? '', 200),
    imageId: name(Image?.replace('sha256:', ''), 12),
    state: now.state,
    meaning: ended ? exitMeaning(now.exitCode, now.oomKilled) : undefined,
    exitCode: ended ? now.exitCode : undefined,
    oomKilled: now.oomKilled ? (true as const) : undefined,
    error: name(State.Error, 400),
    restarts: now.restarts,
    restartPolicy:
      policy === '' || policy === 'no' ? undefined : cleanName(retries ? `${policy}:${retries}` : policy, 24),
    health: health(container, now.health),
    ...timesOf(container),
    finishedAt: ended ? timesOf(container).finishedAt : undefined,
    gpu: gpuOf(container),
    runtime: name(HostConfig.Runtime, 40),
    program: name(Path, 100),
    user: name(Config.User, 64),
    cwd: name(Config.WorkingDir, 200),
    reaches: some(reached(container)),
    network: name(HostConfig.NetworkMode, 64),
    ports: ports(container),
    mounts: mounts(container),
    devices: some(HostConfig.Devices.flatMap(({ PathOnHost }) => name(PathOnHost, 100) ?? [])),
    limits: limits(container),
    env: some(Config.Env.map((each) => cleanName(each.split('=', 1)[0] ?? '', 64)).sort()),
    logDriver: name(HostConfig.LogConfig.Type, 32),
    removedAtEnd: now.autoRemove ? (true as const) : undefined,
    composeProject: name(Config.Labels['com.docker.compose.project'], 64),
    jetfleet: ownLabels(Config.Labels),
  });
}
