import type { BoardSpec } from '../boards/board-spec.js';
import { rootOnly, type Files } from '../device/file-tree.js';
import type { SimulatedDevice } from '../device/simulated-device.js';

function meminfo(device: SimulatedDevice): string {
  const { spec } = device;
  const load = device.load();
  const totalKB = spec.ramMB * 1024;
  const usedKB = load.ramUsedMB * 1024;
  const cachedKB = Math.round((totalKB - usedKB) * 0.35);
  const swapKB = spec.swap.kind === 'zram' ? spec.swap.devices * spec.swap.eachMB * 1024 : 0;
  const rows: [string, number][] = [
    ['MemTotal', totalKB],
    ['MemFree', totalKB - usedKB - cachedKB],
    ['MemAvailable', totalKB - usedKB],
    ['Buffers', Math.round(cachedKB * 0.1)],
    ['Cached', Math.round(cachedKB * 0.8)],
    ['SwapCached', 0],
    ['Active', Math.round(usedKB * 0.5)],
    ['Inactive', Math.round(usedKB * 0.3)],
    ['SwapTotal', swapKB],
    ['SwapFree', swapKB - load.swapUsedMB * 1024],
    ['AnonPages', Math.round(usedKB * 0.6)],
    ['Shmem', 42_000],
    ['CmaTotal', 262_144],
    ['CmaFree', 120_000],
  ];
  return rows.map(([name, value]) => `${`${name}:`.padEnd(16)}${String(value).padStart(8)} kB\n`).join('');
}

function cpuinfo(spec: BoardSpec): string {
  const { cores, implementer, part } = spec.cpu;
  const block = (core: number): string => {
    const denver = spec.soc === 'tegra186' && (core === 1 || core === 2);
    return [
      `processor\t: ${core}`,
      'BogoMIPS\t: 62.50',
      'Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32',
      `CPU implementer\t: ${denver ? '0x4e' : implementer}`,
      'CPU architecture: 8',
      'CPU variant\t: 0x0',
      `CPU part\t: ${denver ? '0x003' : part}`,
      'CPU revision\t: 1',
      '',
      '',
    ].join('\n');
  };
  return Array.from({ length: cores }, (_, core) => block(core)).join('');
}

function swaps(spec: BoardSpec, usedMB: number): string {
  const head = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';
  if (spec.swap.kind === 'none') return head;
  const { devices, eachMB } = spec.swap;
  const used = Math.round((usedMB * 1024) / devices);
  return (
    head +
    Array.from(
      { length: devices },
      (_, index) => `/dev/zram${index}                              partition\t${eachMB * 1024}\t\t${used}\t\t5\n`,
    ).join('')
  );
}

const loadAverage = (device: SimulatedDevice): string => {
  const busy = device.load().cpu.reduce<number>((sum, share) => sum + (share ?? 0), 0);
  return `${busy.toFixed(2)} ${(busy * 0.9).toFixed(2)} ${(busy * 0.8).toFixed(2)} 1/412 ${4100 + Math.floor(device.unit(950) * 500)}\n`;
};

/** What listens, as /proc/net/tcp has it: addresses in the order of the processor. */
function listening(sockets: readonly { readonly address: string; readonly host: number }[]): string {
  const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');
  const rows = sockets.map(({ address, host }, index) => {
    const bytes = address.split('.').map((byte) => hex(Number(byte), 2));
    return `${String(index).padStart(4)}: ${bytes.reverse().join('')}:${hex(host, 4)} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 ${20_000 + index} 1 0000000000000000 100 0 0 10 0\n`;
  });
  return `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n${rows.join('')}`;
}

/** procfs. */
export function procFiles(spec: BoardSpec): Files {
  return {
    '/proc/meminfo': meminfo,
    '/proc/cpuinfo': cpuinfo(spec),
    '/proc/loadavg': loadAverage,
    '/proc/uptime': (device) =>
      `${(device.uptimeMs() / 1000).toFixed(2)} ${((device.uptimeMs() / 1000) * spec.cpu.cores * 0.9).toFixed(2)}\n`,
    '/proc/stat': (device) => {
      const ticks = Math.round((device.uptimeMs() / 10) * spec.cpu.cores);
      return `cpu  ${Math.round(ticks * 0.08)} 0 ${Math.round(ticks * 0.03)} ${Math.round(ticks * 0.88)} 0 0 0 0 0 0\nctxt 91234567\nbtime ${Math.floor((device.nowMs() - device.uptimeMs()) / 1000)}\nprocesses 5021\n`;
    },
    '/proc/swaps': (device) => swaps(spec, device.load().swapUsedMB),
    '/proc/sys/kernel/hostname': (device) => `${device.name}\n`,
    '/proc/sys/kernel/osrelease': `${spec.release.kernel}\n`,
    '/proc/sys/kernel/random/boot_id': (device) =>
      `${device.bootId().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}\n`,
    '/proc/net/tcp': (device) => listening([{ address: '0.0.0.0', host: 22 }, ...device.docker.published()]),
    '/sys/kernel/debug/nvmap/iovmm/clients': rootOnly(
      (device) =>
        `CLIENT                        PROCESS      PID        SIZE\nuser                     llama-server     4021     ${Math.round(device.load().ramUsedMB * 300)}K\ntotal                                              ${Math.round(device.load().ramUsedMB * 300)}K\n`,
    ),
  };
}
