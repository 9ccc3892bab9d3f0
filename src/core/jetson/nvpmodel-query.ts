/** A setting as it is and as the mode wants it; both as printed. */
export interface AppliedSetting {
  readonly param: string;
  readonly arg: string;
  readonly real: string;
  readonly configured: string;
}

/** The answer of `nvpmodel -q`, with or without `--verbose`. */
export interface NvpmodelQuery {
  readonly mode?: { readonly id?: number; readonly name: string };
  /** JetPack 4 only: quiet, cool. */
  readonly fanMode?: string;
  /** With `--verbose`: every setting that could be read. */
  readonly settings: readonly AppliedSetting[];
  /** Settings that the login user may not read, `EMC MAX_FREQ`. */
  readonly unreadable: readonly string[];
  /** Every line that was not recognised. */
  readonly unknown: readonly string[];
}

const modeLine = /^(?:NVPM VERB: Current mode: )?NV Power Mode:\s*([\w.+-]{1,40})$/;
const fanLine = /^NV Fan Mode:\s*(\w{1,20})$/;
const settingLine = /^NVPM VERB: PARAM (\w+): ARG (\w+): PATH \S+: REAL_VAL: (-?\w+) CONF_VAL: (-?\w+)$/;
const unreadableLine = /^NVPM ERROR: failed to read PARAM (\w+): ARG (\w+)(?:: PATH \S+)?$/;
const remark =
  /^(?:NVPM WARN: fan mode is not set!|NVPM VERB: Config file: \S+|NVPM VERB: parsing done for \S+|NVPM ERROR: Error opening \S+: \d+)?$/;

/** Reads what `nvpmodel -q` prints, of any release. Never throws; lines it does not know are in `unknown`. */
export function parseNvpmodelQuery(text: string): NvpmodelQuery {
  let mode: { id?: number; name: string } | undefined;
  let fanMode: string | undefined;
  const settings: AppliedSetting[] = [];
  const unreadable: string[] = [];
  const unknown: string[] = [];
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    const [, name] = modeLine.exec(line) ?? [];
    const [, fan] = fanLine.exec(line) ?? [];
    const [, param, arg, real, configured] = settingLine.exec(line) ?? [];
    const [, deniedParam, deniedArg] = unreadableLine.exec(line) ?? [];
    if (remark.test(line)) continue;
    if (name !== undefined) mode = { name };
    else if (/^\d{1,4}$/.test(line) && mode && mode.id === undefined) mode.id = Number(line);
    else if (fan !== undefined) fanMode = fan;
    else if (param !== undefined && arg !== undefined && real !== undefined && configured !== undefined)
      settings.push({ param, arg, real, configured });
    else if (deniedParam !== undefined && deniedArg !== undefined) unreadable.push(`${deniedParam} ${deniedArg}`);
    else unknown.push(line);
  }
  return { ...(mode && { mode }), ...(fanMode !== undefined && { fanMode }), settings, unreadable, unknown };
}

/** The mode's id in `/var/lib/nvpmodel/status` (`pmode:0002`); undefined where it says none. */
export function parseNvpmodelStatus(text: string): number | undefined {
  const [, id] = /^pmode:(\d{1,6})(?:\s+fmode:\w+)?\s*$/.exec(text.trim()) ?? [];
  return id === undefined ? undefined : Number(id);
}

/**
 * The settings that are not as the mode wants them. Left out are those that differ by design: the GPU's power control
 * (set while a mode is applied, then released), lower limits of 0 and upper limits that stand for "none", lower limits
 * that something raised (jetson_clocks), and clocks that the hardware's table rounds by less than 5 %.
 */
export function unappliedSettings(settings: readonly AppliedSetting[]): AppliedSetting[] {
  return settings.filter(({ param, arg, real, configured }) => {
    if (real === configured || param.startsWith('GPU_POWER_CONTROL')) return false;
    const [is, wanted] = [Number(real), Number(configured)];
    if (Number.isNaN(is) || Number.isNaN(wanted)) return true;
    if (arg === 'MIN_FREQ') return wanted > 0 && is < wanted * 0.95;
    if (arg === 'MAX_FREQ') return wanted > 0 && wanted < 2147483647 && Math.abs(is - wanted) > wanted * 0.05;
    return true;
  });
}
