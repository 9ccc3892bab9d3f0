import { boardOf } from '../jetson/board.js';
import { parseNvpmodelConf, type NvpmodelConf } from '../jetson/nvpmodel-conf.js';
import { parseNvpmodelQuery, parseNvpmodelStatus, type NvpmodelQuery } from '../jetson/nvpmodel-query.js';
import { argv, defineProbe, file, type Answers, type ArgvAnswer, type ReadStatus } from '../probe/probe.js';

/** The power mode, the cheap way. */
export const powerModeReads = {
  modeQuery: argv(['nvpmodel', '-q'], { stderr: 'merge' }),
  modeStatus: file('/var/lib/nvpmodel/status'),
  modeConf: file('/etc/nvpmodel.conf'),
};

/** The mode a device is in. `from`: the program's answer, or the file it keeps. */
export interface CurrentMode {
  readonly id?: number;
  readonly name?: string;
  readonly from: 'nvpmodel' | 'status_file';
}

export interface PowerModeState {
  readonly current?: CurrentMode;
  readonly query: NvpmodelQuery;
  readonly conf?: NvpmodelConf;
  readonly confStatus: ReadStatus;
}

/** The present mode and the list of modes; without nvpmodel's answer, the mode by its status file. */
export function powerModeOf({ modeQuery, modeStatus, modeConf }: Answers<typeof powerModeReads>): PowerModeState {
  const query = parseNvpmodelQuery(
    modeQuery.status === 'absent' || modeQuery.status === 'denied' ? '' : modeQuery.text,
  );
  const conf = modeConf.status === 'ok' ? parseNvpmodelConf(modeConf.text) : undefined;
  const kept = parseNvpmodelStatus(modeStatus.text);
  const current = query.mode ?? (kept === undefined ? undefined : { id: kept });
  const defined = conf?.modes.find(({ id, name }) =>
    current?.id === undefined ? name === query.mode?.name : id === current.id,
  );
  const id = current?.id ?? defined?.id;
  const name = query.mode?.name ?? defined?.name;
  return {
    ...(current && {
      current: {
        ...(id !== undefined && { id }),
        ...(name !== undefined && { name }),
        from: query.mode ? ('nvpmodel' as const) : ('status_file' as const),
      },
    }),
    query,
    ...(conf && { conf }),
    confStatus: modeConf.status,
  };
}

export interface PowerModesState extends PowerModeState {
  /** Whether the firmware is the "Super" one; absent where the board does not say. */
  readonly superFirmware?: boolean | undefined;
}

const verboseQuery = ['nvpmodel', '-q', '--verbose'] as const;

/** Root's answer, which has every setting, where it names the mode; else what the login user was told. */
function bestQuery(asRoot: ArgvAnswer, plain: ArgvAnswer): ArgvAnswer {
  return parseNvpmodelQuery(asRoot.text).mode === undefined ? plain : asRoot;
}

/** Everything about power modes: with every setting as it is, and whether the firmware is the "Super" one. */
export const powerModesProbe = defineProbe({
  name: 'power-modes',
  reads: {
    ...powerModeReads,
    modeQuery: argv(verboseQuery, { stderr: 'merge' }),
    modeQueryAsRoot: argv(verboseQuery, { sudo: true, stderr: 'merge' }),
    compatible: file('/proc/device-tree/compatible'),
    bootControl: file('/etc/nv_boot_control.conf'),
  },
  parse: (answers): PowerModesState => ({
    ...powerModeOf({ ...answers, modeQuery: bestQuery(answers.modeQueryAsRoot, answers.modeQuery) }),
    superFirmware: boardOf(answers.compatible.text, answers.bootControl.text, undefined).superFirmware,
  }),
});
