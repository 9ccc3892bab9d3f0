/** What one power rail draws. */
export interface RailReading {
  readonly milliwatts: number;
  /** Mean since tegrastats began. */
  readonly averageMilliwatts?: number;
  /** Highest since tegrastats began, where the release prints it. */
  readonly peakMilliwatts?: number;
}

/** `input`: measured where power enters the board. `sum_of_rails`: no such sensor, so the rails added up. */
export type TotalKind = 'input' | 'sum_of_rails';

export interface TotalPower {
  readonly totalMilliwatts: number;
  readonly totalIs: TotalKind;
}

const inputRails = ['VDD_IN', 'POM_5V_IN', 'VIN'];

/** The board's power from its rails; undefined where there are none. */
export function totalPower(rails: Readonly<Record<string, Pick<RailReading, 'milliwatts'>>>): TotalPower | undefined {
  const readings = Object.entries(rails);
  if (readings.length === 0) return undefined;
  const input = readings.find(([name]) => inputRails.includes(name));
  if (input) return { totalMilliwatts: input[1].milliwatts, totalIs: 'input' };
  return { totalMilliwatts: readings.reduce((sum, [, rail]) => sum + rail.milliwatts, 0), totalIs: 'sum_of_rails' };
}
