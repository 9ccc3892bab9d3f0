import type { Command } from '../../../src/core/command.js';
import type { FakeBoard, FakeRun } from '../../fakes/fake-board.js';

/** A job as a fake board keeps it. */
export interface KeptJob {
  readonly argv: string;
  readonly output: string;
  /** Undefined while it runs. */
  readonly exitCode?: number;
  readonly ended?: 'stop' | 'late';
  readonly boot?: string;
  /** Its folder was made, and its wrapper never said that it runs. */
  readonly claimed?: true;
}

const boot = '11111111-2222-3333-4444-555555555555';
const now = 1_795_158_000;

const isAlive = ({ exitCode, boot: of, claimed }: KeptJob): boolean =>
  exitCode === undefined && of === undefined && claimed === undefined;

/** A board that keeps jobs: of its one user only, so that a question as root finds the same. */
export class JobBoard {
  readonly jobs = new Map<string, KeptJob>();
  /** What a launch answers instead of starting. */
  refuses: string | undefined;
  /** What a stop answers; `stopped` where absent. */
  stopSays: string | undefined;
  /** What becomes of a started command. */
  outcome: Omit<KeptJob, 'argv'> = { output: 'done\n', exitCode: 0 };

  board(more: FakeBoard = {}): FakeBoard {
    return {
      ...more,
      programs: { sh: (command) => this.#run(command), ...more.programs },
      runs: { 'id -u': { text: '1000' }, ...more.runs },
    };
  }

  #run({ argv }: Command): FakeRun {
    const [, , , name, ...args] = argv;
    switch (name) {
      case 'jetfleet-job': {
        const [, id = '', , , , ...program] = args;
        if (this.refuses !== undefined) return { text: `${this.refuses}\n` };
        if (this.jobs.has(id)) return { text: 'already\n' };
        this.jobs.set(id, { argv: program.join(' '), ...this.outcome });
        return { text: 'started\n' };
      }
      case 'jetfleet-job-status':
        return { text: this.#status(args) };
      case 'jetfleet-job-list':
        return { text: [...this.jobs].map((job) => this.#row(job)).join('') + `boot ${boot} ${now}\n` };
      case 'jetfleet-job-stop':
      case 'jetfleet-job-withdraw': {
        const job = this.jobs.get(args[0] ?? '');
        if (job && this.stopSays === undefined) this.jobs.set(args[0] ?? '', { ...job, exitCode: 143, ended: 'stop' });
        return { text: `${this.stopSays ?? 'stopped'}\n` };
      }
      default:
        throw new Error(`The job board was not taught ${String(name)}`);
    }
  }

  #status([id = '', from = '', most = '']: readonly string[]): string {
    const job = this.jobs.get(id);
    if (job === undefined) return '';
    const bytes = Buffer.from(job.output);
    const offset = from === '-' ? Math.max(0, bytes.length - Number(most)) : Math.min(Number(from), bytes.length);
    const lines = [
      ...(isAlive(job) ? ['alive yes'] : []),
      `found yes\npid ${job.claimed ? '' : '1'}\nat ${now - 60}\nboot ${job.boot ?? boot}\nargv ${job.argv}`,
      `exit ${job.exitCode === undefined ? '' : `${job.exitCode} ${now - 50}`}`,
      ...(job.ended === undefined ? [] : [`${job.ended} yes`]),
      `now ${now}\nnowboot ${boot}\nsize ${bytes.length}\nfrom ${offset}`,
      bytes.subarray(offset, offset + Number(most)).toString('base64'),
    ];
    return `${lines.join('\n')}\n`;
  }

  #row([id, job]: [string, KeptJob]): string {
    const alive = job.claimed ? 'claimed' : isAlive(job) ? 'alive' : '-';
    const exit = job.exitCode === undefined ? '-' : `${job.exitCode} ${now - 50}`;
    return `${id}|${alive}|${exit}|${now - 60}|${job.boot ?? boot}|${job.ended ?? '-'}|${job.argv}\n`;
  }
}
