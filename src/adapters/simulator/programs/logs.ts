import type { JournalEntry } from '../device/journal.js';
import type { SimulatedDevice } from '../device/simulated-device.js';
import { unsupported, type Program, type ProgramCall, type Programs } from './program.js';

interface Query {
  limit: number;
  unit?: string;
  kernel: boolean;
  priority: number;
  previousBoot: boolean;
  fromKey: number;
}

const priorities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
const fixed = [
  '-o',
  'json',
  '--no-pager',
  '--output-fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_SYSTEMD_UNIT,_PID',
  '-n',
];
const hint = `Hint: You are currently not seeing messages from other users and the system.
      Users in groups 'adm', 'systemd-journal' can see all messages.
      Pass -q to turn off this notice.
`;

function queryOf(args: readonly string[]): Query | undefined {
  const [limit = '', ...rest] = args.slice(fixed.length);
  if (fixed.some((word, index) => args[index] !== word) || !/^\d{1,6}$/.test(limit)) return undefined;
  const query: Query = { limit: Number(limit), kernel: false, priority: 7, previousBoot: false, fromKey: -1 };
  for (const arg of rest) {
    const [option, value = ''] = arg.split(/=(.*)/s);
    if (option === '-k') query.kernel = true;
    else if (option === '--unit') query.unit = value.includes('.') ? value : `${value}.service`;
    else if (option === '--priority' && priorities.includes(value)) query.priority = priorities.indexOf(value);
    else if (option === '--boot') query.previousBoot = value !== '0';
    else if (option === '--cursor') query.fromKey = Number.parseInt(/;i=([0-9a-f]+)/.exec(value)?.[1] ?? '-1', 16);
    else return undefined;
  }
  return query;
}

function shown(device: SimulatedDevice, entry: JournalEntry): string {
  const micros = Math.round(entry.timeMs) * 1000;
  const boot = device.bootId();
  // Always the same for an entry, whatever the clock does.
  const mark = (entry.key * 1000).toString(16);
  const cursor = `s=${device.hex(952, 32)};i=${entry.key.toString(16)};b=${boot};m=${mark};t=${mark};x=${device.hex(1000 + entry.key, 16)}`;
  return JSON.stringify({
    __CURSOR: cursor,
    __REALTIME_TIMESTAMP: String(micros),
    __MONOTONIC_TIMESTAMP: String(entry.key * 1000),
    _BOOT_ID: boot,
    MESSAGE: entry.message,
    PRIORITY: String(entry.priority),
    SYSLOG_IDENTIFIER: entry.identifier,
    ...(entry.unit === undefined ? {} : { _SYSTEMD_UNIT: entry.unit }),
    ...(entry.pid === undefined ? {} : { _PID: String(entry.pid) }),
  });
}

function wanted(query: Query, entry: JournalEntry): boolean {
  if (entry.priority > query.priority || entry.key < query.fromKey) return false;
  if (query.kernel && entry.identifier !== 'kernel') return false;
  return query.unit === undefined || entry.unit === query.unit;
}

/** From a cursor on, else the newest; always oldest first. */
function chosen({ journal }: SimulatedDevice, query: Query): readonly JournalEntry[] {
  const found: JournalEntry[] = [];
  const forward = query.fromKey >= 0;
  for (const entry of forward ? journal.after(query.fromKey - 1) : journal.newest()) {
    if (found.length === query.limit) break;
    if (wanted(query, entry)) found.push(entry);
  }
  return forward ? found : found.reverse();
}

const journalctl: Program = (call: ProgramCall) => {
  const maySee = call.caller.root || call.caller.account.sudo !== 'none';
  if (call.args.join(' ') === '--no-pager -n 0') {
    if (!maySee) call.err(hint);
    call.out('-- No entries --\n');
    return 0;
  }
  const query = queryOf(call.args);
  if (query === undefined) return unsupported(call);
  if (query.previousBoot) {
    call.err('Specifying boot ID or boot offset has no effect, no persistent journal was found.\n');
    return 1;
  }
  // Whoever sees none of them is not told so here: JSON silences the hint.
  if (!maySee) return 0;
  for (const entry of chosen(call.device, query)) call.out(`${shown(call.device, entry)}\n`);
  return 0;
};

/** The journal, in its JSON form. */
export const logPrograms: Programs = { journalctl };
