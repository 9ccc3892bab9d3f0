import { asRoot as root, type Command } from '../command.js';
import { Failure } from '../errors.js';
import { fanService, type FanControl, type FanSwitch } from '../probes/fan-control.js';
import { refuseTooSlow } from './fan-floor.js';
import { pwmOf, type FanGoal } from './fan-goal.js';
import type { TemperatureLimits } from './hot-zones.js';

/** What setting the fan does here. */
export interface FanPlan {
  readonly says: string;
  readonly steps: readonly Command[];
  readonly basis: Readonly<Record<string, string>>;
  /** It takes away what raises the fan: then a person decides. */
  readonly person?: boolean;
  /** The goal that would bring back what was there. */
  readonly before?: { readonly speed: number } | { readonly profile: string };
}

const write = (path: string, value: number): Command => root(['tee', path], `${value}\n`);
const service = (verb: 'start' | 'stop'): Command => root(['systemctl', verb, fanService]);

const isOld = ({ path }: FanSwitch): boolean => path.startsWith('/sys/devices/pwm-fan/');

function fixed(
  percent: number,
  control: FanControl,
  limits: TemperatureLimits,
): Pick<FanPlan, 'says' | 'steps' | 'person'> {
  const pwm = pwmOf(percent);
  const { switches, serviceActive } = control;
  refuseTooSlow(pwm, control, limits);
  // By hand is 1 for hwmon, and 0 for JetPack 4's driver, where 1 lets the kernel follow the temperature.
  const steers = switches.flatMap((fan) =>
    fan.control && fan.control.value !== (isOld(fan) ? 0 : 1) ? [write(fan.control.path, isOld(fan) ? 0 : 1)] : [],
  );
  const speeds = switches.filter((fan) => fan.pwm !== pwm || serviceActive === true || steers.length > 0);
  const steps = [
    ...(serviceActive === true ? [service('stop')] : []),
    ...steers,
    ...speeds.map(({ path }) => write(path, pwm)),
  ];
  if (steps.length === 0) return { says: `The fan stands at ${percent} % already, steered by nobody.`, steps };
  const stop = serviceActive === true ? 'Stops nvfancontrol, since it would change the speed again, and sets' : 'Sets';
  return {
    says: `${stop} the fan to ${percent} %. Nothing raises it when the board gets hot, until fan_set gives it a profile or the board reboots.`,
    steps,
    // At full speed there is nothing to raise.
    ...(pwm < 255 && { person: true }),
  };
}

function automatic({ switches, serviceActive, state }: FanControl): Pick<FanPlan, 'says' | 'steps'> {
  const says = 'Lets the fan follow the temperature again';
  if (serviceActive === true) return { says: 'nvfancontrol steers the fan already.', steps: [] };
  if (serviceActive === false) return { says: `${says}: starts nvfancontrol.`, steps: [service('start')] };
  const old = switches.find(isOld)?.control;
  if (old?.value === 1) return { says: 'The kernel steers the fan already.', steps: [] };
  if (old) return { says: `${says}: by the kernel.`, steps: [write(old.path, 1)] };
  if (state.fanMode !== undefined) return { says: 'nvpmodel steers the fan already.', steps: [] };
  throw new Failure('unsupported', 'Nothing on this device is known to steer the fan by itself.', {
    hint: 'A reboot brings back what its maker set up. A fixed speed can be set.',
    retry: 'no',
  });
}

/** JetPack 4 on Xavier and TX2. */
const nvpmodelProfiles = ['quiet', 'cool'];

/** A profile's name as the device writes it; `automatic` is nobody's own. Throws where the device has none of that name. */
export function profileNamed(profile: string, { state }: FanControl): string {
  const own = state.config ? [...state.config.profiles.keys()] : state.fanMode === undefined ? [] : nvpmodelProfiles;
  const offered = ['automatic', ...own];
  const name = offered.find((each) => each.toLowerCase() === profile.toLowerCase());
  if (name !== undefined) return name;
  throw new Failure('unsupported', 'This device has no such fan profile.', {
    hint: `It has ${offered.join(', ')}; a fixed speed can be set too.`,
    retry: 'no',
  });
}

function profiled(profile: string, control: FanControl): Pick<FanPlan, 'says' | 'steps'> {
  const { state, serviceActive } = control;
  const name = profileNamed(profile, control);
  if (!state.config) {
    const old = control.switches.find(isOld)?.control;
    const back = old?.value === 0 ? [write(old.path, 1)] : [];
    if (state.fanMode === name && back.length === 0) return { says: `The fan profile is ${name} already.`, steps: [] };
    return { says: `Sets the fan profile ${name} (nvpmodel).`, steps: [...back, root(['nvpmodel', '-d', name])] };
  }
  const isSet = state.config.defaultProfile === name;
  if (isSet && state.daemon?.profile === name && serviceActive === true)
    return { says: `The fan profile is ${name} already.`, steps: [] };
  const line = `s/^([[:space:]]*FAN_DEFAULT_PROFILE)[[:space:]]+.*$/\\1 ${name}/`;
  return {
    says: `Sets the fan profile ${name} in /etc/nvfancontrol.conf and restarts nvfancontrol, which keeps it over reboots. The fan may stop for a second.`,
    steps: [
      ...(isSet ? [] : [root(['sed', '-i', '--follow-symlinks', '-E', line, '/etc/nvfancontrol.conf'])]),
      ...(serviceActive === true ? [service('stop')] : []),
      // The daemon remembers the profile it had, and believes that before its configuration.
      root(['rm', '-f', '/var/lib/nvfancontrol/status']),
      service('start'),
    ],
  };
}

/** What setting the fan takes here. */
export function fanPlan(goal: FanGoal, control: FanControl, limits: TemperatureLimits): FanPlan {
  const { state, switches, serviceActive } = control;
  if (switches.length === 0)
    throw new Failure('unsupported', 'The kernel knows no fan on this device that it could set.', {
      hint: 'fan_status tells what it sees. Passively cooled boards have none.',
      retry: 'no',
    });
  const plan =
    'speed' in goal
      ? fixed(goal.speed, control, limits)
      : goal.profile === 'automatic'
        ? automatic(control)
        : profiled(goal.profile, control);
  const profile = state.daemon?.profile ?? state.config?.defaultProfile ?? state.fanMode;
  const old = switches.find(isOld)?.control;
  const byKernel = old ? old.value === 1 : state.fanMode !== undefined;
  const [first] = switches;
  const steered = serviceActive ?? byKernel;
  return {
    ...plan,
    basis: {
      steeredBy: serviceActive === true ? 'nvfancontrol' : byKernel ? 'kernel' : 'nobody',
      profile: profile ?? '',
    },
    ...(steered
      ? { before: { profile: 'profile' in goal && goal.profile !== 'automatic' && profile ? profile : 'automatic' } }
      : first && { before: { speed: Math.round((first.pwm / 255) * 100) } }),
  };
}
