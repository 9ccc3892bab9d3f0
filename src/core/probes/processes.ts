import { z } from 'zod';
import { memoryUse, parseMeminfo } from '../linux/meminfo.js';
import { present } from '../linux/present.js';
import { parseNvmapClients, parsePs, parseTopFrame, psArgv, topArgv, type Process } from '../linux/processes.js';
import { argv, defineProbe, file, type Answers, type ArgvRead, type FileRead, type Probe } from '../probe/probe.js';
import { dataChars, firstThatFit, jsonChars, leftOut } from './fitting.js';
import { notReadData, toldUnknown, unknownData, whyNot, type NotRead } from './not-read.js';
import { memoryData } from './system-info.js';

export const processData = z.object({
  pid: z.number(),
  name: z.string(),
  user: z.string(),
  state: z.string(),
  cpuPercent: z.number().optional().describe('Of one core, over the last second.'),
  cpuPercentSinceStart: z.number().describe('Of one core, over its life.'),
  residentBytes: z.number(),
  gpuBytes: z
    .number()
    .optional()
    .describe('Unified memory it holds through the GPU driver, not counted in residentBytes.'),
  threads: z.number(),
  ageSeconds: z.number(),
});
export const processesData = z.object({
  total: z.number(),
  memory: memoryData.optional().describe('CPU and GPU share it.'),
  processes: z.array(processData).describe('The largest, in the order asked for, as many as fit into an answer.'),
  notRead: notReadData.optional(),
  unknown: unknownData.optional(),
});
export type Processes = z.output<typeof processesData>;

export const processOrders = ['cpu', 'memory'] as const;

export interface ProcessQuestion {
  readonly sort: (typeof processOrders)[number];
  readonly limit: number;
  readonly gpuMemory: boolean;
}

const baseReads = { ps: argv(psArgv), meminfo: file('/proc/meminfo') };
type ProcessReads = typeof baseReads & { readonly top?: ArgvRead; readonly nvmap?: FileRead };

function parse({ sort, limit }: ProcessQuestion, answers: Answers<ProcessReads>): Processes {
  const { processes, unknown } = parsePs(answers.ps.text);
  const cpu = parseTopFrame(answers.top?.text ?? '');
  const gpu = parseNvmapClients(answers.nvmap?.text ?? '');
  const load = (each: Process): number => (cpu.size > 0 ? (cpu.get(each.pid) ?? 0) : each.cpuPercentSinceStart);
  const held = (each: Process): number => each.residentBytes + (gpu.bytes.get(each.pid) ?? 0);
  const size = sort === 'cpu' ? load : held;
  // The two that did the looking are no part of the answer.
  const seen = processes.filter(({ name }) => name !== 'ps' && name !== 'top');
  const rows = [...seen].sort((a, b) => size(b) - size(a) || a.pid - b.pid).slice(0, limit);
  const notRead: NotRead = [
    ...(processes.length === 0 ? [{ what: 'processes', why: whyNot(answers.ps.status, 'ps is not installed') }] : []),
    ...(answers.top !== undefined && cpu.size === 0
      ? [
          {
            what: 'CPU load now',
            why: `${whyNot(answers.top.status, 'top is not installed')}; sorted by the mean over each life`,
          },
        ]
      : []),
    ...(answers.nvmap !== undefined && answers.nvmap.status !== 'ok'
      ? [{ what: 'GPU memory by process', why: whyNot(answers.nvmap.status, 'this release has no nvmap table') }]
      : []),
  ];
  const meminfo = parseMeminfo(answers.meminfo.text);
  const around = present({
    total: seen.length,
    memory: memoryUse(meminfo),
    unknown: toldUnknown([...unknown, ...gpu.unknown, ...meminfo.unknown]),
  });
  const shown = rows.map(({ pid, name, user, state, threads, residentBytes, ageSeconds, cpuPercentSinceStart }) =>
    present({
      pid,
      name,
      user,
      state,
      cpuPercent: cpu.get(pid),
      cpuPercentSinceStart,
      residentBytes,
      gpuBytes: gpu.bytes.get(pid),
      threads,
      ageSeconds,
    }),
  );
  const fitting = firstThatFit(shown, dataChars - jsonChars(around));
  const gaps = [...notRead, ...leftOut('processes', shown.length, fitting.length, 'these are the largest')];
  return present({ ...around, processes: fitting, notRead: gaps.length === 0 ? undefined : gaps });
}

/** What runs, the largest first. Sorting by CPU watches the device for a second. */
export function processesProbe(question: ProcessQuestion): Probe<Processes, ProcessReads> {
  const reads: ProcessReads = {
    ...baseReads,
    ...(question.sort === 'cpu' && { top: argv(topArgv) }),
    ...(question.gpuMemory && { nvmap: file('/sys/kernel/debug/nvmap/iovmm/clients', { sudo: true }) }),
  };
  return defineProbe({ name: 'system_processes', reads, parse: (answers) => parse(question, answers) });
}
