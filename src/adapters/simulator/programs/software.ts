import type { BoardSpec } from '../boards/board-spec.js';
import { uidOf } from '../device/account.js';
import { prints, unsupported, type Program, type ProgramCall, type Programs } from './program.js';

const format = '${Package}\\t${Version}\\t${db:Status-Abbrev}\\n';

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
    [cudnn, release.cudnn],
    ...(Number(cudnnMajor) >= 9 ? ([['libcudnn9', '']] as const) : []),
    ['nvidia-container-toolkit', release.jetpackMajor === 4 ? '1.7.0-1' : '1.16.2-1'],
  ];
}

/** A name, a name with one digit left open (`[0-9]`), or the beginning of one (`*`). */
function matches(pattern: string, name: string): boolean {
  const digit = pattern.indexOf('[0-9]');
  const open = pattern.endsWith('*');
  const before = digit < 0 ? (open ? pattern.slice(0, -1) : pattern) : pattern.slice(0, digit);
  const rest = name.slice(before.length);
  if (!name.startsWith(before) || (digit >= 0 && !/^[0-9]/.test(rest))) return false;
  return open || rest.length === (digit < 0 ? 0 : 1);
}

const dpkgQuery: Program = (call) => {
  const [option, flag, given, ...patterns] = call.args;
  const plain = patterns.every((pattern) => /^[a-z0-9.+-]+(?:\[0-9\])?\*?$/.test(pattern));
  if (option !== '-W' || flag !== '-f' || given !== format || patterns.length === 0 || !plain) return unsupported(call);
  const all = packagesOf(call.device.spec);
  let missing = false;
  for (const pattern of patterns) {
    const found = all.filter(([name]) => matches(pattern, name));
    if (found.length === 0) {
      call.err(`dpkg-query: no packages found matching ${pattern}\n`);
      missing = true;
    }
    for (const [name, version] of found) call.out(`${name}\t${version}\t${version === '' ? 'un ' : 'ii '}\n`);
  }
  return missing ? 1 : 0;
};

function groupsOf({ caller }: ProgramCall): string {
  if (caller.root) return 'root';
  const { account } = caller;
  const shared = `${account.name} adm dialout audio video plugdev render i2c gpio`;
  return account.sudo === 'none' ? `${account.name} audio video render` : `${shared} sudo docker`;
}

const id: Program = (call) => {
  if (call.args.join(' ') === '-nG') call.out(`${groupsOf(call)}\n`);
  else if (call.args.join(' ') === '-u')
    call.out(`${call.caller.root ? 0 : uidOf(call.caller.account, call.device.accounts)}\n`);
  else return unsupported(call);
  return 0;
};

const docker: Program = (call) => {
  if (call.args.join(' ') === 'ps -q') {
    if (
      groupsOf(call)
        .split(' ')
        .some((group) => group === 'docker' || group === 'root')
    )
      return 0;
    call.err('permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock\n');
    return 1;
  }
  if (call.args.join(' ') !== '--version') return unsupported(call);
  call.out(`Docker version ${call.device.spec.release.docker}, build 9d7ad9f\n`);
  return 0;
};

function nvccText({ device }: ProgramCall): string {
  const { cuda, cudaFull } = device.spec.release;
  return `nvcc: NVIDIA (R) Cuda compiler driver\nCuda compilation tools, release ${cuda}, V${cudaFull.split('-')[0] ?? cuda}\n`;
}

/** Packages, Docker, CUDA, and who one is. */
export const softwarePrograms: Programs = {
  'dpkg-query': dpkgQuery,
  id,
  docker,
  '/usr/local/cuda/bin/nvcc': prints(['--version'], nvccText),
  nvcc: prints(['--version'], nvccText),
};
