import { isoOfMs } from '../iso-time.js';
import { present } from './present.js';

export interface BootTimes {
  readonly uptimeSeconds?: number | undefined;
  /** Milliseconds since 1970 on the device's clock. */
  readonly bootedMs?: number | undefined;
  /** The device's time when it was asked, to the second; milliseconds since 1970. */
  readonly clockMs?: number | undefined;
}

/** The id of the present boot, from `/proc/sys/kernel/random/boot_id`; undefined where that is none. */
export function bootIdOf(text: string): string | undefined {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(text.trim())?.[0];
}

/** Times from `/proc/uptime` and the `btime` of `/proc/stat`. Programs such as `date` need not run for the clock. */
export function bootTimes(uptime: string, stat: string): BootTimes {
  const up = /^(\d{1,12})(?:\.\d+)? /.exec(uptime)?.[1];
  const booted = /^btime (\d{1,12})$/m.exec(stat)?.[1];
  const bootedMs = booted === undefined ? undefined : Number(booted) * 1000;
  return present({
    uptimeSeconds: up === undefined ? undefined : Number(up),
    bootedMs,
    clockMs: up === undefined || bootedMs === undefined ? undefined : bootedMs + Number(up) * 1000,
  });
}

/** The same as a reader sees them, ISO 8601. */
export function shownBootTimes({ uptimeSeconds, bootedMs, clockMs }: BootTimes): {
  uptimeSeconds?: number | undefined;
  bootedAt?: string | undefined;
  clock?: string | undefined;
} {
  const iso = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : isoOfMs(ms));
  return present({ uptimeSeconds, bootedAt: iso(bootedMs), clock: iso(clockMs) });
}
