import { z } from 'zod';
import { parseAssignments } from '../linux/assignments.js';
import { bootTimes, shownBootTimes } from '../linux/boot-times.js';
import { cpuCount, cpuModels } from '../linux/cpus.js';
import { memoryUse, parseMeminfo, swapUse } from '../linux/meminfo.js';
import { present } from '../linux/present.js';
import { defineProbe, file, type Answers, type FileAnswer } from '../probe/probe.js';
import { cleanName } from '../untrusted.js';
import { notReadData, toldUnknown, unknownData, whyNot, type NotRead } from './not-read.js';

export const memoryData = z.object({
  totalBytes: z.number(),
  availableBytes: z.number().optional(),
  usedPercent: z.number().optional(),
});
export const swapData = z.object({
  totalBytes: z.number().describe('0 where there is no swap.'),
  usedBytes: z.number(),
});
export const cpuData = z.object({
  models: z.array(z.string()).describe('Kinds of cores, as the kernel names them.'),
  present: z.number().optional().describe('Cores the board has, online or not.'),
  online: z.number().optional(),
});

export const systemInfoData = z.object({
  hostname: z.string().optional(),
  os: z.string().optional().describe('"Ubuntu 22.04.5 LTS"'),
  kernel: z.string().optional(),
  cpu: cpuData,
  load: z
    .object({ one: z.number(), five: z.number(), fifteen: z.number() })
    .optional()
    .describe('Load averages over minutes.'),
  processes: z.number().optional().describe('Threads and processes that exist.'),
  memory: memoryData.optional().describe('CPU and GPU share it.'),
  swap: swapData.optional(),
  uptimeSeconds: z.number().optional(),
  bootedAt: z.string().optional().describe("On the device's clock."),
  clock: z.string().optional().describe("The device's own time."),
  clockOffsetSeconds: z
    .number()
    .optional()
    .describe('How far its clock is ahead of this machine; 0 below two seconds.'),
  notRead: notReadData.optional(),
  unknown: unknownData.optional(),
});
export type SystemInfo = z.output<typeof systemInfoData>;

export const osReads = { osRelease: file('/etc/os-release'), kernel: file('/proc/sys/kernel/osrelease') };
export const cpuReads = {
  cpuinfo: file('/proc/cpuinfo'),
  cpusPresent: file('/sys/devices/system/cpu/present'),
  cpusOnline: file('/sys/devices/system/cpu/online'),
};
/** `/proc/stat` has the boot time on the device's clock; together with the uptime that is the clock itself. */
export const bootReads = { uptime: file('/proc/uptime'), stat: file('/proc/stat') };

/** Boot time and uptime are both cut to whole seconds, so their sum is up to two seconds early: one in the mean. */
const cutMs = 1000;

/**
 * How far the device's clock was ahead when it was asked between two moments of ours, all in milliseconds since 1970.
 * Less than two seconds cannot be told from none and is 0.
 */
export function clockOffsetSeconds(
  clockMs: number,
  { before, after }: { readonly before: number; readonly after: number },
): number {
  const offset = Math.round((clockMs + cutMs - (before + after) / 2) / 1000);
  return Math.abs(offset) < 2 ? 0 : offset;
}

const nameOf = (answer: FileAnswer): string | undefined =>
  answer.status === 'ok' ? cleanName(answer.text) : undefined;

/** Operating system and kernel. */
export function osOf(answers: Answers<typeof osReads>): { os?: string; kernel?: string } {
  const os = parseAssignments(answers.osRelease.text).values.get('PRETTY_NAME');
  return present({ os: os === undefined ? undefined : cleanName(os), kernel: nameOf(answers.kernel) }) as {
    os?: string;
    kernel?: string;
  };
}

/** Kinds and numbers of CPU cores. */
export function cpuOf(answers: Answers<typeof cpuReads>): z.output<typeof cpuData> {
  return present({
    models: cpuModels(answers.cpuinfo.text).map((name) => cleanName(name)),
    present: cpuCount(answers.cpusPresent.text),
    online: cpuCount(answers.cpusOnline.text),
  });
}

const reads = {
  ...osReads,
  ...cpuReads,
  ...bootReads,
  hostname: file('/proc/sys/kernel/hostname'),
  loadavg: file('/proc/loadavg'),
  meminfo: file('/proc/meminfo'),
};

const loads = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) \d+\/(\d+)/;

/** The host at a glance, from files alone: no program runs on the device but the one that reads them. */
export const systemInfoProbe = defineProbe({
  name: 'system_info',
  reads,
  parse: (answers: Answers<typeof reads>): SystemInfo => {
    const meminfo = parseMeminfo(answers.meminfo.text);
    const load = loads.exec(answers.loadavg.text);
    const notRead: NotRead = Object.entries(answers)
      .filter(([, answer]) => answer.status !== 'ok')
      .map(([what, answer]) => ({ what, why: whyNot(answer.status) }));
    return present({
      hostname: nameOf(answers.hostname),
      ...osOf(answers),
      cpu: cpuOf(answers),
      load: load === null ? undefined : { one: Number(load[1]), five: Number(load[2]), fifteen: Number(load[3]) },
      processes: load === null ? undefined : Number(load[4]),
      memory: memoryUse(meminfo),
      swap: swapUse(meminfo),
      ...shownBootTimes(bootTimes(answers.uptime.text, answers.stat.text)),
      notRead: notRead.length === 0 ? undefined : notRead,
      unknown: toldUnknown(meminfo.unknown),
    });
  },
});
