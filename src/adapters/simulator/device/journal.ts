import { hashUnit } from './noise.js';
import type { Host } from './host.js';

/** One record of a device's journal. */
export interface JournalEntry {
  /** Milliseconds since the board started; no other record has the same. */
  readonly key: number;
  readonly timeMs: number;
  readonly message: string;
  /** 0 (emergency) to 7 (debug). */
  readonly priority: number;
  readonly identifier: string;
  /** Absent for the kernel. */
  readonly unit?: string;
  readonly pid?: number;
}

/** What a record says. */
export interface Line {
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

function lineAt(device: Host, index: number, hasCamera: boolean): Line {
  const early = atBoot[index];
  if (early !== undefined) return early;
  const luck = hashUnit(device.seed, 940, index);
  if (luck < failingShare) return hasCamera ? playing : failing;
  const common = device.spec.kind === 'orin-nano-super' && luck < failingShare * 2 ? [overCurrent] : later;
  return common[Math.floor(hashUnit(device.seed, 941, index) * common.length)] ?? playing;
}

/** The records of one device's running boot: those that come by themselves, and those of what was done. */
export class Journal {
  readonly #device: Host;
  readonly #pidOf: (unit: string) => number | undefined;
  #noted: (Line & { readonly key: number; readonly atMs: number })[] = [];

  /** `pidOf`: the main process of a unit. */
  constructor(device: Host, pidOf: (unit: string) => number | undefined) {
    this.#device = device;
    this.#pidOf = pidOf;
  }

  /** Writes a record, now or so much later. */
  note(line: Line, laterMs = 0): void {
    const atMs = this.#device.uptimeMs() + laterMs;
    let key = Math.round(atMs);
    while (key % periodMs === 0 || this.#noted.some((other) => other.key === key)) key++;
    this.#noted = [...this.#noted, { ...line, key, atMs }].sort((a, b) => a.key - b.key).slice(-mostEntries);
  }

  boot(): void {
    this.#noted = [];
  }

  /** Records after one, or of the last ones all; oldest first. */
  *after(key: number): Generator<JournalEntry> {
    const hasCamera = this.#hasCamera();
    const noted = this.#now().filter((other) => other.key > key);
    for (let index = Math.max(this.#first(), Math.floor(key / periodMs) + 1); index <= this.#last(); index++) {
      while (noted[0] !== undefined && noted[0].key < index * periodMs) yield this.#entry(noted.shift());
      yield this.#periodic(index, hasCamera);
    }
    for (const line of noted) yield this.#entry(line);
  }

  /** Records, newest first. */
  *newest(): Generator<JournalEntry> {
    const hasCamera = this.#hasCamera();
    const noted = this.#now();
    for (let index = this.#last(); index >= this.#first(); index--) {
      while ((noted.at(-1)?.key ?? 0) > index * periodMs) yield this.#entry(noted.pop());
      yield this.#periodic(index, hasCamera);
    }
  }

  #now(): (Line & { readonly key: number })[] {
    const uptimeMs = this.#device.uptimeMs();
    return this.#noted.flatMap(({ atMs, ...line }) => (atMs <= uptimeMs ? [line] : []));
  }

  #last(): number {
    return Math.floor(this.#device.uptimeMs() / periodMs);
  }

  #first(): number {
    return Math.max(0, this.#last() - mostEntries);
  }

  #hasCamera(): boolean {
    return this.#pidOf(failing.unit) !== undefined;
  }

  #periodic(index: number, hasCamera: boolean): JournalEntry {
    return this.#entry({ ...lineAt(this.#device, index, hasCamera), key: index * periodMs });
  }

  #entry(line: (Line & { readonly key: number }) | undefined): JournalEntry {
    const { key, ...rest } = line ?? { ...playing, key: 0 };
    const { unit } = rest;
    const ofSystemd = rest.identifier === 'systemd' || unit === 'init.scope';
    const pid = ofSystemd ? 1 : unit === undefined ? undefined : this.#pidOf(unit);
    const timeMs = this.#device.nowMs() - this.#device.uptimeMs() + key;
    return { ...rest, key, timeMs, ...(pid === undefined ? {} : { pid }) };
  }
}
