import { hashUnit } from './noise.js';
import { mainPids } from './services.js';
import type { SimulatedDevice } from './simulated-device.js';

/** One record of a device's journal. */
export interface JournalEntry {
  readonly index: number;
  readonly timeMs: number;
  readonly message: string;
  /** 0 (emergency) to 7 (debug). */
  readonly priority: number;
  readonly identifier: string;
  /** Absent for the kernel. */
  readonly unit?: string;
  readonly pid?: number;
}

interface Line {
  readonly identifier: string;
  readonly unit?: string;
  readonly priority: number;
  readonly message: string;
}

const periodMs = 11_000;
const mostEntries = 2_000;
/** How often a camera speaks, and how often an Orin Nano counts an over-current. */
const failingShare = 0.03;

const atBoot: readonly Line[] = [
  { identifier: 'kernel', priority: 5, message: 'Booting Linux on physical CPU 0x0000000000 [0x410fd421]' },
  { identifier: 'kernel', priority: 6, message: 'CPU features: detected: GIC system register CPU interface' },
  { identifier: 'systemd', unit: 'init.scope', priority: 6, message: 'Reached target Multi-User System.' },
  { identifier: 'sshd', unit: 'ssh.service', priority: 6, message: 'Server listening on 0.0.0.0 port 22.' },
];
const later: readonly Line[] = [
  {
    identifier: 'CRON',
    unit: 'cron.service',
    priority: 6,
    message: '(root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)',
  },
  { identifier: 'systemd', unit: 'init.scope', priority: 6, message: 'Starting Daily apt download activities...' },
  {
    identifier: 'NetworkManager',
    unit: 'NetworkManager.service',
    priority: 6,
    message: '<info>  dhcp4 (eth0): state changed new lease',
  },
  {
    identifier: 'dockerd',
    unit: 'docker.service',
    priority: 4,
    message: 'level=warning msg="reference for unknown type: application/vnd.oci.image.index.v1+json"',
  },
  { identifier: 'kernel', priority: 6, message: 'nvgpu: 17000000.gpu gk20a_power_on: GPU powered on' },
];
const overCurrent: Line = { identifier: 'kernel', priority: 4, message: 'soctherm: OC ALARM 0x00000004' };
const playing: Line = {
  identifier: 'gst-launch-1.0',
  unit: 'camera-stream.service',
  priority: 6,
  message: 'Setting pipeline to PLAYING ...',
};
const failing = {
  identifier: 'systemd',
  unit: 'camera-stream.service',
  priority: 3,
  message: "camera-stream.service: Failed with result 'exit-code'.",
} satisfies Line;

function lineAt(device: SimulatedDevice, index: number, hasCamera: boolean): Line {
  const early = atBoot[index];
  if (early !== undefined) return early;
  const luck = hashUnit(device.seed, 940, index);
  if (luck < failingShare) return hasCamera ? playing : failing;
  const common = device.spec.kind === 'orin-nano-super' && luck < failingShare * 2 ? [overCurrent] : later;
  return common[Math.floor(hashUnit(device.seed, 941, index) * common.length)] ?? playing;
}

/** The records of the running boot from one to another, made as they are asked for. */
export interface Journal {
  readonly first: number;
  readonly last: number;
  at(index: number): JournalEntry;
}

export function journalOf(device: SimulatedDevice): Journal {
  const bootMs = device.nowMs() - device.uptimeMs();
  const last = Math.floor(device.uptimeMs() / periodMs);
  const pids = mainPids(device);
  const at = (index: number): JournalEntry => {
    const line = lineAt(device, index, pids.has(failing.unit));
    const pid = line.unit === undefined ? undefined : line.unit === 'init.scope' ? 1 : pids.get(line.unit);
    return { ...line, index, timeMs: bootMs + index * periodMs, ...(pid === undefined ? {} : { pid }) };
  };
  return { first: Math.max(0, last - mostEntries), last, at };
}
