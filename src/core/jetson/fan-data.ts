import { z } from 'zod';
import type { FanState } from '../probes/fan.js';
import { notReadData, unknownData, whyNot, type NotRead } from '../probes/not-read.js';
import { cleanName } from '../untrusted.js';

/** What fan_status answers. */
export const fanData = z.object({
  hasFan: z.boolean(),
  fans: z.array(
    z.object({ name: z.string(), pwm: z.int().describe('0 to 255'), percent: z.number(), rpm: z.number().optional() }),
  ),
  rpm: z.array(z.number()).optional().describe('Tachometers that belong to no single fan.'),
  controlledBy: z.enum(['nvfancontrol', 'nvpmodel', 'kernel_or_hand']).optional(),
  profile: z.string().optional().describe('In force, or else the default of the configuration.'),
  profileIs: z.enum(['in_force', 'default']).optional(),
  profiles: z.array(z.string()).optional(),
  curve: z
    .array(z.object({ celsius: z.number(), percent: z.number() }))
    .optional()
    .describe('Speed by temperature of that profile.'),
  control: z.string().optional(),
  governor: z.string().optional(),
  says: z.string(),
  notRead: notReadData.optional(),
  unknown: unknownData.optional(),
});
export type FanData = z.output<typeof fanData>;

const percentOf = (pwm: number): number => Math.round((pwm / 255) * 100);

function sentenceOf({ hasFan, fans, profile, controlledBy }: Omit<FanData, 'says'>): string {
  const [fan] = fans;
  if (!hasFan)
    return 'The kernel knows no fan here: the board is cooled by its heat sink alone, or its fan is not controlled by it.';
  if (!fan) return 'A fan daemon is configured, but the kernel shows no fan.';
  if (fan.pwm > 0 && fan.rpm === 0) {
    return `The fan is told to turn at ${fan.percent} % and its tachometer says 0 rpm: blocked, unplugged, or a fan without a tachometer.`;
  }
  const speed =
    fan.pwm === 0
      ? 'The fan stands still'
      : `The fan turns at ${fan.percent} %${fan.rpm === undefined ? '' : ` (${fan.rpm} rpm)`}`;
  const by =
    controlledBy === 'nvfancontrol' || controlledBy === 'nvpmodel'
      ? `, steered by ${controlledBy}${profile === undefined ? '' : ` (${profile})`}`
      : '';
  return `${speed}${by}.`;
}

/** The fan's speed and who decides on it. */
export function fanAnswer({ fans, rpm, config, daemon, daemonStatus, fanMode }: FanState): FanData {
  const single = fans.length === 1 && rpm.length === 1 ? rpm[0] : undefined;
  const profile = daemon?.profile ?? config?.defaultProfile ?? fanMode;
  const curve = config?.profiles.get(profile ?? '');
  const hasFan = fans.length > 0 || config !== undefined;
  const notRead: NotRead = [
    ...(daemon || !config
      ? []
      : [{ what: 'profile in force', why: whyNot(daemonStatus, 'nvfancontrol is not installed') }]),
    ...(fans.length > 0 && rpm.length === 0 ? [{ what: 'rpm', why: 'the kernel shows no tachometer' }] : []),
  ];
  const unknown = [...(config?.unknown ?? []), ...(daemon?.unknown ?? [])]
    .slice(0, 20)
    .map((line) => cleanName(line, 120));
  const [control, governor] = [daemon?.control ?? config?.control, daemon?.governor ?? config?.governor];
  const data = {
    hasFan,
    fans: fans.map(({ name, pwm }) => ({
      name,
      pwm,
      percent: percentOf(pwm),
      ...(single !== undefined && { rpm: single }),
    })),
    ...(single === undefined && rpm.length > 0 && { rpm: [...rpm] }),
    ...(hasFan && {
      controlledBy:
        config || daemon
          ? ('nvfancontrol' as const)
          : fanMode === undefined
            ? ('kernel_or_hand' as const)
            : ('nvpmodel' as const),
    }),
    ...(profile !== undefined && {
      profile,
      profileIs: daemon?.profile === undefined && fanMode === undefined ? ('default' as const) : ('in_force' as const),
    }),
    ...(config && { profiles: [...config.profiles.keys()] }),
    ...(curve && { curve: curve.map(({ celsius, pwm }) => ({ celsius, percent: percentOf(pwm) })) }),
    ...(control !== undefined && { control }),
    ...(governor !== undefined && { governor }),
    ...(notRead.length > 0 && { notRead }),
    ...(unknown.length > 0 && { unknown }),
  };
  return { ...data, says: sentenceOf(data) };
}
