import { z } from 'zod';
import { gpuShape, gpuWay, type GpuWay } from './container-gpu.js';
import { containerState, healthState, ownName, type ContainerState, type HealthState } from './container-state.js';
import { flag, goTime, labels, listOf, number, part, readAnswer, text } from './lenient.js';
import { enginePath, type DockerQuestion } from './request.js';

const shape = z.object({
  Id: z.string(),
  Name: text,
  Created: text,
  Path: text,
  Image: text,
  RestartCount: number,
  State: part({
    Status: text,
    Running: flag,
    OOMKilled: flag,
    ExitCode: number,
    Error: text,
    StartedAt: text,
    FinishedAt: text,
    Health: part({ Status: text, FailingStreak: number, Log: listOf(z.object({ ExitCode: number, Output: text })) }),
    // Podman's name of it, in some versions.
    Healthcheck: part({ Status: text }),
  }),
  Config: part({
    Image: text,
    User: text,
    WorkingDir: text,
    Tty: flag,
    StopTimeout: number,
    Env: listOf(z.string()),
    Labels: labels,
  }),
  HostConfig: part({
    ...gpuShape,
    NetworkMode: text,
    PidMode: text,
    IpcMode: text,
    Privileged: flag,
    AutoRemove: flag,
    CapAdd: listOf(z.string()),
    RestartPolicy: part({ Name: text, MaximumRetryCount: number }),
    LogConfig: part({ Type: text }),
    Memory: number,
    NanoCpus: number,
    CpuQuota: number,
    CpuPeriod: number,
    PidsLimit: number,
    ShmSize: number,
    PortBindings: z.record(z.string(), listOf(z.object({ HostIp: text, HostPort: text }))).catch({}),
  }),
  Mounts: listOf(z.object({ Type: text, Name: text, Source: text, Destination: text, RW: flag })),
});

/** What the engine tells of one container, as it tells it: not to be trusted. */
export type InspectedContainer = z.output<typeof shape>;

/** One container by its name or id. */
export function containerQuestion(container: string): DockerQuestion<InspectedContainer> {
  return {
    name: 'container',
    path: enginePath('containers', container, 'json'),
    parse: (answer) => readAnswer(shape, answer),
  };
}

/** The few things of a container that a change of it rests on. */
export interface ContainerNow {
  readonly name: string;
  readonly id: string;
  readonly state: ContainerState;
  readonly startedAt: string;
  readonly health?: HealthState | undefined;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** By the engine itself. */
  readonly restarts: number;
  /** Removed by the engine when it ends. */
  readonly autoRemove: boolean;
  /** Until the engine kills what does not stop. */
  readonly stopSeconds: number;
  readonly privileged: boolean;
  readonly tty: boolean;
  readonly logDriver: string;
}

const standardStopSeconds = 10;

/** Reads them. */
export function containerNow(container: InspectedContainer): ContainerNow {
  const { Id, Name, State, Config, HostConfig, RestartCount } = container;
  const { StopTimeout } = Config;
  return {
    name: ownName(Name, Id),
    id: Id,
    state: stateOf(container),
    startedAt: State.StartedAt ?? '',
    health: healthOf(container),
    exitCode: State.ExitCode ?? 0,
    oomKilled: State.OOMKilled === true,
    restarts: RestartCount ?? 0,
    autoRemove: HostConfig.AutoRemove === true,
    stopSeconds: StopTimeout !== undefined && StopTimeout >= 0 ? StopTimeout : standardStopSeconds,
    privileged: HostConfig.Privileged === true,
    tty: Config.Tty === true,
    logDriver: HostConfig.LogConfig.Type ?? '',
  };
}

/** The state it is in. */
export function stateOf({ State }: InspectedContainer): ContainerState {
  return containerState(State.Status ?? (State.Running === true ? 'running' : undefined));
}

/** The state of its health check; undefined where it has none. */
export function healthOf({ State }: InspectedContainer): HealthState | undefined {
  return healthState(State.Health.Status ?? State.Healthcheck.Status);
}

/** How it has the GPU. */
export function gpuOf({ HostConfig, Config }: InspectedContainer): GpuWay | undefined {
  return gpuWay(HostConfig, Config.Env);
}

/** When it ran last, ISO 8601. */
export function timesOf({ State, Created }: InspectedContainer): {
  readonly createdAt: string | undefined;
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
} {
  return { createdAt: goTime(Created), startedAt: goTime(State.StartedAt), finishedAt: goTime(State.FinishedAt) };
}
