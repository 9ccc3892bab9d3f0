import { packageVersion } from '../../apt/request.js';
import { identityOf, identityReads } from '../../probes/identity.js';
import { parseListening, type Listener } from '../../linux/listening.js';
import {
  argv,
  defineProbe,
  exists,
  file,
  type ArgvRead,
  type ExistsRead,
  type FileRead,
  type Probe,
} from '../../probe/probe.js';
import type { WheelBoard } from './wheels.js';

/** Parts of JetPack that apt has, and the packages that bring them; the first that the device's sources have is taken. */
export const components = {
  tensorrt: ['nvidia-tensorrt', 'tensorrt'],
  cuda: ['nvidia-cuda'],
  cudnn: ['nvidia-cudnn', 'nvidia-cudnn8'],
  opencv: ['nvidia-opencv'],
  vpi: ['nvidia-vpi'],
  jetpack: ['nvidia-jetpack'],
} as const;
export const componentNames = ['tensorrt', 'cuda', 'cudnn', 'opencv', 'vpi', 'jetpack'] as const;
export type ComponentName = (typeof componentNames)[number];

/** What an installation rests on. */
export interface InstallHost extends WheelBoard {
  readonly user?: string | undefined;
  readonly home?: string | undefined;
  /** python3 can make environments. */
  readonly canVenv: boolean;
  readonly openblas: boolean;
  /** Packages of JetPack that the device's sources have. */
  readonly offered: readonly string[];
  readonly freeBytes?: number | undefined;
  readonly listeners: readonly Listener[];
}

type Reads = Record<'version' | 'user' | 'home' | 'policy' | 'room' | 'blas' | 'ensurepip', ArgvRead> & {
  tcp: FileRead;
  tcp6: FileRead;
} & typeof identityReads;

/** Python, the board, the disk, and what apt offers; one exchange. */
export const installProbe: Probe<InstallHost, Reads> = defineProbe({
  name: 'ai-install',
  reads: {
    ...identityReads,
    version: argv(['python3', '--version']),
    user: argv(['id', '-un']),
    home: argv(['printenv', 'HOME']),
    policy: argv(['apt-cache', 'policy', ...Object.values(components).flat()]),
    room: argv(['df', '-B1', '--output=avail', '/home']),
    blas: argv(['dpkg-query', '-W', '-f', '${db:Status-Abbrev}', 'libopenblas0']),
    ensurepip: argv(['python3', '-c', 'import ensurepip']),
    tcp: file('/proc/net/tcp'),
    tcp6: file('/proc/net/tcp6'),
  },
  parse: (answers) => {
    const { facts } = identityOf(answers);
    const python = /^Python (3\.\d{1,2})\./m.exec(answers.version.text)?.[1];
    const home = answers.home.text.trim();
    const user = answers.user.text.trim();
    const free = /^\s*(\d+)\s*$/m.exec(answers.room.text)?.[1];
    const rows = [...answers.policy.text.matchAll(/^(\S+):\n(?:\s+Installed: .*\n)?\s+Candidate: (\S+)/gm)];
    return {
      l4t: facts.l4t,
      soc: facts.soc,
      python,
      user: /^[A-Za-z_][\w.-]{0,31}$/.test(user) ? user : undefined,
      home: plainFolder.test(home) ? home : undefined,
      canVenv: answers.ensurepip.status === 'ok',
      openblas: answers.blas.text.startsWith('ii'),
      offered: rows.flatMap(([, name = '', candidate = '']) => (packageVersion.test(candidate) ? [name] : [])),
      freeBytes: free === undefined ? undefined : Number(free),
      listeners: [...parseListening(answers.tcp.text, 'tcp'), ...parseListening(answers.tcp6.text, 'tcp')],
    };
  },
});

/** Folders that commands and probes can be given as they are. */
export const plainFolder = /^\/[A-Za-z0-9_.@+/-]{1,160}$/;

/** What stands where an environment is to be. */
export function environmentProbe(
  path: string,
): Probe<'free' | 'environment' | 'other', Record<'any' | 'mark', ExistsRead>> {
  return defineProbe({
    name: 'ai-environment',
    reads: { any: exists(path), mark: exists(`${path}/pyvenv.cfg`) },
    parse: ({ any, mark }) => (mark ? 'environment' : any ? 'other' : 'free'),
  });
}
