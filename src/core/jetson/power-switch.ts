import { Failure } from '../errors.js';
import type { PowerSwitchState } from '../probes/power-switch.js';
import { bootMinutes, knownHang } from './boot-patience.js';
import type { NvpmodelConf, PowerMode } from './nvpmodel-conf.js';
import { chooseMode } from './power-mode-choice.js';
import { limitsOf, notInForce, rebootReasons, type RebootReason } from './power-mode-limits.js';

/** `foreseen`: the switch takes a reboot. `if_asked`: the board may take one, and is allowed to. `never`: it stays up. */
export const rebootKinds = ['foreseen', 'if_asked', 'never'] as const;
export type RebootKind = (typeof rebootKinds)[number];

/** What a switch to another power mode takes on this device. */
export interface PowerSwitch {
  readonly conf: NvpmodelConf;
  readonly mode: PowerMode;
  /** The device is in that mode. */
  readonly already: boolean;
  readonly reasons: readonly RebootReason[];
  readonly reboots: RebootKind;
}

/** The mask values in force, where nvpmodel tells them. */
function masksInForce({ query }: PowerSwitchState): ReadonlyMap<string, number> {
  const masks = query.settings.filter(({ arg, real }) => arg.endsWith('_PG_MASK') && /^\d{1,10}$/.test(real));
  return new Map(masks.map(({ arg, real }) => [arg, Number(real)]));
}

/** Works out a switch. `mayReboot` false forbids a reboot, true allows one that the board asks for unforeseen. */
export function powerSwitch(
  state: PowerSwitchState,
  wanted: string | number,
  mayReboot: boolean | undefined,
): PowerSwitch {
  const { conf, current } = state;
  if (!conf || conf.modes.length === 0)
    throw new Failure('unsupported', 'This device has no power modes: there is no /etc/nvpmodel.conf to read.', {
      hint: 'Is it a Jetson? device_describe tells. Vendor images may lack nvpmodel.',
      retry: 'no',
    });
  const mode = chooseMode(conf, wanted);
  const from = conf.modes.find(({ id }) => id === current?.id);
  const limits = limitsOf(conf, mode);
  const reasons = rebootReasons(
    from ? limitsOf(conf, from) : { cpuMaxMHz: new Map(), powerGating: new Map() },
    limits,
    masksInForce(state),
  );
  const already = mode.id === current?.id;
  if (!already && reasons.length > 0 && mayReboot === false)
    throw new Failure('unsupported', 'This switch takes a reboot, and reboot: false forbids one.', {
      hint: 'Leave reboot away, or choose a mode that power_modes lists without needsReboot.',
      retry: 'no',
    });
  return {
    conf,
    mode,
    already,
    reasons,
    reboots: already ? 'never' : reasons.length > 0 ? 'foreseen' : mayReboot === true ? 'if_asked' : 'never',
  };
}

/** What will happen, for the person who is asked. */
export function switchSentence({ mode, already, reasons, reboots }: PowerSwitch, state: PowerSwitchState): string {
  if (already) {
    const wrong = notInForce(state.conf, state.query.settings).length;
    return wrong === 0
      ? `The power mode is ${mode.name} already.`
      : `The power mode is ${mode.name} already, but ${wrong} of its settings are not in force: a reboot (system_reboot) applies them.`;
  }
  const what = `Switches the power mode from ${state.current?.name ?? 'an unknown one'} to ${mode.name}`;
  const masks = reasons.map(({ mask, from, to }) => `${mask} changes from ${from} to ${to}`).join(', ');
  const bug =
    knownHang(state.l4t) === undefined
      ? ''
      : ' Known bug of JetPack 7.2: with a display attached, that boot can hang until power is cycled.';
  switch (reboots) {
    case 'foreseen':
      return `${what} and reboots at once, since ${masks}.${bug}`;
    case 'if_asked':
      return `${what}; no reboot is foreseen, but if the board asks for one (its GPU was in use), it reboots at once.${bug}`;
    case 'never':
      return `${what}, without a reboot. If the board asks for one (its GPU was in use), nothing is changed.`;
  }
}

/** How long a reboot into another mode may take, and what to say when it takes longer. */
export function rebootPatience({ soc, l4t }: PowerSwitchState): {
  restarts: true;
  patienceMs: number;
  overdue: { message: string; hint: string };
} {
  const minutes = bootMinutes(soc);
  return {
    restarts: true,
    patienceMs: minutes * 60_000,
    overdue: {
      message: `After ${minutes} minutes the device was not seen in the new power mode after a reboot.`,
      hint:
        knownHang(l4t) ??
        'device_doctor tells how far it can be reached and power_modes which mode it is in. If it stays away, somebody has to cycle its power.',
    },
  };
}
