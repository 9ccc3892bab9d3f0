import { maxJobOutputBytes } from '../../../core/jobs/scripts.js';
import type { Host } from './host.js';

/** A job, as its folder on a device would tell of it. */
export interface Job {
  readonly id: string;
  readonly uid: number;
  /** Who runs it, as ps says. */
  readonly user: string;
  readonly command: string;
  readonly atSeconds: number;
  readonly startedMs: number;
  readonly bootId: string;
  readonly pid: number;
  readonly out: Buffer;
  /** Exit code and time of the end. */
  readonly exit?: { readonly code: number; readonly atSeconds: number } | undefined;
  /** Output was dropped. */
  readonly cut: boolean;
  readonly stopped: boolean;
  readonly late: boolean;
  /** Its wrapper is there. */
  readonly alive: boolean;
}

/** What a job runs: it hands over its output, and gives its exit code; the signal is TERM. */
export type JobWork = (say: (text: string) => void, signal: AbortSignal) => Promise<number>;

type Live = { -readonly [Key in keyof Job]: Job[Key] } & {
  readonly ending: AbortController;
  /** Settles when nothing of it is left. */
  ended: Promise<void>;
};

const firstPid = 9000;
const mostCommandBytes = 200;

/** The jobs of one device. They outlive links, and not the boot. */
export class Jobs {
  readonly #device: Host;
  readonly #jobs = new Map<string, Live>();
  #pids = firstPid;

  constructor(device: Host) {
    this.#device = device;
  }

  /** A user's job. */
  find(uid: number, id: string): Job | undefined {
    return this.#jobs.get(`${uid}/${id}`);
  }

  /** A user's jobs, newest first. */
  of(uid: number): readonly Job[] {
    return [...this.#jobs.values()].filter((job) => job.uid === uid).reverse();
  }

  /** Jobs that run now. */
  running(): readonly Job[] {
    return [...this.#jobs.values()].filter(({ alive }) => alive);
  }

  /** Starts a job that the user has not yet. */
  start(
    who: Pick<Job, 'id' | 'uid' | 'user'>,
    argv: readonly string[],
    maxSeconds: number | undefined,
    work: JobWork,
  ): void {
    const command = `${argv.join(' ')} `.replace(/\s+/g, ' ').slice(0, mostCommandBytes);
    const job: Live = {
      ...who,
      command,
      atSeconds: this.#seconds(),
      startedMs: this.#device.uptimeMs(),
      bootId: this.#device.bootId(),
      pid: this.#pids++,
      out: Buffer.alloc(0),
      cut: false,
      stopped: false,
      late: false,
      alive: true,
      ending: new AbortController(),
      ended: Promise.resolve(),
    };
    this.#jobs.set(`${who.uid}/${who.id}`, job);
    const timer =
      maxSeconds === undefined
        ? undefined
        : setTimeout(() => {
            job.late = true;
            job.ending.abort();
          }, maxSeconds * 1000);
    const done = (code: number): void => {
      clearTimeout(timer);
      if (!job.alive) return;
      job.alive = false;
      job.exit = { code, atSeconds: this.#seconds() };
    };
    job.ended = work((text) => {
      this.#keep(job, text);
    }, job.ending.signal).then(done, () => {
      done(126);
    });
  }

  /** Tells a job to end; false where it has ended. */
  async stop(uid: number, id: string): Promise<boolean> {
    const job = this.#jobs.get(`${uid}/${id}`);
    if (job?.alive !== true) return false;
    job.stopped = true;
    job.ending.abort();
    await job.ended;
    return true;
  }

  /** The board goes down: whatever runs is gone, and nobody writes how it ended. */
  lose(): void {
    for (const job of this.#jobs.values()) {
      job.alive = false;
      job.ending.abort();
    }
  }

  #keep(job: Live, text: string): void {
    if (!job.alive) return;
    const room = this.#device.fault?.kind === 'full_disk' ? 0 : maxJobOutputBytes - job.out.length;
    const bytes = Buffer.from(text);
    if (bytes.length > room) job.cut = true;
    job.out = Buffer.concat([job.out, bytes.subarray(0, room)]);
  }

  #seconds(): number {
    return Math.floor(this.#device.nowMs() / 1000);
  }
}
