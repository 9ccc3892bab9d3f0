import { Failure } from '../errors.js';
import type { FanControl } from '../probes/fan-control.js';
import { fanAnswer, type FanData } from './fan-data.js';

/** What the fan is to do. The profile `automatic`: whoever steered it before steers it again. */
export type FanGoal = { readonly speed: number } | { readonly profile: string };

/** The goal in a call's arguments; fails where they name none or two. */
export function fanGoal({ speed, profile }: { speed?: number | undefined; profile?: string | undefined }): FanGoal {
  if (speed !== undefined && profile === undefined) return { speed };
  if (profile !== undefined && speed === undefined) return { profile: profile.toLowerCase() };
  throw new Failure('invalid_input', 'Give either speed or profile.', {
    hint: 'speed: 0 to 100 percent, or profile: automatic, quiet, cool.',
  });
}

/** 0 to 255 of a percentage. */
export const pwmOf = (percent: number): number => Math.round((percent / 100) * 255);

/** Whether nobody but us decides on the speed, or who does. */
function isReached(goal: FanGoal, { state, switches, serviceActive }: FanControl): boolean {
  if ('speed' in goal) return serviceActive !== true && switches.every(({ pwm }) => pwm === pwmOf(goal.speed));
  if (state.config) {
    const is = state.daemon?.profile ?? state.config.defaultProfile;
    return serviceActive === true && (goal.profile === 'automatic' || is?.toLowerCase() === goal.profile);
  }
  const byKernel = switches.every(({ control }) => control === undefined || control.value === 1);
  return goal.profile === 'automatic' ? byKernel : state.fanMode?.toLowerCase() === goal.profile;
}

/** The fan afterwards; throws where it is not as it was to be. */
export function fanReached(goal: FanGoal, control: FanControl): FanData {
  if (isReached(goal, control)) return fanAnswer(control.state);
  const { serviceActive } = control;
  const what = 'speed' in goal ? 'speed' : 'profile';
  throw new Failure('command_failed', `The fan did not take the ${what}.`, {
    hint:
      serviceActive === false
        ? 'nvfancontrol is stopped, so nothing raises the fan: fan_set with profile: automatic starts it. Then see fan_status and system_logs.'
        : 'Something else may steer it: see fan_status and system_logs of nvfancontrol.',
    retry: 'check_first',
  });
}
