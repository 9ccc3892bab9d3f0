import type { RailReading } from './total-power.js';

/** Memory of one kind, in bytes. */
export interface MemoryReading {
  readonly usedBytes: number;
  readonly totalBytes: number;
}

/** The largest free blocks of RAM: how much contiguous memory is left. */
export interface FreeBlocks {
  readonly count: number;
  readonly bytes: number;
}

/** One CPU core; a core that is off has neither load nor frequency. */
export interface CoreReading {
  readonly online: boolean;
  readonly loadPercent?: number;
  readonly frequencyMHz?: number;
}

/** A hardware engine beside CPU and GPU (video, vision, audio). */
export interface EngineReading {
  readonly on: boolean;
  readonly loadPercent?: number;
  readonly frequencyMHz?: number;
}

/** One line of tegrastats. What the line does not give is absent. */
export interface TegrastatsSample {
  /** The device's local time, `2026-05-09T18:42:06`; it can be wrong until NTP has set it. */
  readonly deviceTime?: string;
  readonly ram?: MemoryReading & { readonly largestFreeBlocks?: FreeBlocks };
  readonly swap?: MemoryReading & { readonly cachedBytes?: number };
  /** The small on-chip memory of Nano and TX1. */
  readonly iram?: MemoryReading & { readonly largestFreeBlockBytes?: number };
  readonly cpu?: readonly CoreReading[];
  /** `frequencyMHz` has one number per graphics cluster. */
  readonly gpu?: { readonly loadPercent?: number; readonly frequencyMHz?: readonly number[] };
  /** The memory controller. */
  readonly emc?: { readonly loadPercent?: number; readonly frequencyMHz?: number };
  readonly engines: Readonly<Record<string, EngineReading>>;
  /** Share of time that NVIDIA's own CPU cores spend translating code. */
  readonly mts?: { readonly foregroundPercent: number; readonly backgroundPercent: number };
  /** By zone in lower case, without those that are powered off and without PMIC constants. */
  readonly temperaturesCelsius: Readonly<Record<string, number>>;
  /** Highest since tegrastats began, where the release prints it. */
  readonly peaksCelsius: Readonly<Record<string, number>>;
  /** Zones whose sensor is powered off. */
  readonly sensorsOff: readonly string[];
  readonly rails: Readonly<Record<string, RailReading>>;
  /** Every token that was not recognised. */
  readonly unknown: readonly string[];
}
