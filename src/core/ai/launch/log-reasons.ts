import { logRules, type ReasonKind } from './log-rules.js';

/** What a log tells, in our words. */
export interface LogReason {
  readonly kind: ReasonKind;
  readonly message: string;
  readonly hint: string;
  /** How many lines say so. */
  readonly lines: number;
  /** It does not keep the engine from running. */
  readonly harmless: boolean;
}

/** How a container ended, as its engine tells. */
export interface ContainerEnd {
  readonly exitCode?: number | undefined;
  readonly oomKilled?: boolean | undefined;
}

const longestLine = 1500;
/** That an image is not there yet is how every pull begins: it says something only where nothing else does. */
const weakLine = /Unable to find image .{1,300} locally/i;

/**
 * What the lines of an engine's log, or of `docker run`, tell of its trouble: what keeps it from running first, and of that what was said
 * last. Nothing of the text itself comes out.
 */
export function logReasons(lines: readonly string[], end: ContainerEnd = {}): readonly LogReason[] {
  const found = new Map<ReasonKind, { reason: LogReason; at: number; weak: boolean }>();
  for (const [at, whole] of lines.entries()) {
    const line = whole.slice(0, longestLine);
    const rule = logRules.find(({ pattern }) => pattern.test(line));
    if (rule === undefined) continue;
    const { kind, message, hint, harmless = false } = rule;
    const before = found.get(kind);
    const weak = (before?.weak ?? true) && weakLine.test(line);
    found.set(kind, { reason: { kind, message, hint, lines: (before?.reason.lines ?? 0) + 1, harmless }, at, weak });
  }
  if (end.oomKilled === true && !found.has('out_of_memory')) {
    const rule = logRules.find(({ kind }) => kind === 'out_of_memory');
    if (rule)
      found.set('out_of_memory', {
        reason: { kind: rule.kind, message: rule.message, hint: rule.hint, lines: 0, harmless: false },
        at: lines.length,
        weak: false,
      });
  }
  const all = [...found.values()];
  const strong = all.filter(({ weak }) => !weak);
  return (strong.length > 0 ? strong : all)
    .sort((a, b) => Number(a.reason.harmless) - Number(b.reason.harmless) || rank(b) - rank(a))
    .map(({ reason }) => reason);
}

/** Causes before what follows from them: a killed program also loses its socket. */
const causes: readonly ReasonKind[] = [
  'gpu_allocation',
  'gpu_memory_budget',
  'no_kernel_image',
  'cuda_driver',
  'gated_model',
];
const rank = ({ reason, at }: { readonly reason: LogReason; readonly at: number }): number =>
  at + (causes.includes(reason.kind) ? 1e6 : 0);

/** Signals and shell codes that a container ends with. */
const codes: Readonly<Record<number, string>> = {
  125: 'Docker itself refused to start it.',
  126: 'Its program could not be run.',
  127: 'Its program is not in the image.',
  132: 'It ended at an illegal instruction: the image is for another CPU.',
  134: 'It aborted.',
  137: 'It was killed, usually for want of memory.',
  139: 'It crashed (segmentation fault).',
  143: 'It was told to stop.',
};

/** One sentence on the end of a container without a reason in its log. */
export function endWords({ exitCode, oomKilled }: ContainerEnd): string {
  if (oomKilled === true) return 'The kernel killed it for want of memory.';
  if (exitCode === undefined) return 'It does not run, and its end was not seen.';
  return codes[exitCode] ?? `It ended with exit code ${exitCode}.`;
}
