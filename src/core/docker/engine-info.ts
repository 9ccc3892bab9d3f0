import { z } from 'zod';
import { present } from '../linux/present.js';
import { cleanName } from '../untrusted.js';
import { flag, listOf, number, part, readAnswer, text } from './lenient.js';
import type { DockerQuestion } from './request.js';

/** What an engine says of itself. Short words of its own, cleaned. */
export interface EngineInfo {
  readonly version?: string | undefined;
  readonly runtimes: readonly string[];
  readonly defaultRuntime?: string | undefined;
  readonly dataRoot?: string | undefined;
  readonly storageDriver?: string | undefined;
  readonly logDriver?: string | undefined;
  readonly cgroup?: string | undefined;
  readonly firewall?: string | undefined;
  readonly liveRestore?: boolean | undefined;
  readonly rootless: boolean;
  /** False where the kernel cannot limit the memory of a container. */
  readonly memoryLimits?: boolean | undefined;
  /** A device of NVIDIA's by CDI. */
  readonly hasCdiGpu: boolean;
  readonly containers?: { readonly running: number; readonly all: number } | undefined;
  readonly images?: number | undefined;
  /** Its own words. */
  readonly warnings: readonly string[];
}

const info = z.object({
  ServerVersion: text,
  Runtimes: z.record(z.string(), z.unknown()).catch({}),
  DefaultRuntime: text,
  DockerRootDir: text,
  Driver: text,
  LoggingDriver: text,
  CgroupDriver: text,
  CgroupVersion: text,
  FirewallBackend: part({ Driver: text }),
  LiveRestoreEnabled: flag,
  SecurityOptions: listOf(z.string()),
  MemoryLimit: flag,
  DiscoveredDevices: listOf(z.object({ Source: text, ID: text })),
  Containers: number,
  ContainersRunning: number,
  Images: number,
  Warnings: listOf(z.string()),
});

const word = (given: string | undefined, chars = 64): string | undefined =>
  given === undefined || given === '' ? undefined : cleanName(given, chars);

/** Asks the engine what it is and how it is set up. */
export const engineInfoQuestion: DockerQuestion<EngineInfo> = {
  name: 'info',
  path: '/info',
  parse: (given) => {
    const answer = readAnswer(info, given);
    const { Containers, ContainersRunning, CgroupVersion, CgroupDriver } = answer;
    const cgroup = [CgroupVersion && `v${CgroupVersion}`, CgroupDriver].filter(Boolean).join(' ');
    return present({
      version: word(answer.ServerVersion, 40),
      runtimes: Object.keys(answer.Runtimes)
        .map((name) => cleanName(name, 40))
        .sort()
        .slice(0, 12),
      defaultRuntime: word(answer.DefaultRuntime),
      dataRoot: word(answer.DockerRootDir, 300),
      storageDriver: word(answer.Driver),
      logDriver: word(answer.LoggingDriver),
      cgroup: word(cgroup),
      firewall: word(answer.FirewallBackend.Driver),
      liveRestore: answer.LiveRestoreEnabled,
      rootless: answer.SecurityOptions.some((each) => each.includes('name=rootless')),
      memoryLimits: answer.MemoryLimit,
      hasCdiGpu: answer.DiscoveredDevices.some(({ ID = '' }) => ID.startsWith('nvidia.com/')),
      containers: Containers === undefined ? undefined : { running: ContainersRunning ?? 0, all: Containers },
      images: answer.Images,
      warnings: answer.Warnings.slice(0, 8).map((each) => cleanName(each, 200)),
    });
  },
};

const version = z.object({
  Version: text,
  ApiVersion: text,
  MinAPIVersion: text,
  Components: listOf(z.object({ Name: text, Version: text })),
});

/** Which engine it is, and which versions of the API it speaks. */
export interface EngineVersion {
  readonly engine: 'docker' | 'podman';
  readonly version?: string | undefined;
  readonly api?: string | undefined;
  readonly oldestApi?: string | undefined;
}

/** Asks the engine for its version. */
export const engineVersionQuestion: DockerQuestion<EngineVersion> = {
  name: 'version',
  path: '/version',
  parse: (given) => {
    const { Version, ApiVersion, MinAPIVersion, Components } = readAnswer(version, given);
    const podman = Components.find(({ Name = '' }) => /podman/i.test(Name));
    return present({
      engine: podman === undefined ? ('docker' as const) : ('podman' as const),
      version: word(podman?.Version ?? Version, 40),
      api: word(ApiVersion, 10),
      oldestApi: word(MinAPIVersion, 10),
    });
  },
};
