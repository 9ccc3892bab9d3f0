import { posix } from 'node:path';
import { processesOf } from '../device/processes.js';
import { prints, uidOfCaller, unsupported, type Program, type ProgramCall, type Programs } from './program.js';
import { usesDocker } from '../device/account.js';

const engineSocket = /^\/(?:var\/)?run\/docker\.sock$/;

/** `test -w PATH`: of the engine's socket, group docker may write too. */
const test: Program = (call) => {
  const [option, path = '', ...more] = call.args;
  if (option !== '-w' || more.length > 0) return unsupported(call);
  const { files, caller } = call;
  const uid = uidOfCaller(call);
  const node = files.node(path, uid);
  if (node === undefined) return 1;
  return files.mayWrite(node, uid) || (engineSocket.test(path) && usesDocker(caller.account)) ? 0 : 1;
};

const pidof: Program = (call) => {
  const [name, ...more] = call.args;
  if (name === undefined || more.length > 0) return unsupported(call);
  const found = processesOf(call.device).filter(({ comm }) => comm === name);
  if (found.length === 0) return 1;
  call.out(`${found.map(({ pid }) => pid).join(' ')}\n`);
  return 0;
};

/** `readlink -f -- PATH`: everything but the last name has to be there. */
const readlink: Program = (call) => {
  const [option, dashes, path = '', ...more] = call.args;
  if (option !== '-f' || dashes !== '--' || !path.startsWith('/') || more.length > 0) return unsupported(call);
  const { files } = call;
  const real = files.realPath(path);
  const folder = posix.dirname(real ?? '/');
  if (real === undefined || (folder !== '/' && files.node(folder, uidOfCaller(call)) === undefined)) return 1;
  call.out(`${real}\n`);
  return 0;
};

/** The sockets of engines that users run for themselves: nobody does. */
const find = prints(['/run/user', '-maxdepth', '3', '-name', '*.sock'], () => '');

/** The raw table of the older iptables, which the kernels of JetPack 4 to 6 lack. */
const modinfo: Program = (call) => {
  if (call.args.join(' ') !== '-F filename iptable_raw') return unsupported(call);
  const { kernel, jetpackMajor } = call.device.spec.release;
  if (jetpackMajor < 7) {
    call.err('modinfo: ERROR: Module iptable_raw not found.\n');
    return 1;
  }
  call.out(`/lib/modules/${kernel}/kernel/net/ipv4/netfilter/iptable_raw.ko\n`);
  return 0;
};

const iptablesText = ({ device }: ProgramCall): string => {
  const { version } = device.spec.release.ubuntu;
  const own: Readonly<Record<string, string>> = {
    '18.04': '1.6.1',
    '20.04': '1.8.4 (legacy)',
    '22.04': '1.8.7 (legacy)',
  };
  return `iptables v${own[version] ?? '1.8.10 (nf_tables)'}\n`;
};

/** Dropping the page cache changes nothing that a simulated board shows. */
const sysctl: Program = (call) => {
  if (call.args.join(' ') !== '-q -w vm.drop_caches=3') return unsupported(call);
  if (call.caller.root) return 0;
  call.err('sysctl: permission denied on key "vm.drop_caches"\n');
  return 255;
};

/** What one asks of a host before one makes containers on it. */
export const lookAroundPrograms: Programs = {
  test,
  pidof,
  readlink,
  find,
  modinfo,
  iptables: prints(['--version'], iptablesText),
  sysctl,
};
