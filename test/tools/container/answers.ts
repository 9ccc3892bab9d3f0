import type { DockerPiece } from '../../../src/core/docker/request.js';

/** An id of 64 hex digits that begins with a number. */
export const idOf = (n: number): string => String(n).padStart(12, '0') + 'a'.repeat(52);
export const imageId = (n: number): string => `sha256:${String(n).padStart(12, '0')}${'b'.repeat(52)}`;

/** One row of GET /containers/json, as API 1.41 has it; `more` overrides. */
export const listedJson = (n: number, name: string, more: object = {}): object => ({
  Id: idOf(n),
  Names: [`/${name}`],
  Image: 'busybox:1',
  ImageID: imageId(1),
  Command: 'sh -c "TOKEN=secret serve"',
  Created: 1_763_600_000 + n,
  Ports: [],
  Labels: {},
  State: 'running',
  Status: 'Up 3 hours',
  HostConfig: { NetworkMode: 'bridge' },
  Mounts: [],
  ...more,
});

/** GET /containers/ID/json; parts are merged one level deep. */
export function inspectJson(n: number, name: string, more: Readonly<Record<string, unknown>> = {}): object {
  const base: Record<string, object> = {
    State: {
      Status: 'running',
      Running: true,
      OOMKilled: false,
      ExitCode: 0,
      Error: '',
      StartedAt: '2026-11-20T06:00:00.123456789Z',
      FinishedAt: '0001-01-01T00:00:00Z',
    },
    Config: {
      Image: 'busybox:1',
      Env: ['PATH=/bin', 'HF_TOKEN=hf_verysecret'],
      Labels: {},
      Tty: false,
      User: '',
      WorkingDir: '',
    },
    HostConfig: {
      Runtime: 'runc',
      NetworkMode: 'bridge',
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
      LogConfig: { Type: 'json-file', Config: {} },
      Memory: 0,
      ShmSize: 67_108_864,
      PortBindings: {},
      DeviceRequests: null,
      Devices: [],
      CapAdd: null,
    },
  };
  const parts = Object.entries(base).map(([key, value]): [string, object] => [
    key,
    { ...value, ...(more[key] as object | undefined) },
  ]);
  const rest = { Id: idOf(n), Name: `/${name}`, Path: 'sh', Args: ['-c', 'secret'], RestartCount: 0, Mounts: [] };
  return { ...rest, Image: imageId(1), Created: '2026-11-20T05:00:00Z', ...more, ...Object.fromEntries(parts) };
}

/** A line of a container's output at a time, as the engine gives it with timestamps. */
export const piece = (at: string, message: string, from: 'stdout' | 'stderr' = 'stdout'): DockerPiece => ({
  from,
  text: `${at} ${message}`,
});

/** A log as an engine keeps it: `tail` and `since` work as Docker has them. */
export function keptLog(
  pieces: () => readonly DockerPiece[],
): (query: Readonly<Record<string, string>>) => DockerPiece[] {
  return ({ tail = 'all', since = '0' }) => {
    const all = pieces();
    const last = tail === 'all' ? all : Number(tail) === 0 ? [] : all.slice(-Number(tail));
    const msOf = ({ text }: DockerPiece): number => Date.parse(text.slice(0, text.indexOf(' ')));
    return last.filter((each) => msOf(each) >= Number(since) * 1000);
  };
}
