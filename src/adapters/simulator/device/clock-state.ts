import type { BoardSpec, PowerMode } from '../boards/board-spec.js';

/** The lowest and the highest frequency that a policy allows. */
export interface Limits {
  readonly min: number;
  readonly max: number;
}

/** The clocks as somebody set them since the board started: sysfs writes, nvpmodel and jetson_clocks all end here. */
export class ClockState {
  readonly #spec: BoardSpec;
  #cpu: readonly Limits[] = [];
  #governors: readonly string[];
  #gpu: readonly Limits[] = [];
  /** The memory clock is held at its highest. */
  emcPinned = false;
  /** The cores may sleep. */
  idle = true;

  constructor(spec: BoardSpec, mode: PowerMode) {
    this.#spec = spec;
    this.#governors = spec.cpu.domains.map(() => 'schedutil');
    this.apply(mode);
  }

  /** Sets the limits that a power mode names, as nvpmodel does. */
  apply(mode: PowerMode): void {
    const { cpu, gpu } = this.#spec;
    this.#cpu = cpu.domains.map((members) =>
      members.every((core) => mode.off.includes(core))
        ? { min: cpu.minKHz, max: cpu.maxKHz }
        : { min: cpu.minKHz, max: mode.cpuMaxKHz },
    );
    this.#gpu = gpu.devfreq.map(() => ({ min: Math.min(gpu.minHz, mode.gpuMaxHz), max: mode.gpuMaxHz }));
  }

  /** Kilohertz that the frequency domain of this number allows. */
  cpu(domain: number): Limits {
    return this.#cpu[domain] ?? { min: this.#spec.cpu.minKHz, max: this.#spec.cpu.maxKHz };
  }

  setCpu(domain: number, limits: Partial<Limits>): void {
    this.#cpu = this.#cpu.map((old, index) => (index === domain ? merged(old, limits) : old));
  }

  governor(domain: number): string {
    return this.#governors[domain] ?? 'schedutil';
  }

  setGovernor(domain: number, governor: string): void {
    this.#governors = this.#governors.map((old, index) => (index === domain ? governor : old));
  }

  /** Hertz that the GPU's devfreq device of this number allows. */
  gpu(device: number): Limits {
    return this.#gpu[device] ?? { min: this.#spec.gpu.minHz, max: this.#spec.gpu.maxHz };
  }

  setGpu(device: number, limits: Partial<Limits>): void {
    this.#gpu = this.#gpu.map((old, index) => (index === device ? merged(old, limits) : old));
  }
}

/** The highest wins over the lowest, as in the kernel. */
function merged(old: Limits, { min = old.min, max = old.max }: Partial<Limits>): Limits {
  return { min: Math.min(min, max), max };
}
