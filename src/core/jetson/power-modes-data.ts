import { z } from 'zod';
import { notReadData, unknownData, whyNot, type NotRead } from '../probes/not-read.js';
import type { PowerModesState } from '../probes/power-mode.js';
import { cleanName } from '../untrusted.js';
import type { NvpmodelConf, PowerMode } from './nvpmodel-conf.js';
import { limitsOf, notInForce, notInForceData, rebootReasons, wattsOf, type ModeLimits } from './power-mode-limits.js';

const modeData = z.object({
  id: z.int(),
  name: z.string(),
  watts: z.number().optional().describe('What the mode is made for; absent for modes without a limit.'),
  current: z.literal(true).optional(),
  default: z.literal(true).optional(),
  coresOnline: z.int().optional(),
  cpuMaxMHz: z
    .number()
    .optional()
    .describe('Of the fastest cluster. A limit that is absent is not set: the hardware decides.'),
  gpuMaxMHz: z.number().optional(),
  emcMaxMHz: z.number().optional(),
  needsReboot: z.boolean().optional().describe('Whether a switch from the present mode takes a reboot.'),
  rebootBecause: z.string().optional(),
});

/** What power_modes answers. */
export const powerModesData = z.object({
  current: z
    .object({ id: z.int().optional(), name: z.string().optional(), from: z.enum(['nvpmodel', 'status_file']) })
    .optional(),
  modes: z
    .array(modeData)
    .describe("From the device's own /etc/nvpmodel.conf; ids differ between boards and releases."),
  fanMode: z.string().optional().describe('JetPack 4: nvpmodel also sets the fan.'),
  notInForce: notInForceData.optional().describe('Settings that are not as the present mode wants them.'),
  superModes: z
    .enum(['offered', 'missing'])
    .optional()
    .describe('Boards with the Super firmware: whether their mode file offers the Super mode.'),
  says: z.array(z.string()).describe('What follows from it.'),
  notRead: notReadData.optional(),
  unknown: unknownData.optional(),
});
export type PowerModesData = z.output<typeof powerModesData>;
type ModeData = z.output<typeof modeData>;

function modeRow(
  conf: NvpmodelConf,
  mode: PowerMode,
  present: ModeLimits | undefined,
  isCurrent: boolean,
  real: ReadonlyMap<string, number>,
): ModeData {
  const limits = limitsOf(conf, mode);
  const cpu = [...limits.cpuMaxMHz.values()];
  const watts = wattsOf(conf, mode);
  const reasons = present ? rebootReasons(present, limits, real) : [];
  return {
    id: mode.id,
    name: mode.name,
    ...(watts !== undefined && { watts }),
    ...(isCurrent && { current: true as const }),
    ...(mode.id === conf.defaultId && { default: true as const }),
    ...(limits.coresOnline !== undefined && { coresOnline: limits.coresOnline }),
    ...(cpu.length > 0 && { cpuMaxMHz: Math.max(...cpu) }),
    ...(limits.gpuMaxMHz !== undefined && { gpuMaxMHz: limits.gpuMaxMHz }),
    ...(limits.emcMaxMHz !== undefined && { emcMaxMHz: limits.emcMaxMHz }),
    ...(present && !isCurrent && { needsReboot: reasons.length > 0 }),
    ...(!isCurrent &&
      reasons.length > 0 && {
        rebootBecause: reasons.map(({ mask, from, to }) => `${mask} changes from ${from} to ${to}`).join(', '),
      }),
  };
}

function sentencesOf(data: Omit<PowerModesData, 'says'>): string[] {
  const { current, modes, superModes } = data;
  const now = modes.find((mode) => mode.current);
  const watts = now?.watts === undefined || now.name.includes(`${now.watts}W`) ? '' : ` (${now.watts} W)`;
  const free = modes.filter((mode) => mode.needsReboot === false).map(({ name }) => name);
  const rebooting = modes.filter((mode) => mode.needsReboot === true).map(({ name }) => name);
  return [
    ...(current ? [`The power mode is ${current.name ?? `number ${current.id ?? '?'}`}${watts}.`] : []),
    ...(current && modes.length > 0 && !now
      ? ['It is not in the mode file: the file was changed after the mode was set.']
      : []),
    ...(free.length > 0
      ? [`Without a reboot: ${free.join(', ')}. If the GPU was used since boot, the switch may still ask for one.`]
      : []),
    ...(rebooting.length > 0 ? [`Only with a reboot: ${rebooting.join(', ')}.`] : []),
    ...(data.notInForce
      ? [
          'Some settings are not as the mode wants them: something changed them since, or the mode takes hold at the next boot.',
        ]
      : []),
    ...(superModes === 'missing'
      ? [
          'The firmware is the Super one, but the mode file offers no Super mode (a JetPack 7.2 ISO update leaves the older file). JetPack 7.2.1 or a reflash brings it.',
        ]
      : []),
  ];
}

/** The modes of a device, which one it is in, and what a switch would take. */
export function powerModesAnswer(state: PowerModesState): PowerModesData {
  const { current, query, conf, confStatus, superFirmware } = state;
  const mode = conf?.modes.find(({ id }) => id === current?.id);
  const masks = query.settings.filter(({ arg, real }) => arg.endsWith('_PG_MASK') && /^\d{1,10}$/.test(real));
  const real = new Map(masks.map((mask) => [mask.arg, Number(mask.real)]));
  const present = conf && mode ? limitsOf(conf, mode) : undefined;
  const modes = conf ? conf.modes.map((each) => modeRow(conf, each, present, each === mode, real)) : [];
  const wrong = notInForce(conf, query.settings);
  const notRead: NotRead = [
    ...(current ? [] : [{ what: 'current', why: 'neither nvpmodel nor its status file told' }]),
    ...(conf ? [] : [{ what: 'modes', why: whyNot(confStatus, 'there is no /etc/nvpmodel.conf') }]),
    ...query.unreadable.map((what) => ({ what, why: 'nvpmodel tells it to root only' })),
    ...(current && query.settings.length === 0
      ? [{ what: 'settings in force', why: 'nvpmodel did not list them' }]
      : []),
  ];
  const unknown = [...query.unknown, ...(conf?.unknown ?? [])].slice(0, 20).map((line) => cleanName(line, 120));
  const data = {
    ...(current && { current }),
    modes,
    ...(query.fanMode !== undefined && { fanMode: query.fanMode }),
    ...(wrong.length > 0 && { notInForce: wrong }),
    ...(superFirmware === true &&
      conf && {
        superModes: modes.some(({ name }) => name.includes('SUPER')) ? ('offered' as const) : ('missing' as const),
      }),
    ...(notRead.length > 0 && { notRead }),
    ...(unknown.length > 0 && { unknown }),
  };
  return { ...data, says: sentencesOf(data) };
}
