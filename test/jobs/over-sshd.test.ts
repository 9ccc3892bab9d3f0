import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { launchCommand, launched, stopCommand, stopped, type JobStart } from '../../src/core/jobs/job-commands.js';
import { jobListProbe, jobProbe, type JobReport } from '../../src/core/jobs/job-probe.js';
import { describeWith } from '../setup/suite.js';
import { sshdUnavailable } from '../setup/sshd.js';
import { CommandRun } from '../../tools/system/command_run.js';
import { JobOutput } from '../../tools/system/job_output.js';
import { JobStart as JobStartTool } from '../../tools/system/job_start.js';
import { JobStop } from '../../tools/system/job_stop.js';
import { fakeCall } from '../fakes/fake-device.js';
import { failureOf, never, rig, type Rig } from '../adapters/ssh/rig.js';

const rights = 'nopasswd' as const;

describeWith(sshdUnavailable({ rights }), 'jobs over a real sshd', () => {
  let the: Rig;
  const used: string[] = [];
  beforeAll(async () => {
    the = await rig({ rights });
  });
  afterAll(async () => {
    const home = Number(execFileSync('id', ['-u', the.server.user], { encoding: 'utf8' }));
    for (const id of used)
      for (const uid of [0, home]) rmSync(`/var/tmp/jetfleet-${String(uid)}/${id}`, { recursive: true, force: true });
    await the.stop();
  });

  const newId = (): string => {
    const id = randomBytes(8).toString('hex');
    used.push(id);
    return id;
  };
  const sh = (text: string): JobStart['argv'] => ['sh', '-c', text];
  const start = async (more: Omit<JobStart, 'id'>, id = newId()): Promise<string> => {
    expect(launched(await the.device.run(launchCommand({ ...more, id }), never()))).toBe('started');
    return id;
  };
  const look = (id: string, asRoot = false): Promise<JobReport | undefined> =>
    the.device.ask(jobProbe({ id, asRoot, from: 0, maxBytes: 4000 }), never());
  const until = async (id: string, wanted: (job: JobReport) => boolean, asRoot = false): Promise<JobReport> => {
    for (;;) {
      const job = await look(id, asRoot);
      if (job && wanted(job)) return job;
    }
  };
  const ended = (id: string, asRoot = false): Promise<JobReport> =>
    until(id, ({ state }) => state !== 'running' && state !== 'unknown', asRoot);
  const callOf = (id: string) => ({ ...fakeCall(Date.now()), changeId: id });

  it('the channel closes at once, and the job goes on', async () => {
    const id = await start({ argv: sh('echo up; sleep 4801; echo never') });
    const job = await until(id, ({ text }) => text === 'up\n');
    expect(job.state).toBe('running');
    expect(stopped(await the.device.run(stopCommand(id, false), never()))).toBe('stopped');
    expect(await look(id)).toMatchObject({ state: 'stopped', exitCode: 143 });
  });

  it('of command_run is stopped, with all it started, where the client takes the call back', async () => {
    const [tool, id] = [new CommandRun(), newId()];
    const mark = `/tmp/jetfleet-withdrawn-${id}`;
    const args = tool.spec.input.parse({ script: `sleep 4803 & sleep 3; touch ${mark}` });
    const plan = await tool.prepare(args, the.device, callOf(id));
    expect(await tool.perform(args, plan, the.device, callOf(id))).toBeUndefined();
    await tool.withdraw(plan, the.device, callOf(id));
    expect(await tool.settle(plan.awaits, the.device, callOf(id))).toMatchObject({ state: 'stopped' });
    expect(the.server.running().filter(({ argv }) => argv.includes('4803'))).toEqual([]);
    expect(existsSync(mark)).toBe(false);
  });

  it('survives its link, and the server that was cut with all its processes', async () => {
    const id = await start({ argv: sh('for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; sleep 0.1; done; exit 9') });
    the.server.cut();
    await the.server.restart();
    expect(await ended(id)).toMatchObject({ state: 'exited', exitCode: 9, text: '1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n' });
  });

  it('one of many launches at once runs, on many channels', async () => {
    const [id, mark] = [newId(), `/tmp/jetfleet-once-${newId()}`];
    const command = launchCommand({ id, argv: sh(`echo ran >>${mark}`) });
    const words = await Promise.all(
      Array.from({ length: 6 }, async () => launched(await the.device.run(command, never()))),
    );
    expect(words.filter((word) => word === 'started')).toHaveLength(1);
    expect(await ended(id)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(mark, 'utf8')).toBe('ran\n');
    rmSync(mark);
  });

  it("root's jobs are apart, and only root stops them", async () => {
    const id = await start({ argv: sh('id -u; sleep 4802'), sudo: true, stdin: '' });
    await until(id, ({ text }) => text === '0\n', true);
    expect(await look(id)).toBeUndefined();
    expect((await the.device.ask(jobListProbe, never())).jobs).toContainEqual(
      expect.objectContaining({ id, asRoot: true, state: 'running' }),
    );
    expect((await failureOf(the.device.run(stopCommand(id, false), never()).then(stopped))).message).toMatch(/no job/);
    const [tool, call] = [new JobStop(), fakeCall(Date.now())];
    const plan = await tool.prepare({ job: id }, the.device, call);
    expect(plan.says).toBe(`Stops job ${id}, which runs as root, with every process it started.`);
    expect(await tool.perform({ job: id }, plan, the.device, call)).toMatchObject({ state: 'stopped', exitCode: 143 });
  });

  it('an interrupted client leaves the job to be found by its id', async () => {
    const id = newId();
    const gone = new AbortController();
    const run = the.device.run(launchCommand({ id, argv: sh('echo here; exit 4') }), gone.signal);
    const outcome = run.then(launched, () => 'gone');
    await new Promise((resolve) => setTimeout(resolve, 15));
    gone.abort();
    const word = await outcome;
    // Whichever came first: it was claimed and runs, or it never was. Never twice, never half.
    const job = await look(id);
    if (job === undefined) expect(word).toBe('gone');
    else expect(await ended(id)).toMatchObject({ exitCode: 4, text: 'here\n' });
  });

  it('is lost when its wrapper is killed, and what it said is kept', async () => {
    const id = await start({ argv: sh('echo part; sleep 4803') });
    await until(id, ({ text }) => text === 'part\n');
    const uid = execFileSync('id', ['-u', the.server.user], { encoding: 'utf8' }).trim();
    const [pid = ''] = readFileSync(`/var/tmp/jetfleet-${uid}/${id}/pid`, 'utf8').split(' ');
    process.kill(Number(pid), 'SIGKILL');
    expect(await ended(id)).toMatchObject({ state: 'lost', text: 'part\n' });
    expect(stopped(await the.device.run(stopCommand(id, false), never()))).toBe('stopped');
  });

  it('command_run answers output and exit code, head and tail of a long one', async () => {
    const [tool, id] = [new CommandRun(), newId()];
    const run = async (args: object): ReturnType<CommandRun['perform']> => {
      const call = callOf(newId());
      const parsed = tool.spec.input.parse(args);
      const plan = await tool.prepare(parsed, the.device, call);
      const data =
        (await tool.perform(parsed, plan, the.device, call)) ?? (await tool.settle(plan.awaits, the.device, call));
      return data && tool.spec.output.parse(data);
    };
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(await run({ script: 'cat; echo bad >&2; exit 3', stdin: 'in ' })).toMatchObject({
      exitCode: 3,
      output: 'in bad\n',
    });
    expect(await run({ argv: ['seq', '600'] })).toMatchObject({ output: expect.stringMatching(/^1\n2\n[^]*\n600\n$/) });
    const long = await run({ argv: ['seq', '100000'] });
    expect(long).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/^1\n2\n/),
      lastOutput: expect.stringMatching(/\n100000\n$/),
    });
    expect((long?.output.length ?? 0) + (long?.lastOutput?.length ?? 0) + (long?.omittedBytes ?? 0)).toBe(588_895);
    expect(await run({ argv: ['sleep', '4804'], timeoutSeconds: 1 })).toMatchObject({
      state: 'timed_out',
      exitCode: 143,
    });
  }, 20_000);

  it('job_start and job_output read a job from end to end by its cursor', async () => {
    const [starts, reads, id] = [new JobStartTool(), new JobOutput(), newId()];
    const args = starts.spec.input.parse({
      script: 'for i in 1 2 3; do echo "zeile ü $i"; sleep 0.2; done',
      sudo: true,
    });
    const plan = await starts.prepare(args, the.device, callOf(id));
    expect(await starts.perform(args, plan, the.device, callOf(id))).toMatchObject({ job: id });
    let [after, text, state] = [0, '', ''];
    while (state !== 'exited') {
      const piece = await reads.read(reads.spec.input.parse({ job: id, after, maxBytes: 16 }), the.device, callOf(id));
      text += piece.output ?? '';
      after = piece.after ?? after;
      state = piece.after === piece.totalBytes ? piece.state : '';
    }
    expect(text).toBe('zeile ü 1\nzeile ü 2\nzeile ü 3\n');
  }, 20_000);
});
