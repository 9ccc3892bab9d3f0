import { z } from 'zod';
import { Failure } from '../errors.js';

/** What Docker's settings are to say; what is absent stays as it is. */
export interface DaemonWants {
  readonly nvidiaRuntime: boolean;
  readonly defaultRuntime?: 'nvidia' | 'runc' | undefined;
  /** Size of a container's log file, in MiB, before the next is begun. */
  readonly logMaxMb?: number | undefined;
}

/** New settings, and what makes the daemon take them: it reads runtimes anew when told to, all else at its start. */
export interface DaemonEdit {
  readonly text: string;
  readonly takes: 'nothing' | 'reload' | 'restart';
}

const object = z.record(z.string(), z.unknown());
const keptLogFiles = '3';
const rotating = ['json-file', 'local'];

function settingsOf(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  try {
    return object.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure(
      'unsupported',
      '/etc/docker/daemon.json on the device is not valid, so Docker does not start with it.',
      {
        hint: 'Read it with file_read and have the user correct or remove it; it is not replaced, as that would lose its settings.',
        retry: 'no',
        cause,
      },
    );
  }
}

const part = (value: unknown): Record<string, unknown> => object.safeParse(value).data ?? {};

/** The settings with what is wanted in them: every other key stays, in its place. */
export function daemonJsonWith(text: string, { nvidiaRuntime, defaultRuntime, logMaxMb }: DaemonWants): DaemonEdit {
  const settings = settingsOf(text);
  const before = JSON.stringify(settings);
  const runtimes = part(settings['runtimes']);
  if ((nvidiaRuntime || defaultRuntime === 'nvidia') && !Object.hasOwn(runtimes, 'nvidia'))
    settings['runtimes'] = { ...runtimes, nvidia: { args: [], path: 'nvidia-container-runtime' } };
  if (defaultRuntime !== undefined) settings['default-runtime'] = defaultRuntime;
  const withoutLog = JSON.stringify(settings);
  if (logMaxMb !== undefined) {
    const driver = settings['log-driver'] ?? 'json-file';
    if (typeof driver !== 'string' || !rotating.includes(driver))
      throw new Failure(
        'unsupported',
        'Docker on this device keeps logs by a driver that has no size limit of its own.',
        {
          hint: 'Leave logMaxMb away, or change log-driver in /etc/docker/daemon.json to json-file first.',
          retry: 'no',
        },
      );
    settings['log-driver'] = driver;
    settings['log-opts'] = { 'max-file': keptLogFiles, ...part(settings['log-opts']), 'max-size': `${logMaxMb}m` };
  }
  const after = JSON.stringify(settings);
  const takes = after === before ? 'nothing' : after === withoutLog ? 'reload' : 'restart';
  return { text: takes === 'nothing' ? text : `${JSON.stringify(settings, null, 4)}\n`, takes };
}
