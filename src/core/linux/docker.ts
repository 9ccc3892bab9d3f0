import { z } from 'zod';

export interface DockerConfig {
  readonly hasNvidiaRuntime: boolean;
  readonly defaultRuntime?: string | undefined;
  readonly dataRoot?: string | undefined;
  readonly logDriver?: string | undefined;
}

const config = z.object({
  runtimes: z.record(z.string(), z.unknown()).optional(),
  'default-runtime': z.string().optional(),
  'data-root': z.string().optional(),
  'log-driver': z.string().optional(),
});

/** Reads `/etc/docker/daemon.json`; undefined where it is no such file. */
export function parseDaemonJson(text: string): DockerConfig | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = config.safeParse(json);
  if (!parsed.success) return undefined;
  const { runtimes, 'default-runtime': defaultRuntime, 'data-root': dataRoot, 'log-driver': logDriver } = parsed.data;
  return {
    hasNvidiaRuntime: runtimes !== undefined && Object.hasOwn(runtimes, 'nvidia'),
    defaultRuntime,
    dataRoot,
    logDriver,
  };
}

/** `29.4.0` of `Docker version 29.4.0, build 9d7ad9f`. */
export function dockerVersion(text: string): string | undefined {
  return /^Docker version (\d{1,4}(?:\.\d{1,4}){1,3}[\w.+~-]{0,30})(?:,|$)/m.exec(text)?.[1];
}
