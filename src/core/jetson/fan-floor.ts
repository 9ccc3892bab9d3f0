import { Failure } from '../errors.js';
import type { FanControl } from '../probes/fan-control.js';
import type { FanPoint } from './fan-config.js';
import type { TemperatureLimits } from './hot-zones.js';

/** From here on a board counts as hot: far below where it slows down (99 °C), above what idling boards reach. */
const hotCelsius = 60;

/** Where a board has no quiet curve of its own: the steps of JetPack 4's fan driver on the Nano. */
const usualCurve: readonly Omit<FanPoint, 'rpm'>[] = [
  { celsius: 51, pwm: 80 },
  { celsius: 61, pwm: 120 },
  { celsius: 71, pwm: 160 },
  { celsius: 82, pwm: 255 },
];

/** What a curve asks for at a temperature, between its points in a straight line as nvfancontrol does. */
export function curvePwm(curve: readonly Omit<FanPoint, 'rpm'>[], celsius: number): number {
  const above = curve.findIndex((point) => point.celsius >= celsius);
  const next = curve[above];
  const last = above === -1 ? curve.at(-1) : curve[above - 1];
  if (!last || !next) return (next ?? last)?.pwm ?? 0;
  return last.pwm + ((next.pwm - last.pwm) * (celsius - last.celsius)) / (next.celsius - last.celsius);
}

const percentOf = (pwm: number): number => Math.ceil((pwm / 255) * 100);

/** Refuses a speed that is too slow for a board as hot as this one: below the quiet curve, or unknown how hot. */
export function refuseTooSlow(pwm: number, { state, hottest }: FanControl, limits: TemperatureLimits): void {
  if (pwm >= 255) return;
  if (!hottest)
    throw new Failure('unsupported', 'No temperature could be read, so no speed below 100 % is set.', {
      hint: 'Set speed 100, or a profile: profiles follow the temperature.',
      retry: 'no',
    });
  const { celsius } = hottest;
  const curve = state.config?.profiles.get('quiet') ?? usualCurve;
  const least = curvePwm(curve, celsius);
  if (celsius < Math.min(hotCelsius, limits.warningCelsius ?? hotCelsius) || pwm >= Math.floor(least)) return;
  throw new Failure(
    'not_allowed',
    `The board is at ${Math.round(celsius)} °C, where the quiet curve asks for ${percentOf(least)} %; ${Math.round((pwm / 255) * 100)} % would overheat it.`,
    { hint: `Set ${percentOf(least)} % or more, or a profile, or let it cool first.`, retry: 'no' },
  );
}
