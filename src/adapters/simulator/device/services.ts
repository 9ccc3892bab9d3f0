import type { SimulatedDevice } from './simulated-device.js';

/** One systemd service of a simulated board. */
export interface Service {
  readonly unit: string;
  readonly description: string;
  readonly file: 'enabled' | 'disabled' | 'static';
  readonly state: 'running' | 'exited' | 'dead' | 'failed';
  /** The process it keeps; its name is the comm, cut to 15 characters as the kernel does. */
  readonly process?: { readonly comm: string; readonly user: string; readonly rssMB: number; readonly threads: number };
}

const daemon = (comm: string, rssMB: number, threads = 1, user = 'root'): NonNullable<Service['process']> => ({
  comm: comm.slice(0, 15),
  user,
  rssMB,
  threads,
});
const running = (unit: string, description: string, process: NonNullable<Service['process']>): Service => ({
  unit: `${unit}.service`,
  description,
  file: 'enabled',
  state: 'running',
  process,
});

const shared: readonly Service[] = [
  running('cron', 'Regular background program processing daemon', daemon('cron', 3)),
  running('dbus', 'D-Bus System Message Bus', daemon('dbus-daemon', 5, 1, 'messagebus')),
  running('NetworkManager', 'Network Manager', daemon('NetworkManager', 19, 3)),
  running('nvargus-daemon', 'Argus daemon', daemon('nvargus-daemon', 42, 12)),
  running('rsyslog', 'System Logging Service', daemon('rsyslogd', 5, 4, 'syslog')),
  running('ssh', 'OpenBSD Secure Shell server', daemon('sshd', 8)),
  running('systemd-journald', 'Journal Service', daemon('systemd-journald', 48)),
  running('systemd-logind', 'User Login Management', daemon('systemd-logind', 8)),
  running('systemd-resolved', 'Network Name Resolution', daemon('systemd-resolved', 12, 1, 'systemd-resolve')),
  { unit: 'nvpmodel.service', description: 'nvpmodel service', file: 'enabled', state: 'dead' },
  { unit: 'nv.service', description: 'NVIDIA specific first-boot script', file: 'enabled', state: 'exited' },
  { unit: 'unattended-upgrades.service', description: 'Unattended Upgrades Shutdown', file: 'disabled', state: 'dead' },
];
const docker: readonly Service[] = [
  running('containerd', 'containerd container runtime', daemon('containerd', 46, 12)),
  running('docker', 'Docker Application Container Engine', daemon('dockerd', 88, 14)),
];
const fan = running('nvfancontrol', 'nvfancontrol service', daemon('nvfancontrol', 4));
const oddOneIn = 4;

/** The services of a device. Of every few devices one has a camera service that failed. */
export function servicesOf(device: SimulatedDevice): readonly Service[] {
  const failed = Math.floor(device.unit(930) * oddOneIn) === 0;
  const camera: Service = failed
    ? { unit: 'camera-stream.service', description: 'Camera stream', file: 'enabled', state: 'failed' }
    : running('camera-stream', 'Camera stream', daemon('gst-launch-1.0', 120, 9, 'nvidia'));
  const all = [...shared, ...docker, ...(device.spec.fan === 'hwmon' ? [fan] : []), camera];
  return all.sort((a, b) => (a.unit < b.unit ? -1 : 1));
}

/** A process of a device at this moment. */
export interface Process {
  readonly pid: number;
  readonly ppid: number;
  readonly user: string;
  readonly stat: string;
  readonly threads: number;
  readonly rssKB: number;
  readonly startedMs: number;
  readonly cpuPercent: number;
  readonly comm: string;
  readonly unit?: string;
}

const kernelThreads = [
  'kthreadd',
  'rcu_preempt',
  'migration/0',
  'ksoftirqd/0',
  'kworker/u16:1',
  'kswapd0',
  'irq/71-host_sync',
];
const firstServicePid = 600;

/** The main processes of the services that keep one, by unit. */
export function mainPids(device: SimulatedDevice): ReadonlyMap<string, number> {
  const services = servicesOf(device).entries();
  return new Map(
    [...services].flatMap(([index, { unit, process }]) =>
      process === undefined ? [] : [[unit, firstServicePid + index * 37]],
    ),
  );
}

/** What runs at this moment. */
export function processesOf(device: SimulatedDevice): readonly Process[] {
  const load = device.load();
  const busy = load.cpu.reduce<number>((sum, share) => sum + (share ?? 0), 0) * 100;
  const init: Process = {
    pid: 1,
    ppid: 0,
    user: 'root',
    stat: 'Ss',
    threads: 1,
    rssKB: 11_800,
    startedMs: 0,
    cpuPercent: 0,
    comm: 'systemd',
  };
  const kernel = kernelThreads.map((comm, index): Process => ({
    pid: index + 2,
    ppid: index === 0 ? 0 : 2,
    user: 'root',
    stat: 'S',
    threads: 1,
    rssKB: 0,
    startedMs: 0,
    cpuPercent: 0,
    comm,
  }));
  const pids = mainPids(device);
  const services = servicesOf(device).flatMap((service): Process[] => {
    const pid = pids.get(service.unit);
    if (service.process === undefined || pid === undefined) return [];
    const { comm, user, rssMB, threads } = service.process;
    const share = service.unit === 'camera-stream.service' ? 0.2 : 0.01;
    return [
      {
        pid,
        ppid: 1,
        user,
        stat: threads > 1 ? 'Ssl' : 'Ss',
        threads,
        rssKB: rssMB * 1024,
        startedMs: 21_000,
        cpuPercent: busy * share,
        comm,
        unit: service.unit,
      },
    ];
  });
  const owner = device.accounts.find((account) => account.sudo !== 'root')?.name ?? 'root';
  const inference: Process = {
    pid: 4021,
    ppid: 1,
    user: owner,
    stat: 'Sl',
    threads: 11,
    rssKB: Math.round(load.ramUsedMB * 1024 * 0.4),
    startedMs: 600_000,
    cpuPercent: busy * 0.6,
    comm: 'llama-server',
  };
  return [init, ...kernel, ...services, inference];
}
