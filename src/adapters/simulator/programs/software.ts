import { uidOf, usesDocker } from '../device/account.js';
import { dockerProgram } from '../docker/docker-program.js';
import { homeOf, lacking, prints, unsupported, type Program, type ProgramCall, type Programs } from './program.js';

function groupsOf({ caller }: ProgramCall): string {
  if (caller.root) return 'root';
  const { account } = caller;
  const shared = `${account.name} adm dialout audio video plugdev render i2c gpio`;
  return account.sudo === 'none' ? `${account.name} audio video render` : `${shared} sudo docker`;
}

const nameOf = ({ caller }: ProgramCall): string => (caller.root ? 'root' : caller.account.name);

/** `getent group NAME`, of the groups that decide something. */
const getent: Program = (call) => {
  const [base, group, ...more] = call.args;
  if (base !== 'group' || group !== 'docker' || more.length > 0) return unsupported(call);
  const members = call.device.accounts.filter((account) => account.sudo !== 'root' && usesDocker(account));
  call.out(`docker:x:999:${members.map(({ name }) => name).join(',')}\n`);
  return 0;
};

const printenv: Program = (call) => {
  if (call.args.join(' ') !== 'HOME') return unsupported(call);
  call.out(`${homeOf(call)}\n`);
  return 0;
};

const pythonVersions: Readonly<Record<string, string>> = {
  '18.04': '3.6.9',
  '20.04': '3.8.10',
  '22.04': '3.10.12',
  '24.04': '3.12.3',
};

/** Its version, and whether it can make environments, as the packages of Ubuntu's python3-venv let it. */
const python3: Program = (call) => {
  const line = call.args.join(' ');
  if (line === '--version') call.out(`Python ${pythonVersions[call.device.spec.release.ubuntu.version] ?? '3.12.3'}\n`);
  else if (line !== '-c import ensurepip') return unsupported(call);
  return 0;
};

const id: Program = (call) => {
  if (call.args.join(' ') === '-nG') call.out(`${groupsOf(call)}\n`);
  else if (call.args.join(' ') === '-un') call.out(`${nameOf(call)}\n`);
  else if (call.args.join(' ') === '-u')
    call.out(`${call.caller.root ? 0 : uidOf(call.caller.account, call.device.accounts)}\n`);
  else return unsupported(call);
  return 0;
};

function nvccText({ device }: ProgramCall): string {
  const { cuda, cudaFull } = device.spec.release;
  return `nvcc: NVIDIA (R) Cuda compiler driver\nCuda compilation tools, release ${cuda}, V${cudaFull.split('-')[0] ?? cuda}\n`;
}

/** Docker, CUDA, Python, and who one is. */
export const softwarePrograms: Programs = {
  id,
  getent,
  printenv,
  python3,
  docker: dockerProgram,
  ...lacking({ podman: unsupported, ollama: unsupported }),
  '/usr/local/cuda/bin/nvcc': prints(['--version'], nvccText),
  nvcc: prints(['--version'], nvccText),
};
