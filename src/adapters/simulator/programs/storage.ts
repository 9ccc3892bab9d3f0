import type { SimulatedDevice } from '../device/simulated-device.js';
import { pause, prints, uidOfCaller, unsupported, type Program, type Programs } from './program.js';

const GB = 1_000_000_000;
const bytesPerInode = 16_384;
const partitionShare = 0.97;

interface Space {
  readonly size: number;
  readonly used: number;
}

function rootSpace(device: SimulatedDevice): Space {
  const size = Math.floor((device.spec.disk.sizeGB * GB * partitionShare) / 4096) * 4096;
  if (device.fault?.kind === 'full_disk') return { size, used: size };
  return { size, used: Math.floor((size * (0.25 + 0.6 * device.unit(970))) / 4096) * 4096 };
}

const dfArgs = ['-l', '-B1', '--output=fstype,size,used,avail,itotal,iused,source,target'];

function df(device: SimulatedDevice): string {
  const root = rootSpace(device);
  const ram = device.spec.ramMB * 1024 * 1024;
  const row = (type: string, size: number, used: number, source: string, target: string): string => {
    const inodes = Math.floor(size / bytesPerInode);
    const iused = Math.floor(inodes * 0.12);
    return `${type.padEnd(8)} ${String(size).padStart(13)} ${String(used).padStart(13)} ${String(size - used).padStart(13)} ${String(inodes).padStart(9)} ${String(iused).padStart(7)} ${source.padEnd(14)} ${target}\n`;
  };
  const half = Math.floor(ram / 2);
  return (
    'Type         1B-blocks          Used         Avail    Inodes   IUsed Filesystem     Mounted on\n' +
    row('ext4', root.size, root.used, `/dev/${device.spec.disk.device}p1`, '/') +
    row('tmpfs', half, 86_016, 'tmpfs', '/dev/shm') +
    row('tmpfs', Math.floor(ram / 5), 28_311_552, 'tmpfs', '/run') +
    row('tmpfs', 5_242_880, 4096, 'tmpfs', '/run/lock') +
    row('tmpfs', Math.floor(ram / 10), 81_920, 'tmpfs', '/run/user/1000')
  );
}

/** `df -B1 --output=avail FOLDER`: everything that is asked for is on the one disk. */
const dfProgram: Program = (call) => {
  const { args, device } = call;
  const [unit, output, folder = '', ...more] = args;
  if (args.length === dfArgs.length && args.every((arg, index) => arg === dfArgs[index])) call.out(df(device));
  else if (unit === '-B1' && output === '--output=avail' && folder.startsWith('/') && more.length === 0) {
    if (call.files.node(folder, 0) === undefined) {
      call.err(`df: ${folder}: No such file or directory\n`);
      return 1;
    }
    call.out(`        Avail\n${String(freeBytes(device)).padStart(13)}\n`);
  } else return unsupported(call);
  return 0;
};

/** What is left of a device's disk. */
export function freeBytes(device: SimulatedDevice): number {
  const { size, used } = rootSpace(device);
  return size - used;
}

/** What is taken of it. */
export const usedBytes = (device: SimulatedDevice): number => rootSpace(device).used;

const lsblkArgs = ['-J', '-b', '-e', '7', '-o', 'NAME,TYPE,SIZE,RO,RM,MOUNTPOINT,FSTYPE,MODEL,TRAN'];

function lsblk(device: SimulatedDevice): string {
  const { disk, swap } = device.spec;
  const nvme = disk.device === 'nvme0n1';
  const base = {
    ro: false,
    rm: false,
    mountpoint: null as string | null,
    fstype: null as string | null,
    model: null as string | null,
    tran: null as string | null,
  };
  const drive = {
    ...base,
    name: disk.device,
    type: 'disk',
    size: disk.sizeGB * GB,
    model: nvme ? 'Simulated NVMe SSD' : null,
    tran: nvme ? 'nvme' : null,
    children: [
      {
        ...base,
        name: `${disk.device}p1`,
        type: 'part',
        size: rootSpace(device).size,
        mountpoint: '/',
        fstype: 'ext4',
      },
      { ...base, name: `${disk.device}p2`, type: 'part', size: 134_217_728 },
    ],
  };
  const zram =
    swap.kind === 'none'
      ? []
      : Array.from({ length: swap.devices }, (_, index) => ({
          ...base,
          name: `zram${index}`,
          type: 'disk',
          size: swap.eachMB * 1024 * 1024,
          mountpoint: '[SWAP]',
        }));
  return `${JSON.stringify({ blockdevices: [drive, ...zram] }, null, 3)}\n`;
}

/** Folders by what they are below, with their share of the used space. Only root may look into Docker's. */
const shares: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  '/': [
    ['home', 0.31],
    ['opt', 0.03],
    ['usr', 0.28],
    ['var', 0.36],
  ],
  '/var': [
    ['cache', 0.02],
    ['lib', 0.32],
    ['log', 0.02],
  ],
  '/var/lib': [
    ['apt', 0.02],
    ['docker', 0.29],
    ['snapd', 0.01],
  ],
};
const dockerFolder = '/var/lib/docker';
const dockerShare = 0.29;
const otherShare = 0.1;
const emptyFolderBytes = 4096;

const within = (path: string, folder: string): boolean => path.startsWith(folder === '/' ? '/' : `${folder}/`);

/** Lines of `du -d 1` for whoever asks, the folder itself last. */
function diskUse(path: string, used: number, root: boolean): { readonly lines: string; readonly complete: boolean } {
  const hidden = (folder: string): boolean => !root && (folder === dockerFolder || within(dockerFolder, folder));
  const bytes = (folder: string, share: number): number =>
    folder === dockerFolder && !root
      ? emptyFolderBytes
      : Math.floor(used * (hidden(folder) ? share - dockerShare : share));
  const below = shares[path] ?? [];
  const rows = below.map(([name, share]) => {
    const folder = path === '/' ? `/${name}` : `${path}/${name}`;
    return [folder, bytes(folder, share)] as const;
  });
  const itself =
    below.length === 0 ? bytes(path, otherShare) : rows.reduce((sum, [, size]) => sum + size, emptyFolderBytes);
  const lines = [...rows, [path, itself] as const].map(([folder, size]) => `${size}\t${folder}\n`).join('');
  return { lines, complete: !hidden(path) };
}

const du: Program = async (call) => {
  const [x, unit, depth, level, dashes, path = '', ...more] = call.args;
  if ([x, unit, depth, level, dashes].join(' ') !== '-x -B1 -d 1 --' || more.length > 0) return unsupported(call);
  if (call.files.node(path, uidOfCaller(call)) === undefined) {
    call.err(`du: cannot access '${path}': No such file or directory\n`);
    return 1;
  }
  await pause(20, call.signal);
  const { lines, complete } = diskUse(path, rootSpace(call.device).used, call.caller.root);
  if (!complete) call.err(`du: cannot read directory '${dockerFolder}': Permission denied\n`);
  call.out(lines);
  return complete ? 0 : 1;
};

const nvme: Program = (call) => {
  if (call.args.join(' ') !== 'smart-log /dev/nvme0') return unsupported(call);
  if (call.device.spec.disk.device !== 'nvme0n1') {
    call.err('/dev/nvme0: No such file or directory\n');
    return 2;
  }
  if (!call.caller.root) {
    call.err('/dev/nvme0: Permission denied\n');
    return 13;
  }
  const rows: [string, string][] = [
    ['critical_warning', '0'],
    ['temperature', `${Math.round(call.device.load().baseCelsius)} C`],
    ['available_spare', '100%'],
    ['available_spare_threshold', '10%'],
    ['percentage_used', `${Math.floor(call.device.unit(971) * 12)}%`],
    ['data_units_read', '4,002,753'],
    ['data_units_written', '9,875,492'],
    ['power_cycles', '150'],
    ['power_on_hours', '5,219'],
    ['unsafe_shutdowns', '19'],
    ['media_errors', '0'],
    ['num_err_log_entries', '0'],
  ];
  call.out('Smart Log for NVME device:nvme0n1 namespace-id:ffffffff\n');
  for (const [name, value] of rows) call.out(`${name.padEnd(40)}: ${value}\n`);
  return 0;
};

/** Disks and what fills them. */
export const storagePrograms: Programs = {
  df: dfProgram,
  lsblk: prints(lsblkArgs, ({ device }) => lsblk(device)),
  du,
  nvme,
};
