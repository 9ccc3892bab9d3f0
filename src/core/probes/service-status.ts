import { z } from 'zod';
import { parseAssignments } from '../linux/assignments.js';
import { isoOfMs } from '../iso-time.js';
import { bootTimes } from '../linux/boot-times.js';
import { parseJournal } from '../linux/journal.js';
import { present } from '../linux/present.js';
import { exitMeaning, resultMeaning } from '../linux/unit-results.js';
import { argv, defineProbe, type Answers, type ArgvRead, type Probe } from '../probe/probe.js';
import { cleanName } from '../untrusted.js';
import { bootReads } from './system-info.js';
import { dataChars, jsonChars, lastThatFit } from './fitting.js';
import { journalArgv, journalGaps, logEntryData, sightArgv } from './logs.js';
import { notReadData, toldUnknown, unknownData, whyNot, type NotRead } from './not-read.js';

export const serviceStatusData = z.object({
  unit: z.string(),
  found: z.boolean().describe('Whether the device has such a unit.'),
  active: z.string().optional(),
  sub: z.string().optional(),
  enabled: z.string().optional(),
  description: z.string().optional(),
  meaning: z.string().describe('What the state says, in a sentence.'),
  since: z.string().optional().describe("Of the present state, on the device's clock."),
  forSeconds: z.number().optional(),
  restarts: z.number().optional().describe('By systemd itself, since it was last started by hand.'),
  mainPid: z.number().optional(),
  memoryBytes: z.number().optional(),
  result: z.string().optional(),
  exit: z.string().optional(),
  restartPolicy: z.string().optional(),
  reloadNeeded: z.boolean().optional().describe('Its file changed since systemd read it.'),
  lines: z.array(logEntryData).describe('Its last log entries, oldest first.'),
  notRead: notReadData.optional(),
  unknown: unknownData.optional(),
});
export type ServiceStatus = z.output<typeof serviceStatusData>;

const properties =
  'Id,Description,LoadState,ActiveState,SubState,UnitFileState,Type,Restart,Result,ExecMainCode,ExecMainStatus,MainPID,NRestarts,MemoryCurrent,ActiveEnterTimestampMonotonic,InactiveEnterTimestampMonotonic,NeedDaemonReload';

type StatusReads = typeof bootReads & { readonly show: ArgvRead; readonly journal: ArgvRead; readonly sight: ArgvRead };

const statusReads = (unit: string, lines: number): StatusReads => ({
  ...bootReads,
  show: argv(['systemctl', 'show', '--no-pager', '-p', properties, '--', unit]),
  journal: argv(journalArgv({ unit, limit: lines, kernel: false }), { stderr: 'merge' }),
  sight: argv(sightArgv, { stderr: 'merge' }),
});

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

function parseStatus(unit: string, answers: Answers<StatusReads>): ServiceStatus {
  const shown = parseAssignments(answers.show.text);
  const value = (name: string): string | undefined => {
    const text = shown.values.get(name);
    return text === undefined || text === '' ? undefined : cleanName(text);
  };
  const journal = parseJournal(answers.journal.text);
  const [active, sub, load, result] = [value('ActiveState'), value('SubState'), value('LoadState'), value('Result')];
  const isUp = active === 'active' || active === 'reloading';
  const micros = number(value(isUp ? 'ActiveEnterTimestampMonotonic' : 'InactiveEnterTimestampMonotonic'));
  const { uptimeSeconds, bootedMs } = bootTimes(answers.uptime.text, answers.stat.text);
  const entered = micros === undefined || micros === 0 ? undefined : micros / 1e6;
  const pid = number(value('MainPID'));
  const exit = exitMeaning(number(value('ExecMainCode')), number(value('ExecMainStatus')));
  const notRead: NotRead = [
    ...(active === undefined ? [{ what: 'state', why: whyNot(answers.show.status, 'this host has no systemd') }] : []),
    ...journalGaps(journal, answers),
  ];
  const found = load !== undefined && load !== 'not-found';
  // Of a unit it does not have, systemd tells what a stopped one would say.
  const ofUnit = <T>(it: T): T | undefined => (found || active !== 'inactive' ? it : undefined);
  const around = present({
    unit,
    found,
    active: ofUnit(active),
    sub: ofUnit(sub),
    enabled: value('UnitFileState'),
    description: value('Description'),
    meaning: resultMeaning({ load, active, sub, result }),
    since: entered === undefined || bootedMs === undefined ? undefined : isoOfMs(bootedMs + Math.round(entered) * 1000),
    forSeconds:
      entered === undefined || uptimeSeconds === undefined
        ? undefined
        : Math.max(0, Math.round(uptimeSeconds - entered)),
    restarts: ofUnit(number(value('NRestarts'))),
    mainPid: pid === 0 ? undefined : pid,
    memoryBytes: number(value('MemoryCurrent')),
    result: result === 'success' ? undefined : result,
    exit,
    restartPolicy: ofUnit(value('Restart')),
    reloadNeeded: value('NeedDaemonReload') === 'yes' ? true : undefined,
    unknown: toldUnknown([...shown.unknown, ...journal.unknown]),
  });
  const lines = lastThatFit(journal.entries, dataChars - jsonChars(around) - jsonChars(notRead));
  if (lines.length < journal.entries.length)
    notRead.push({ what: 'older lines', why: 'they do not fit into one answer; system_logs of the unit has them' });
  return present({ ...around, lines, notRead: notRead.length === 0 ? undefined : notRead });
}

/** One service: its state, what it means, and its last words. */
export function serviceStatusProbe(unit: string, lines: number): Probe<ServiceStatus, StatusReads> {
  return defineProbe({
    name: 'service_status',
    reads: statusReads(unit, lines),
    parse: (answers) => parseStatus(unit, answers),
  });
}
