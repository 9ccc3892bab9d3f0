/** One setting of a power mode: `CPU_ONLINE CORE_0 1`. */
export interface ModeSetting {
  readonly param: string;
  readonly arg: string;
  readonly value: string;
}

/** A power mode as the device's own file defines it. */
export interface PowerMode {
  readonly id: number;
  readonly name: string;
  readonly settings: readonly ModeSetting[];
}

/** `/etc/nvpmodel.conf`, or what `nvpmodel -p --verbose` prints of it. */
export interface NvpmodelConf {
  /** The mode of a fresh installation. */
  readonly defaultId?: number;
  /** Where each `PARAM ARG` is in sysfs. */
  readonly paths: ReadonlyMap<string, string>;
  readonly modes: readonly PowerMode[];
  /** Every line that was not recognised. */
  readonly unknown: readonly string[];
}

const paramHead = /^<?\s*PARAM\s+TYPE=\w+\s+NAME=(\w+)\s*>?$/;
const modeHead = /^<?\s*POWER_MODEL:?\s+ID=(\d{1,4})\s+NAME=([\w.+-]{1,40})\s*>?$/;
const defaultMode = /^<?\s*PM_CONFIG:?\s+DEFAULT=(?:[\w.+-]{1,40}\()?(\d{1,4})\)?\s*>?$/;
const pathLine = /^(\w+)\s+(\/\S+)$/;
const settingLine = /^(\w+)\s+(\w+)\s+(-?\w+)$/;
const remark = /^(?:#.*|<\s*\/\w+\s*>|Config file: \S+|parsing done for \S+|succeed to parse file \S+)?$/;

/** Reads a power mode file. Never throws; lines it does not know are in `unknown`. */
export function parseNvpmodelConf(text: string): NvpmodelConf {
  const paths = new Map<string, string>();
  const modes: { id: number; name: string; settings: ModeSetting[] }[] = [];
  const unknown: string[] = [];
  let param: string | undefined;
  let defaultId: number | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.trim().replace(/^NVPM VERB:\s*/, '');
    if (remark.test(line)) continue;
    const [, paramName] = paramHead.exec(line) ?? [];
    const [, id, name] = modeHead.exec(line) ?? [];
    const [, defaultDigits] = defaultMode.exec(line) ?? [];
    const [, pathArg, path] = pathLine.exec(line) ?? [];
    const [, settingParam, arg, value] = settingLine.exec(line) ?? [];
    const mode = modes.at(-1);
    if (paramName !== undefined) param = paramName;
    else if (id !== undefined && name !== undefined) modes.push({ id: Number(id), name, settings: [] });
    else if (defaultDigits !== undefined) defaultId = Number(defaultDigits);
    else if (pathArg !== undefined && path !== undefined && param !== undefined && !mode)
      paths.set(`${param} ${pathArg}`, path);
    else if (settingParam !== undefined && arg !== undefined && value !== undefined && mode)
      mode.settings.push({ param: settingParam, arg, value });
    else unknown.push(line);
  }
  return { ...(defaultId !== undefined && { defaultId }), paths, modes, unknown };
}
