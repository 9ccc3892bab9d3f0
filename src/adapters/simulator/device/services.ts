import type { Host } from './host.js';

/** One systemd service of a simulated board. */
export interface Service {
  readonly unit: string;
  readonly description: string;
  readonly file: 'enabled' | 'disabled' | 'static';
  readonly state: 'running' | 'exited' | 'dead' | 'failed';
  /** It can read its settings anew while it runs. */
  readonly reloads?: boolean;
  /** The process it keeps; its name is the comm, cut to 15 characters as the kernel does. */
  readonly process?: { readonly comm: string; readonly user: string; readonly rssMB: number; readonly threads: number };
}

const daemon = (comm: string, rssMB: number, threads = 1, user = 'root'): NonNullable<Service['process']> => ({
  comm: comm.slice(0, 15),
  user,
  rssMB,
  threads,
});
const reloading: ReadonlySet<string> = new Set(['ssh', 'docker', 'NetworkManager', 'dbus']);
const running = (unit: string, description: string, process: NonNullable<Service['process']>): Service => ({
  unit: `${unit}.service`,
  description,
  file: 'enabled',
  state: 'running',
  reloads: reloading.has(unit),
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
const camera: Service = running('camera-stream', 'Camera stream', daemon('gst-launch-1.0', 120, 9, 'nvidia'));
const oddOneIn = 4;

/** The services that a device was made with. Of every few devices one has a camera service that failed. */
export function servicesOf(device: Host): readonly Service[] {
  const failed = Math.floor(device.unit(930) * oddOneIn) === 0;
  const stream: Service = failed ? { ...camera, state: 'failed' } : camera;
  const all = [...shared, ...docker, ...(device.spec.fan === 'hwmon' ? [fan] : []), stream];
  return all.sort((a, b) => (a.unit < b.unit ? -1 : 1));
}
