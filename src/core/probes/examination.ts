import { z } from 'zod';

export const checkData = z.object({
  step: z.string(),
  status: z.enum(['ok', 'warn', 'fail', 'skipped']),
  detail: z.string(),
  fix: z.string().optional(),
});
/** One step of an examination, in our words. */
export type Check = z.output<typeof checkData>;

export const examinationData = z.object({
  healthy: z.boolean().describe('No step failed.'),
  verdict: z.string(),
  steps: z.array(checkData),
});
export type Examination = z.output<typeof examinationData>;

/** The steps that one look at the host answers. */
export const hostSteps: readonly string[] = ['docker', 'nvidia_runtime', 'disk', 'clock', 'jetson'];

/** A step that an earlier failure kept from being tried. */
export function skippedCheck(step: string): Check {
  return { step, status: 'skipped', detail: 'Not reached.' };
}

/** The steps with a sentence on the whole. */
export function verdictOf(steps: readonly Check[]): Examination {
  const named = (wanted: Check['status']): string =>
    steps.flatMap(({ step, status }) => (status === wanted ? [step] : [])).join(', ');
  const [bad, odd] = [named('fail'), named('warn')];
  const verdict = bad !== '' ? `Fails at ${bad}.` : odd !== '' ? `Works; look at ${odd}.` : 'All is well.';
  return { healthy: bad === '', verdict, steps: [...steps] };
}
