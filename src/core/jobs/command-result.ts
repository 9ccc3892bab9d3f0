import { z } from 'zod';
import { present } from '../linux/present.js';
import { jobData, jobDataOf, lossOf } from './job-data.js';
import type { JobReport } from './job-probe.js';

/** Bytes of a command's output that one answer shows: text and structured content say it both. */
export const shownBytes = 3500;
/** Of a long one, the beginning; the rest is its end. */
export const headBytes = 1000;

/** What command_run answers. */
export const commandData = jobData.extend({
  output: z.string().describe('Standard output and error; of a long one the beginning.'),
  lastOutput: z.string().optional().describe('Of a long one the end.'),
  omittedBytes: z.number().optional().describe('Between them; job_output with after has them.'),
  missing: z.string().optional().describe('What of the output is lost.'),
});
export type CommandData = z.output<typeof commandData>;

/** A command that has ended: `end` is its last bytes, `head` its first where there are more. */
export function commandResult(job: string, end: JobReport, head: JobReport | undefined): CommandData {
  const told = { ...jobDataOf(job, end), missing: lossOf(end) };
  if (head === undefined) return present({ ...told, output: end.text });
  const omittedBytes = Math.max(0, end.offset - head.nextOffset);
  return omittedBytes === 0
    ? present({ ...told, output: `${head.text}${end.text}` })
    : present({ ...told, output: head.text, lastOutput: end.text, omittedBytes });
}
