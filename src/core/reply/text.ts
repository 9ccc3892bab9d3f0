import { fence } from '../untrusted.js';
import { shortNames } from './device-names.js';
import { planText } from './plan-text.js';
import type { Reply } from './reply.js';
import type { Spread } from './spread.js';
import { dataText, fieldName } from './data-text.js';
import { holdsForeignText, isForeign } from './foreign-text.js';

function spreadLine(path: string, { min, median, max, devices, outliers = [], moreOutliers }: Spread): string {
  const far = outliers.map(({ device, value }) => `${device} ${value}`).join(', ');
  const more = moreOutliers === undefined ? '' : ` and ${moreOutliers} more`;
  const of = devices === undefined ? '' : ` on ${devices} ${devices === 1 ? 'device' : 'devices'}`;
  return `${fieldName(path)}: ${min} .. ${median} .. ${max}${of}${far === '' ? '' : ` (far off: ${far}${more})`}`;
}

const of = (devices: readonly string[]): string => (devices.length === 0 ? '' : ` ${named(devices)}`);
const named = (devices: readonly string[]): string => shortNames(devices).join(', ');

/**
 * A reply in words: the counts, the spread as `min .. median .. max`, the data, what failed and why, what goes on, the plan
 * and how to go on from it. What devices wrote stands between marks made of `nonce`.
 */
export function replyText(reply: Reply, nonce: string): string {
  const { ok, failed, skipped, unfinished = 0 } = reply.summary;
  const lines: string[] = [];
  if (ok + failed + skipped + unfinished > 1) {
    const counts = [
      `${ok} ok`,
      failed > 0 && `${failed} failed`,
      skipped > 0 && `${skipped} skipped`,
      unfinished > 0 && `${unfinished} unfinished`,
    ];
    lines.push(counts.filter(Boolean).join(', '));
  }
  const data = [
    ...Object.entries(reply.spread ?? {}).map(([path, spread]) => spreadLine(path, spread)),
    ...(reply.groups ?? []).map((group) => `${named(group.devices)}:\n${dataText(group.data)}`.trimEnd()),
  ];
  if (data.length > 0) {
    const text = data.join('\n');
    const foreign =
      Object.keys(reply.spread ?? {}).some(isForeign) ||
      (reply.groups ?? []).some((group) => holdsForeignText(group.data));
    lines.push(foreign ? fence(text, nonce) : text);
  }
  for (const { kind, message, hint, devices } of reply.failures ?? []) {
    lines.push(`FAILED${of(devices)}: ${message} [${kind}]${hint === undefined ? '' : ` -> ${hint}`}`);
  }
  for (const { reason, devices } of reply.skipped ?? []) lines.push(`SKIPPED ${named(devices)}: ${reason}`);
  for (const { job, says, devices } of reply.unfinished ?? []) {
    lines.push(`GOES ON ${named(devices)}: ${says} -> job_output with job ${job}`);
  }
  if (reply.plan) lines.push(...planText(reply.plan, named));
  lines.push(...(reply.notes ?? []).map((note) => `NOTE ${note}`));
  if (reply.nextCursor !== undefined) lines.push(`More: call the same tool with cursor ${reply.nextCursor}.`);
  return lines.join('\n');
}
