import type { BoardSpec } from '../boards/board-spec.js';
import { prints, unsupported, type Program, type Programs } from './program.js';

/** Packages of a board with their versions; an empty version is a package that is known and not installed. */
function packagesOf({ release }: BoardSpec): readonly (readonly [name: string, version: string])[] {
  const [tensorrtMajor = ''] = release.tensorrt.split('.');
  const [cudnnMajor = ''] = release.cudnn.split('.');
  const [cudaMajor = ''] = release.cuda.split('.');
  const cudnn = Number(cudnnMajor) >= 9 ? `libcudnn9-cuda-${cudaMajor}` : `libcudnn${cudnnMajor}`;
  return [
    ['nvidia-jetpack', release.jetpackPackage],
    ['nvidia-l4t-core', `${release.l4t}-${release.stamp}`],
    [`libnvinfer${tensorrtMajor}`, release.tensorrt],
    ['libnvinfer-bin', release.tensorrt],
    [cudnn, release.cudnn],
    ...(Number(cudnnMajor) >= 9 ? ([['libcudnn9', '']] as const) : []),
    [`cuda-cudart-${release.cuda.replace('.', '-')}`, release.cudaFull],
    ['nvidia-container-toolkit', release.jetpackMajor === 4 ? '1.7.0-1' : '1.16.2-1'],
  ];
}

/** A name, a name with one digit left open (`[0-9]`), the beginning of one (`*`), or both. */
function matches(pattern: string, name: string): boolean {
  const text = pattern.replace(/[.+]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${text}$`).test(name);
}

const fields = /\$\{(Package|Version|db:Status-Abbrev)\}|\\t|\\n|[\w ,:]/y;

/** A row of `dpkg-query -f`; undefined for a format that the simulator does not know. */
function rowOf(format: string, name: string, version: string): string | undefined {
  const values: Readonly<Record<string, string>> = {
    '${Package}': name,
    '${Version}': version,
    '${db:Status-Abbrev}': version === '' ? 'un ' : 'ii ',
    '\\t': '\t',
    '\\n': '\n',
  };
  let row = '';
  for (fields.lastIndex = 0; fields.lastIndex < format.length;) {
    const [piece] = fields.exec(format) ?? [];
    if (piece === undefined) return undefined;
    row += values[piece] ?? piece;
  }
  return row;
}

const dpkgQuery: Program = (call) => {
  const [option, flag, format = '', ...patterns] = call.args;
  const plain = patterns.every((pattern) => /^[a-z0-9.+-]+(?:\[0-9\])?\*?$/.test(pattern));
  if (option !== '-W' || flag !== '-f' || patterns.length === 0 || !plain) return unsupported(call);
  if (rowOf(format, 'a', '1') === undefined) return unsupported(call);
  const all = packagesOf(call.device.spec);
  let missing = false;
  for (const pattern of patterns) {
    const found = all.filter(([name]) => matches(pattern, name));
    if (found.length === 0) {
      call.err(`dpkg-query: no packages found matching ${pattern}\n`);
      missing = true;
    }
    for (const [name, version] of found) call.out(rowOf(format, name, version) ?? '');
  }
  return missing ? 1 : 0;
};

/** What the package sources of a board have besides what is installed: NVIDIA's and Ubuntu's of that release. */
function offersOf(spec: BoardSpec): ReadonlyMap<string, string> {
  const { release } = spec;
  const version = `${release.docker}-0ubuntu1~${release.ubuntu.version}.1`;
  return new Map([...packagesOf(spec).filter(([, found]) => found !== ''), ['docker.io', version]]);
}

/** `apt-cache madison NAME` and `apt-cache policy NAME...`. */
const aptCache: Program = (call) => {
  const [verb, ...names] = call.args;
  const { spec } = call.device;
  const offers = offersOf(spec);
  if ((verb !== 'madison' && verb !== 'policy') || names.some((name) => !/^[a-z0-9.+-]+$/.test(name)))
    return unsupported(call);
  const installed = new Map(packagesOf(spec).filter(([, found]) => found !== ''));
  for (const name of names) {
    const version = offers.get(name);
    if (version === undefined) continue;
    if (verb === 'madison')
      call.out(
        `${name.padStart(10)} | ${version} | http://ports.ubuntu.com/ubuntu-ports ${spec.release.ubuntu.codename}-updates/universe arm64 Packages\n`,
      );
    else call.out(`${name}:\n  Installed: ${installed.get(name) ?? '(none)'}\n  Candidate: ${version}\n`);
  }
  return 0;
};

/** Packages, installed and offered. */
export const packagePrograms: Programs = {
  'dpkg-query': dpkgQuery,
  'apt-cache': aptCache,
  'apt-mark': prints(['showhold'], () => ''),
};
