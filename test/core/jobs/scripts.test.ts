import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  launchCommand,
  launched,
  shownJob,
  stopCommand,
  stopped,
  type JobStart,
} from '../../../src/core/jobs/job-commands.js';
import { jobListProbe, jobProbe, type JobReport, type ListedJob } from '../../../src/core/jobs/job-probe.js';
import { launchScript, listScript, runScript, statusScript, stopScript } from '../../../src/core/jobs/scripts.js';
import { readAnswers } from '../../../src/core/probe/answers.js';
import type { Answers, Probe, Reads } from '../../../src/core/probe/probe.js';
import { renderReads } from '../../../src/core/probe/render.js';
import type { Command } from '../../../src/core/command.js';
import { describeWith } from '../../setup/suite.js';

const missing = process.platform === 'linux' ? undefined : 'needs Linux: jobs are run on this host';
const home = `/var/tmp/jetfleet-${String(process.getuid?.() ?? 0)}`;
const used: string[] = [];
const newId = (): string => {
  const id = randomBytes(8).toString('hex');
  used.push(id);
  return id;
};
afterAll(() => used.forEach((id) => rmSync(join(home, id), { recursive: true, force: true })));

/** A folder in which `sh` is the shell under test, so that the wrapper inside runs in it too. */
function shellFolder(words: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-sh-'));
  writeFileSync(join(folder, 'sh'), `#!/bin/dash\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 });
  return folder;
}

const shells = [{ words: ['dash'] }, { words: ['bash', '--posix'] }, { words: ['busybox', 'ash'] }] as const;
const here = (words: readonly string[]): string | undefined =>
  spawnSync('sh', ['-c', `command -v ${words[0] ?? ''}`]).status === 0
    ? undefined
    : `${words[0] ?? ''} is not installed`;

describe('the texts of jobs', () => {
  it('pass any login shell unchanged, and one argument of Linux', () => {
    for (const script of [launchScript, runScript, statusScript, listScript, stopScript]) {
      expect(script).not.toMatch(/['\\\n]/);
      expect(script.length).toBeLessThan(4000);
    }
  });

  it('are shown as what they start or stop, and nothing else is', () => {
    const { argv } = launchCommand({ id: '0123456789abcdef', argv: ['make', 'all it'], cwd: '/src', maxSeconds: 60 });
    expect(shownJob({ argv })).toBe("job 0123456789abcdef in /src, stopped after 60 s: make 'all it'");
    expect(shownJob(stopCommand('0123456789abcdef', false))).toBe('stop job 0123456789abcdef');
    expect(shownJob(stopCommand('0123456789abcdef', true, 'if cancelled'))).toBe(
      'stop job 0123456789abcdef if the call is cancelled',
    );
    const [, , ...rest] = argv;
    expect(shownJob({ argv: ['sh', '-c', `${launchScript} `, ...rest.slice(1)] })).toBeUndefined();
    expect(shownJob({ argv: ['bash', '-c', ...rest] })).toBeUndefined();
  });

  it.each([
    { id: '../0123456789abc', argv: ['true'] },
    { id: '0123456789abcdef', argv: ['-c'] },
    { id: '0123456789abcdef', argv: [''] },
    { id: '0123456789abcdef', argv: ['true'], cwd: 'src' },
  ] as JobStart[])('refuse %j', (start) => {
    expect(() => launchCommand(start)).toThrow(expect.objectContaining({ kind: 'invalid_input' }));
  });
});

describe.each(shells)('jobs in $words', ({ words }) => {
  describeWith(missing ?? here(words), 'on this host', () => {
    const folder = shellFolder(words);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, LC_ALL: 'C', HOME: '/' };

    const run = ({
      argv,
      stdin,
    }: Command): { exitCode: number; stdout: Uint8Array; stderr: Uint8Array; truncated: boolean } => {
      const [program, ...args] = argv;
      const ran = spawnSync(program, args, { env, ...(stdin !== undefined && { input: stdin }) });
      return { exitCode: ran.status ?? -1, stdout: ran.stdout, stderr: ran.stderr, truncated: false };
    };
    const ask = <T, R extends Reads>(probe: Probe<T, R>): T => {
      const { reads } = probe;
      const output = execFileSync('sh', ['-c', `${renderReads(reads, 'mark')}\n:`], { env, maxBuffer: 2 ** 26 });
      return probe.parse(readAnswers(reads, 'mark', output) as Answers<R>);
    };
    const start = (more: Omit<JobStart, 'id'> & { id?: string }): string => {
      const id = more.id ?? newId();
      expect(launched(run(launchCommand({ ...more, id })))).toBe('started');
      return id;
    };
    const script = (text: string): JobStart['argv'] => ['sh', '-c', text];
    const look = (id: string, from: number | 'end' = 0, maxBytes = 4000): JobReport | undefined =>
      ask(jobProbe({ id, asRoot: false, from, maxBytes }));
    const until = async (id: string, wanted: (job: JobReport) => boolean): Promise<JobReport> => {
      for (;;) {
        const job = look(id);
        if (job && wanted(job)) return job;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const ended = (id: string): Promise<JobReport> => until(id, ({ state }) => state !== 'running');

    it('keeps output, input and exit code', async () => {
      const id = start({ argv: script('cat; echo err >&2; pwd; exit 7'), cwd: '/etc', stdin: 'in ä\n' });
      const job = await ended(id);
      expect(job).toMatchObject({ state: 'exited', exitCode: 7, text: 'in ä\nerr\n/etc\n', bootChanged: false });
      expect(job.startedAt).toMatch(/^\d{4}-/);
      expect(existsSync(join(home, id, 'in'))).toBe(false);
    });

    it('tells of a program that is not there, and of no job', async () => {
      expect(await ended(start({ argv: ['no-such-program'] }))).toMatchObject({ state: 'exited', exitCode: 127 });
      expect(look(newId())).toBeUndefined();
      expect(() => stopped(run(stopCommand(newId(), false)))).toThrow(/no job/);
    });

    it('starts nothing without its folder', () => {
      const id = newId();
      expect(() => launched(run(launchCommand({ id, argv: ['true'], cwd: '/no/such' })))).toThrow(/folder/);
      expect(look(id)).toBeUndefined();
    });

    it('runs an id once, however often and at once it is launched', async () => {
      const id = newId();
      const folderOfMarks = mkdtempSync(join(tmpdir(), 'jetfleet-once-'));
      const [program, ...args] = launchCommand({ id, argv: script(`echo x >>${folderOfMarks}/ran; sleep 0.2`) }).argv;
      const many = Array.from({ length: 12 }, () => [program, ...args]);
      const text = many.map((_, i) => `"$@" >${folderOfMarks}/said-${String(i)} &`).join(' ');
      execFileSync('sh', ['-c', `${text} wait`, 'x', program, ...args], { env });
      await ended(id);
      const said = many.map((_, i) => readFileSync(join(folderOfMarks, `said-${String(i)}`), 'utf8').trim());
      expect(said.filter((word) => word === 'started')).toHaveLength(1);
      expect(said.filter((word) => word === 'already')).toHaveLength(11);
      expect(readFileSync(join(folderOfMarks, 'ran'), 'utf8')).toBe('x\n');
      rmSync(folderOfMarks, { recursive: true });
    });

    it('reads on without losing or cutting a character', async () => {
      const text = 'aé€😀'.repeat(15);
      const id = start({ argv: script(`printf %s '${text}'`) });
      await ended(id);
      for (const maxBytes of [4, 7]) {
        let [at, read] = [0, ''];
        for (let job = look(id, at, maxBytes); job && job.nextOffset > at; job = look(id, at, maxBytes)) {
          read += job.text;
          at = job.nextOffset;
        }
        expect(read).toBe(text);
      }
      expect(look(id, 'end', 6)).toMatchObject({ text: '😀', nextOffset: 150, offset: 146 });
    });

    it('stops children, grandchildren and those that left the group, also ones that ignore TERM', async () => {
      const id = start({
        argv: script('trap "" TERM; setsid sleep 4711 & (sleep 4712 & sleep 4713) & echo up; sleep 4714'),
      });
      await until(id, ({ text }) => text === 'up\n');
      expect(
        stopped(run({ ...stopCommand(id, false), argv: [...stopCommand(id, false).argv.slice(0, -1), '1'] as never })),
      ).toBe('stopped');
      expect(look(id)).toMatchObject({ state: 'stopped' });
      expect(spawnSync('sh', ['-c', `grep -ls JETFLEET_JOB=${id} /proc/[0-9]*/environ`]).stdout.toString()).toBe('');
      expect(stopped(run(stopCommand(id, false)))).toBe('ended');
    }, 20_000);

    it('tells the exit code of a program that ends when it is asked to', async () => {
      const id = start({ argv: script('trap "echo bye; exit 5" TERM; echo up; while :; do sleep 0.05; done') });
      await until(id, ({ text }) => text === 'up\n');
      expect(stopped(run(stopCommand(id, false)))).toBe('stopped');
      expect(look(id)).toMatchObject({ state: 'stopped', exitCode: 5, text: expect.stringMatching(/^up\n.*bye\n$/s) });
    });

    it('ends at its time limit by itself', async () => {
      expect(await ended(start({ argv: ['sleep', '4715'], maxSeconds: 1 }))).toMatchObject({
        state: 'timed_out',
        exitCode: 143,
      });
    }, 20_000);

    it('is lost where its wrapper was killed, or the device restarted', async () => {
      const id = start({ argv: script('echo so far; sleep 4716') });
      await until(id, ({ text }) => text === 'so far\n');
      const [wrapper = ''] = readFileSync(join(home, id, 'pid'), 'utf8').split(' ');
      process.kill(Number(wrapper), 'SIGKILL');
      expect(await ended(id)).toMatchObject({ state: 'lost', text: 'so far\n', bootChanged: false });
      writeFileSync(join(home, id, 'boot'), '00000000-0000-0000-0000-000000000000\n');
      expect(look(id)).toMatchObject({ state: 'lost', bootChanged: true });
      writeFileSync(join(home, id, 'boot'), readFileSync('/proc/sys/kernel/random/boot_id'));
      expect(stopped(run(stopCommand(id, false)))).toBe('stopped');
      // A pid that is another process by now.
      writeFileSync(join(home, id, 'pid'), `${String(process.pid)} 1 ${String(process.pid)}\n`);
      expect(stopped(run(stopCommand(id, false)))).toBe('ended');
    });

    it('that were claimed and never started are neither running nor killed', async () => {
      const id = start({ argv: ['true'] });
      await ended(id);
      rmSync(join(home, id, 'pid'));
      rmSync(join(home, id, 'exit'));
      const rows = new Map<string, ListedJob>(ask(jobListProbe).jobs.map((job) => [job.id, job]));
      expect([look(id)?.state, rows.get(id)?.state]).toEqual(['unknown', 'unknown']);
      expect(stopped(run(stopCommand(id, false)))).toBe('ended');
    });

    it('lists what there is, and forgets what ended long ago', async () => {
      const [old, young, running] = [
        start({ argv: ['true'] }),
        start({ argv: ['echo', 'two  words'] }),
        start({ argv: ['sleep', '4717'] }),
      ];
      await Promise.all([ended(old), ended(young)]);
      const longAgo = new Date(Date.now() - 9 * 86_400_000);
      for (const id of [old, running]) utimesSync(join(home, id), longAgo, longAgo);
      const next = start({ argv: ['true'] });
      await ended(next);
      const rows = new Map<string, ListedJob>(ask(jobListProbe).jobs.map((job) => [job.id, job]));
      expect(rows.get(old)).toBeUndefined();
      expect(rows.get(young)).toMatchObject({
        state: 'exited',
        exitCode: 0,
        command: 'echo two words',
        totalBytes: 11,
      });
      expect(rows.get(running)).toMatchObject({ state: 'running' });
      expect(stopped(run(stopCommand(running, false)))).toBe('stopped');
    });

    it('bounds the output and tells so', async () => {
      const id = start({ argv: script('head -c 67108865 /dev/zero; exit 3') });
      expect(await ended(id)).toMatchObject({ exitCode: 3, totalBytes: 67_108_864, loss: 'too_much' });
    }, 30_000);
  });
});

describeWith(
  missing ?? (process.getuid?.() === 0 ? undefined : 'needs root'),
  'a folder of jobs that is not ours',
  () => {
    it.each([
      ['a link', (path: string, elsewhere: string) => symlinkSync(elsewhere, path)],
      ["another user's", (path: string) => execFileSync('install', ['-d', '-o', 'daemon', path])],
    ])('is refused: %s', (_, plant) => {
      const [folder, uid] = [mkdtempSync(join(tmpdir(), 'jetfleet-foreign-')), '54321'];
      const path = `/var/tmp/jetfleet-${uid}`;
      execFileSync('chown', [uid, folder]);
      rmSync(path, { recursive: true, force: true });
      plant(path, folder);
      const { argv } = launchCommand({ id: newId(), argv: ['true'] });
      const said = execFileSync('setpriv', ['--reuid', uid, '--clear-groups', '--', ...argv], {
        encoding: 'utf8',
        cwd: '/',
      });
      expect(said.trim()).toBe('foreign');
      rmSync(path, { recursive: true, force: true });
      rmSync(folder, { recursive: true });
    });
  },
);
