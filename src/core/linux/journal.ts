import { z } from 'zod';
import { isoOfMs } from '../iso-time.js';
import { cleanName, cleanText } from '../untrusted.js';
import { present } from './present.js';

/** syslog's names, by number. */
export const priorities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;
export type Priority = (typeof priorities)[number];

export interface JournalEntry {
  /** ISO 8601 on the device's clock. */
  readonly at: string;
  readonly priority?: Priority | undefined;
  /** The unit, else the program that wrote it. */
  readonly from?: string | undefined;
  readonly pid?: number | undefined;
  /** Cleaned device text: data, never part of our own sentences. */
  readonly message: string;
}

/** What journalctl said beside entries, narrowed to what is known. */
export type JournalRemark = 'other_users_hidden' | 'no_rights' | 'no_journal' | 'bad_cursor' | 'no_such_boot';

export interface Journal {
  /** Oldest first. */
  readonly entries: readonly JournalEntry[];
  /** Of the last entry: what `--cursor` takes. */
  readonly cursor?: string | undefined;
  /** Of each entry, as far as it has one. */
  readonly cursorOf: ReadonlyMap<JournalEntry, string>;
  readonly remarks: readonly JournalRemark[];
  readonly unknown: readonly string[];
}

/** Asked for by name, so that an entry is a few hundred bytes and not a few thousand. */
export const journalFields = '--output-fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_SYSTEMD_UNIT,_PID';

export const cursorPattern = /^[a-z]=[0-9a-f]{1,64}(?:;[a-z]=[0-9a-f]{1,64}){0,11}$/;

const mostMessageChars = 400;
/** journalctl gives no field of more than 4096 bytes, unless asked for all of them in full. */
const tooLong = '[longer than 4 KiB: not shown]';

// A field that occurs twice is an array; one that is no UTF-8 is an array of bytes; one that is too long is null.
const field = z
  .union([z.string(), z.array(z.number()), z.array(z.union([z.string(), z.array(z.number())])), z.null()])
  .optional();
const line = z.object({
  __CURSOR: z.string().optional(),
  __REALTIME_TIMESTAMP: z.string().regex(/^\d{1,18}$/),
  MESSAGE: field,
  PRIORITY: field,
  SYSLOG_IDENTIFIER: field,
  _SYSTEMD_UNIT: field,
  _PID: field,
});

const decoder = new TextDecoder();

function textOf(value: z.output<typeof field>): string | undefined {
  if (typeof value === 'string' || value === undefined || value === null) return value ?? undefined;
  if (value.every((item) => typeof item === 'number')) return decoder.decode(Uint8Array.from(value));
  return value
    .map((item) =>
      typeof item === 'string' ? item : typeof item === 'number' ? '' : decoder.decode(Uint8Array.from(item)),
    )
    .join(' ');
}

const remarks: readonly (readonly [RegExp, JournalRemark | undefined])[] = [
  [/not seeing messages from other users/, 'other_users_hidden'],
  [/No journal files were opened due to insufficient permissions/, 'no_rights'],
  [/No journal files were found/, 'no_journal'],
  [/Failed to seek to cursor/, 'bad_cursor'],
  [/Data from the specified boot|no persistent journal was found|No such boot ID/, 'no_such_boot'],
  [/^-- (?:No entries|Logs begin at|Journal begins at|Boot) ?.*--$|^-- (?:Logs|Journal) begin/, undefined],
  [/^\s*(?:Users in |Pass -q to turn off|Groups? .* can see all messages)/, undefined],
];

function entryOf(json: z.output<typeof line>): JournalEntry {
  const pid = textOf(json._PID);
  const level = textOf(json.PRIORITY);
  const [unit, program] = [textOf(json._SYSTEMD_UNIT), textOf(json.SYSLOG_IDENTIFIER)];
  // What systemd itself says comes from the scope it runs in, which tells nobody anything.
  const from = unit === undefined || unit === 'init.scope' ? (program ?? unit) : unit;
  const micros = Number(json.__REALTIME_TIMESTAMP);
  return present({
    at: isoOfMs(Math.trunc(micros / 1000)) ?? '',
    priority: level !== undefined && /^[0-7]$/.test(level) ? priorities[Number(level)] : undefined,
    from: from === undefined ? undefined : cleanName(from),
    pid: pid !== undefined && /^\d{1,10}$/.test(pid) ? Number(pid) : undefined,
    message: json.MESSAGE === null ? tooLong : cleanText(textOf(json.MESSAGE) ?? '', mostMessageChars),
  });
}

/** Reads `journalctl -o json` with its standard error mixed in. */
export function parseJournal(text: string): Journal {
  const entries: JournalEntry[] = [];
  const said = new Set<JournalRemark>();
  const unknown: string[] = [];
  const cursorOf = new Map<JournalEntry, string>();
  let cursor: string | undefined;
  for (const row of text.split('\n').filter((each) => each.trim() !== '')) {
    const parsed = row.startsWith('{') ? line.safeParse(jsonOf(row)) : undefined;
    if (parsed?.success === true) {
      const entry = entryOf(parsed.data);
      entries.push(entry);
      const mark = parsed.data.__CURSOR;
      if (mark !== undefined && cursorPattern.test(mark)) {
        cursor = mark;
        cursorOf.set(entry, mark);
      }
      continue;
    }
    const remark = remarks.find(([pattern]) => pattern.test(row));
    if (remark === undefined) unknown.push(cleanText(row, 200));
    else if (remark[1] !== undefined) said.add(remark[1]);
  }
  return present({ entries, cursor, cursorOf, remarks: [...said], unknown });
}

/**
 * The first so many entries after a position, of what `--cursor` gave, which begins with the entry at it. Where that one
 * does not fit the other options, `--after-cursor` passes over the first that does, before systemd 255 (its issue 30288).
 */
export function journalAfter(journal: Journal, position: string, most: number): Journal {
  const entries = journal.entries.filter((entry) => journal.cursorOf.get(entry) !== position).slice(0, most);
  const last = entries.findLast((entry) => journal.cursorOf.has(entry));
  return { ...journal, entries, cursor: last && journal.cursorOf.get(last) };
}

function jsonOf(row: string): unknown {
  try {
    return JSON.parse(row);
  } catch {
    return undefined;
  }
}
