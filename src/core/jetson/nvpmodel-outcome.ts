import type { CommandOutput } from '../command.js';

/** What `nvpmodel -m` said of a switch; `silent` where it said nothing of a reboot. */
export type NvpmodelOutcome = 'silent' | 'reboot_refused' | 'rebooting';

const decoder = new TextDecoder();

/** The output of a command that ran, also as the cause of a failure; undefined where nothing of it came back. */
export function outputIn(value: unknown): CommandOutput | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const isOutput = 'exitCode' in value && 'stdout' in value && value.stdout instanceof Uint8Array;
  return isOutput && 'stderr' in value && value.stderr instanceof Uint8Array ? (value as CommandOutput) : undefined;
}

/** Reads what `nvpmodel -m` printed. Its exit code tells nothing. */
export function nvpmodelOutcome({ stdout, stderr }: Pick<CommandOutput, 'stdout' | 'stderr'>): NvpmodelOutcome {
  const text = `${decoder.decode(stdout)}\n${decoder.decode(stderr)}`;
  if (/^NVPM WARN: rebooting\b/m.test(text)) return 'rebooting';
  if (!/^NVPM WARN: Reboot required for changing to this power mode\b/m.test(text)) return 'silent';
  return /^NVPM ERROR: (?:bad input!|optMask is \d+, no request for power mode)/m.test(text)
    ? 'reboot_refused'
    : 'rebooting';
}
