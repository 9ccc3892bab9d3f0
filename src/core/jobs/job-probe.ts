import { bytesOfBase64 } from '../base64.js';
import { Failure } from '../errors.js';
import { isoOfMs } from '../iso-time.js';
import { present } from '../linux/present.js';
import { argv, defineProbe, type ArgvAnswer, type ArgvRead, type Probe, type ReadStatus } from '../probe/probe.js';
import { cleanName } from '../untrusted.js';
import { textPiece } from '../utf8-piece.js';
import { listScript, maxJobOutputBytes, statusScript } from './scripts.js';

/**
 * How a job stands. `lost`: it is gone and left no exit code. `unknown`: its id was claimed, and nothing tells that it
 * was started.
 */
export const jobStates = ['running', 'exited', 'stopped', 'timed_out', 'lost', 'unknown'] as const;
export type JobState = (typeof jobStates)[number];

/** What of its output could not be kept. */
export type OutputLoss = 'too_much' | 'no_room';

/** One job without its output. */
export interface JobHead {
  readonly state: JobState;
  readonly exitCode?: number | undefined;
  /** The command for a reader, cut; device text. */
  readonly command: string;
  /** On the device's clock. */
  readonly startedAt?: string | undefined;
  /** How long it has run, or ran; absent where its end was not seen. */
  readonly seconds?: number | undefined;
  /** The device has restarted since. */
  readonly bootChanged: boolean;
  /** The device ends it when its user logs out. */
  readonly tied?: boolean | undefined;
  readonly totalBytes: number;
}

/** One job and a piece of its output. */
export interface JobReport extends JobHead {
  /** Standard output and error as they came; device text. */
  readonly text: string;
  /** Where the text begins, and where the next piece does, in bytes. */
  readonly offset: number;
  readonly nextOffset: number;
  readonly loss?: OutputLoss | undefined;
}

interface Facts {
  readonly alive: boolean;
  readonly started: boolean;
  readonly exit: string;
  readonly at: string;
  readonly boot: string;
  readonly nowBoot: string;
  readonly now: string;
  readonly ended: string;
  readonly tied?: boolean;
}

function headOf(facts: Facts, command: string, totalBytes: number): JobHead {
  const [code, endedAt] = (/^(\d{1,3}) (\d{1,12})$/.exec(facts.exit.trim()) ?? []).slice(1).map(Number);
  const at = /^\d{1,12}$/.test(facts.at) ? Number(facts.at) : undefined;
  const now = Number(facts.now);
  const bootChanged = facts.boot !== '' && facts.nowBoot !== '' && facts.boot !== facts.nowBoot;
  const state = stateOf(facts, { hasEnded: code !== undefined, bootChanged });
  const until = endedAt ?? (state === 'running' ? now : undefined);
  return present({
    state,
    exitCode: code,
    command: cleanName(command, 200),
    startedAt: at === undefined ? undefined : isoOfMs(at * 1000),
    seconds: at === undefined || until === undefined ? undefined : Math.max(0, until - at),
    bootChanged,
    tied: facts.tied === true || undefined,
    totalBytes,
  });
}

function stateOf(
  { alive, started, ended }: Facts,
  { hasEnded, bootChanged }: { hasEnded: boolean; bootChanged: boolean },
): JobState {
  if (alive && !bootChanged && !hasEnded) return 'running';
  if (ended === 'stop') return 'stopped';
  if (ended === 'late') return 'timed_out';
  if (hasEnded) return 'exited';
  return started ? 'lost' : 'unknown';
}

const statusArgv = (id: string, from: number | 'end', maxBytes: number): ArgvRead['argv'] => [
  'sh',
  '-c',
  statusScript,
  'jetfleet-job-status',
  id,
  from === 'end' ? '-' : String(from),
  String(maxBytes),
];

/** That a job could not be looked at: nothing is known of it, also not that there is none. */
function notSeen(status: ReadStatus): Failure {
  if (status === 'denied')
    return new Failure(
      'not_allowed',
      'Whether root has a job of that id is not known: jetfleet could not look as root.',
      {
        hint: 'device_doctor tells whether commands can become root on this device.',
        retry: 'no',
      },
    );
  return new Failure('unparseable', 'The device gave no whole answer about the job.', { retry: 'yes' });
}

function parseStatus({ status, text }: ArgvAnswer): JobReport | undefined {
  const head = /^from (\d{1,15})$/m.exec(text);
  if (head === null) {
    if (status === 'ok' && text.trim() === '') return undefined;
    throw notSeen(status);
  }
  const fields = new Map(
    text
      .slice(0, head.index)
      .split('\n')
      .map((line): [string, string] => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1).trim()]),
  );
  const value = (key: string): string => fields.get(key) ?? '';
  const offset = Number(head[1]);
  const totalBytes = Number(value('size'));
  const bytes = bytesOfBase64(text.slice(head.index + head[0].length)) ?? new Uint8Array();
  const facts: Facts = {
    alive: fields.has('alive'),
    started: value('pid') !== '',
    exit: value('exit'),
    at: value('at'),
    boot: value('boot'),
    nowBoot: value('nowboot'),
    now: value('now'),
    ended: fields.has('stop') ? 'stop' : fields.has('late') ? 'late' : '',
    tied: fields.has('tied'),
  };
  const job = headOf(facts, value('argv'), totalBytes);
  const isWhole = offset + bytes.length >= totalBytes && job.state !== 'running';
  const piece = textPiece(bytes, { first: offset === 0, last: isWhole });
  return present({
    ...job,
    text: piece.text,
    offset: offset + piece.skipped,
    nextOffset: offset + piece.used,
    loss: !fields.has('cut') ? undefined : totalBytes >= maxJobOutputBytes ? 'too_much' : 'no_room',
  });
}

/** Which job, whose, and which piece of its output. */
export interface JobQuestion {
  readonly id: string;
  /** Root's job; else one of the login user's. */
  readonly asRoot: boolean;
  /** `end`: the last bytes. */
  readonly from: number | 'end';
  readonly maxBytes: number;
}

/** One job, with a piece of its output; undefined where the user has none of that id. Throws where that could not be seen. */
export function jobProbe({ id, asRoot, from, maxBytes }: JobQuestion): Probe<JobReport | undefined, { job: ArgvRead }> {
  return defineProbe({
    name: 'job',
    reads: { job: argv(statusArgv(id, from, maxBytes), { sudo: asRoot }) },
    parse: ({ job }) => parseStatus(job),
  });
}

/** One row of a device's jobs. */
export interface ListedJob extends JobHead {
  readonly id: string;
  readonly asRoot: boolean;
}

function parseList({ text }: ArgvAnswer, asRoot: boolean): ListedJob[] {
  const [nowBoot = '', now = ''] = (/^boot (\S+) (\d+)$/m.exec(text) ?? []).slice(1);
  const sizes = new Map(
    [...text.matchAll(/^ *(\d{1,15}) ([0-9a-f]{16})\/out$/gm)].map(([, size, id = '']) => [id, Number(size)]),
  );
  return text.split('\n').flatMap((line) => {
    const [, id = '', alive, exit = '', at = '', boot = '', ended = '', command = ''] =
      /^([0-9a-f]{16})\|(alive|claimed|-)\|([\d -]*)\|(\d*)\|([0-9a-f-]*)\|(stop|late|-)\|(.*)$/.exec(line) ?? [];
    if (id === '') return [];
    const facts = { alive: alive === 'alive', started: alive !== 'claimed', exit, at, boot, nowBoot, now, ended };
    return [{ id, asRoot, ...headOf(facts, command, sizes.get(id) ?? 0) }];
  });
}

/** Whose jobs could be listed, and the jobs, newest first. */
export interface JobList {
  readonly jobs: readonly ListedJob[];
  /** Root's could not be looked at. */
  readonly rootHidden: boolean;
}

const listArgv = ['sh', '-c', listScript, 'jetfleet-job-list'] as const;

/** The jobs of the login user and of root. */
export const jobListProbe = defineProbe({
  name: 'job-list',
  reads: { own: argv(listArgv), user: argv(['id', '-u']), root: argv(listArgv, { sudo: true }) },
  parse: ({ own, user, root }): JobList => {
    const isRoot = user.text.trim() === '0';
    const jobs = [...parseList(own, isRoot), ...(isRoot ? [] : parseList(root, true))];
    jobs.sort((a, b) => (b.startedAt ?? '').localeCompare(a.startedAt ?? ''));
    return { jobs, rootHidden: root.status === 'denied' };
  },
});
