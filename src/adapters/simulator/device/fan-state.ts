import type { Host } from './host.js';

/** The service that steers the fan since JetPack 5. */
export const fanUnit = 'nvfancontrol.service';

const restCelsius = 35;
/** Pulse width at rest, and per degree above it, of the profiles that NVIDIA ships. */
const curves: Readonly<Record<string, readonly [rest: number, perDegree: number]>> = {
  cool: [66, 8.3],
  quiet: [44, 5.2],
};
const usualCurve = [66, 8.3] as const;
const fullPwm = 255;

/** The fan of one device. */
export class FanState {
  readonly #device: Host;
  readonly #serviceRuns: () => boolean;
  /** The profile that nvfancontrol runs with, or (JetPack 4) that nvpmodel was told. */
  profile: string;
  /** JetPack 4: the kernel follows the temperature. */
  kernelSteers = true;
  /** What `pwm1_enable` says. */
  enable = 1;
  #byHand = 0;

  /** `serviceRuns`: whether nvfancontrol is active. */
  constructor(device: Host, serviceRuns: () => boolean) {
    this.#device = device;
    this.#serviceRuns = serviceRuns;
    this.profile = device.spec.fan === 'hwmon' ? 'cool' : 'quiet';
  }

  /** Whether something raises the speed with the temperature. */
  get steered(): boolean {
    return this.#device.spec.fan === 'hwmon' ? this.#serviceRuns() : this.kernelSteers;
  }

  /** The pulse width now, 0 to 255. */
  get pwm(): number {
    if (!this.steered) return this.#byHand;
    const [rest, perDegree] = curves[this.profile] ?? usualCurve;
    const wanted = rest + (this.#device.load().baseCelsius - restCelsius) * perDegree;
    return Math.max(rest, Math.min(fullPwm, Math.round(wanted)));
  }

  /** A speed by hand; whatever steers takes no notice of it. */
  setPwm(pwm: number): void {
    this.#byHand = pwm;
  }

  /** Whatever steered lets go: the fan keeps its speed. */
  letGo(): void {
    this.#byHand = this.pwm;
  }

  boot(): void {
    this.kernelSteers = true;
    this.enable = 1;
    this.#byHand = 0;
  }
}
