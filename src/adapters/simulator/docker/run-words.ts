/** What `docker run` was told, as far as a simulated container depends on it. */
export interface RunWords {
  readonly name: string | undefined;
  readonly image: string;
  readonly command: readonly string[];
  readonly entrypoint: string | undefined;
  readonly runtime: string | undefined;
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly SimPort[];
  readonly mounts: readonly SimMount[];
  readonly devices: readonly string[];
  readonly restart: string;
  readonly memoryBytes: number;
  readonly shmBytes: number;
  readonly network: string;
  readonly privileged: boolean;
  readonly capAdd: readonly string[];
  readonly healthCheck: boolean;
  readonly pull: string;
  readonly wantsEnvFile: boolean;
  readonly detach: boolean;
  readonly remove: boolean;
  readonly user: string;
  readonly cwd: string;
}

export interface SimPort {
  readonly address: string;
  readonly host: number;
  readonly container: number;
  readonly protocol: string;
}

export interface SimMount {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

const flags = ['detach', 'd', 'rm', 'privileged', 'init'];
const known = [
  'name pull runtime env env-file restart publish mount device memory memory-swap shm-size network network-alias pid ipc cap-add',
  'workdir user health-cmd health-interval health-start-period health-retries health-timeout label entrypoint add-host log-opt log-driver',
  'gpus stop-timeout cpus ulimit hostname volume security-opt',
].flatMap((line) => line.split(' '));

/** Reads the words after `run` (or `create`); undefined for an option that the simulator does not know. */
export function runWords(words: readonly string[]): RunWords | undefined {
  const given = new Map<string, string[]>();
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) break;
    const [, name = '', , value] = /^--?([a-z-]+)(=([^]*))?$/.exec(word) ?? [];
    if (flags.includes(name)) given.set(name, ['true']);
    else if (!known.includes(name)) return undefined;
    else given.set(name, [...(given.get(name) ?? []), value ?? words[++at] ?? '']);
  }
  const image = words[at];
  if (image === undefined) return undefined;
  const all = (name: string): string[] => given.get(name) ?? [];
  const one = (name: string): string | undefined => all(name).at(-1);
  return {
    name: one('name'),
    image,
    command: words.slice(at + 1),
    entrypoint: one('entrypoint'),
    runtime: one('runtime'),
    env: all('env'),
    labels: Object.fromEntries(all('label').map((label) => pair(label, '='))),
    ports: all('publish').map(portOf),
    mounts: all('mount').map(mountOf),
    devices: all('device'),
    restart: one('restart') ?? 'no',
    memoryBytes: bytesOf(one('memory')),
    shmBytes: bytesOf(one('shm-size')) || 64 * 1024 * 1024,
    network: one('network') ?? 'bridge',
    privileged: given.has('privileged'),
    capAdd: all('cap-add'),
    healthCheck: given.has('health-cmd'),
    pull: one('pull') ?? 'missing',
    wantsEnvFile: given.has('env-file'),
    detach: given.has('detach') || given.has('d'),
    remove: given.has('rm'),
    user: one('user') ?? '',
    cwd: one('workdir') ?? '',
  };
}

function pair(text: string, separator: string): [key: string, value: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** `127.0.0.1:8080:80/tcp`, with an IPv6 address in brackets. */
function portOf(text: string): SimPort {
  const [words = '', protocol = 'tcp'] = text.split('/');
  const [, address = '0.0.0.0', host = '0', container = '0'] = /^(?:(.+):)?(\d*):(\d+)$/.exec(words) ?? [];
  return { address: address.replace(/^\[|\]$/g, ''), host: Number(host), container: Number(container), protocol };
}

function mountOf(text: string): SimMount {
  const parts = Object.fromEntries(text.split(',').map((part) => pair(part, '=')));
  return {
    type: parts['type'] ?? 'volume',
    source: parts['source'] ?? '',
    target: parts['target'] ?? '',
    readOnly: Object.hasOwn(parts, 'readonly'),
  };
}

const units: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function bytesOf(text: string | undefined): number {
  const [, number = '0', unit = ''] = /^(\d+)([kmg]?)b?$/.exec(text ?? '') ?? [];
  return Number(number) * (units[unit] ?? 1);
}
