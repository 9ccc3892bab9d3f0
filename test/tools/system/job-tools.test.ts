import { describe, expect, it } from '@jest/globals';
import { launchScript } from '../../../src/core/jobs/scripts.js';
import { maxArgvBytes } from '../../../src/core/command.js';
import { Failure } from '../../../src/core/errors.js';
import { stepText } from '../../../src/core/reply/plan.js';
import type { AwaitedReport } from '../../../src/ports/tool.js';
import { CommandRun } from '../../../tools/system/command_run.js';
import { JobList } from '../../../tools/system/job_list.js';
import { JobOutput } from '../../../tools/system/job_output.js';
import { JobStart } from '../../../tools/system/job_start.js';
import { JobStop } from '../../../tools/system/job_stop.js';
import type { FakeBoard } from '../../fakes/fake-board.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { JobBoard } from './job-board.js';

const id = 'c0ffee0000000001';
const call = fakeCall();
const make = (more: FakeBoard = {}): { jobs: JobBoard; device: FakeDevice } => {
  const jobs = new JobBoard();
  return { jobs, device: new FakeDevice('nano-01', jobs.board(more)) };
};

describe('command_run', () => {
  const tool = new CommandRun();
  const run = async (device: FakeDevice, args: object) => {
    const parsed = tool.spec.input.parse(args);
    const plan = await tool.prepare(parsed, device, call);
    const data = await tool.perform(parsed, plan, device, call);
    return { plan, data: data && tool.spec.output.parse(data) };
  };

  it('leads with the danger, and shows exactly what will run', async () => {
    const { device } = make();
    const args = tool.spec.input.parse({ script: 'rm -rf /x; reboot', sudo: true, cwd: '/srv', timeoutSeconds: 5 });
    const plan = await tool.prepare(args, device, call);
    expect(plan.says).toBe('Restarts the device or switches it off; deletes or overwrites files. Runs it as root.');
    expect(plan.steps.map(stepText)).toEqual([
      `sudo job ${id} in /srv, stopped after 5 s: sh -c 'rm -rf /x; reboot'`,
      `sudo stop job ${id} if the call is cancelled`,
    ]);
    expect(device.ran).toEqual([]);
    expect(plan).toEqual(await tool.prepare(args, device, call));
  });

  it('answers output and exit code, whatever that is', async () => {
    const { device, jobs } = make();
    jobs.outcome = { output: 'no such thing\n', exitCode: 2 };
    const { data } = await run(device, { argv: ['ls', '/x'] });
    expect(data).toEqual({
      job: id,
      state: 'exited',
      exitCode: 2,
      seconds: 10,
      says: 'It ended with exit code 2.',
      output: 'no such thing\n',
    });
    expect(device.ran).toEqual([expect.stringContaining(launchScript)]);
  });

  it('goes on where it is not through within the call, and is settled by its job', async () => {
    const { device, jobs } = make();
    jobs.outcome = { output: 'so far' };
    const { plan, data } = await run(device, { argv: ['sleep', '900'] });
    expect(data).toBeUndefined();
    expect(await tool.settle(plan.awaits, device, call)).toBeUndefined();
    jobs.jobs.set(id, { argv: 'sleep 900', output: 'so far', boot: '00000000-0000-0000-0000-000000000000' });
    expect(await tool.settle(plan.awaits, device, call)).toMatchObject({
      state: 'lost',
      output: 'so far',
      says: expect.stringMatching(/restarted/),
    });
  });

  it.each([
    [{}, /argv or script/],
    [{ argv: ['ls'], script: 'ls' }, /argv or script/],
    [{ argv: ['-rf'] }, /program/],
  ])('refuses %j before anything runs', async (args, why) => {
    const { device } = make();
    await expect(run(device, args)).rejects.toThrow(why);
    expect(device.ran).toEqual([]);
  });

  it.each([
    ['script', { script: `'`.repeat(40_000) }],
    ['argv', { argv: ['echo', ...Array.from({ length: 3 }, () => 'x'.repeat(50_000))] }],
  ])('refuses %s that fits on no command line before anybody is asked', async (field, args) => {
    const { device } = make();
    for (const each of [tool, new JobStart()]) {
      const parsed = tool.spec.input.parse(args);
      await expect(each.prepare(parsed, device, call)).rejects.toMatchObject({
        kind: 'invalid_input',
        message: expect.stringMatching(new RegExp(`^${field} is too long.* ${maxArgvBytes} is the most`)),
        hint: expect.stringContaining('file_write'),
      });
    }
  });

  it('hands hostile words on as the words they are', async () => {
    const { device, jobs } = make();
    const words = ["a' ; reboot", '$(reboot)', '-x', 'a\nb', '--'];
    await run(device, { argv: ['echo', ...words] });
    expect(jobs.jobs.get(id)?.argv).toBe(['echo', ...words].join(' '));
  });

  it.each([
    ['no-folder', /folder/],
    ['foreign', /belongs to somebody else/],
    ['no-room', /no room/],
    ['not-started', /did not confirm/],
    ['<b>anything</b>', /did not confirm/],
  ])('tells why the device did not start it: %s', async (word, why) => {
    const { device, jobs } = make();
    jobs.refuses = word;
    await expect(run(device, { argv: ['true'] })).rejects.toMatchObject({
      kind: 'command_failed',
      message: expect.stringMatching(why),
    });
  });

  it('refuses root where there is none, without running anything', async () => {
    const { device } = make({ sudo: 'none' });
    await expect(run(device, { argv: ['true'], sudo: true })).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(device.ran).toEqual([]);
  });
});

describe('job_start', () => {
  const tool = new JobStart();
  it('starts a job and tells its id', async () => {
    const { device, jobs } = make();
    jobs.outcome = { output: '' };
    const args = tool.spec.input.parse({ argv: ['make', 'all'] });
    const plan = await tool.prepare(args, device, call);
    expect(plan.says).toBe(
      'Installs or removes software. Starts it as a job of the login user that goes on by itself.',
    );
    expect(device.ran).toEqual([]);
    expect(await tool.perform(args, plan, device, call)).toEqual({
      job: id,
      state: 'running',
      seconds: 60,
      says: 'It is running.',
    });
  });

  it('does not start it a second time, and tells of the first', async () => {
    const { device, jobs } = make();
    jobs.jobs.set(id, { argv: 'make all', output: '', exitCode: 0 });
    const args = tool.spec.input.parse({ argv: ['make', 'all'] });
    expect(await tool.perform(args, await tool.prepare(args, device, call), device, call)).toMatchObject({
      state: 'exited',
    });
  });

  it('is off unless the policy names it', () =>
    expect([tool.spec.offByDefault, new CommandRun().spec.offByDefault]).toEqual([true, true]));
});

describe('job_output', () => {
  const tool = new JobOutput();
  const read = async (device: FakeDevice, args: object, awaited?: AwaitedReport) =>
    tool.spec.output.parse(
      await tool.read(tool.spec.input.parse({ job: id, ...args }), device, {
        ...call,
        awaited: () => Promise.resolve(awaited),
      }),
    );

  it('reads the end, and on from a cursor', async () => {
    const { device, jobs } = make();
    jobs.jobs.set(id, { argv: 'x', output: 'a'.repeat(5000) });
    expect(await read(device, {})).toMatchObject({
      state: 'running',
      after: 5000,
      totalBytes: 5000,
      output: 'a'.repeat(3500),
    });
    expect(await read(device, { after: 4990 })).toMatchObject({ output: 'a'.repeat(10), after: 5000 });
    expect(await read(device, { after: 9999 })).toMatchObject({ output: '', after: 5000 });
  });

  it('tells how a change without a job stands, also while the device is away', async () => {
    const { device } = make({ failing: new Failure('unreachable', 'gone') });
    const report = { tool: 'system_reboot', startedAtMs: Date.UTC(2026, 10, 20), state: 'awaiting' } as const;
    expect(await read(device, {}, report)).toEqual({
      job: id,
      state: 'waiting',
      startedAt: '2026-11-20T00:00:00.000Z',
      says: 'system_reboot is not finished: the device is being watched. Ask again in a while.',
    });
    expect(await read(device, {}, { ...report, state: 'ended', outcome: { data: { rebooted: true } } })).toMatchObject({
      state: 'done',
      outcome: { rebooted: true },
    });
    const failure = { kind: 'timeout' as const, message: 'Not seen.', hint: 'Go there.' };
    expect(await read(device, {}, { ...report, state: 'ended', outcome: { failure } })).toMatchObject({
      state: 'failed',
      says: 'system_reboot failed. Not seen. Go there.',
    });
    expect(await read(device, {}, { ...report, tool: 'command_run' })).toMatchObject({ state: 'waiting' });
  });

  it.each(['ai_launch', 'ai_scale', 'container_run', 'compose_up', 'image_pull', 'model_pull'])(
    'gives what the job of an ended %s printed, below its outcome',
    async (name) => {
      const { device, jobs } = make();
      jobs.jobs.set(id, { argv: 'docker pull x', output: 'Pulling fs layer', exitCode: 1 });
      const report = { tool: name, startedAtMs: 0, state: 'awaiting' } as const;
      expect(await read(device, {}, report)).not.toHaveProperty('output');
      const failure = { kind: 'command_failed' as const, message: 'It died.' };
      expect(await read(device, {}, { ...report, state: 'ended', outcome: { failure } })).toMatchObject({
        state: 'failed',
        says: `${name} failed. It died.`,
        output: 'Pulling fs layer',
        exitCode: 1,
        after: 16,
      });
      const ended = { ...report, state: 'ended', outcome: { data: { name: 'x' } } } as const;
      expect(await read(device, {}, ended)).toMatchObject({ outcome: { name: 'x' }, output: 'Pulling fs layer' });
      jobs.jobs.clear();
      expect(await read(device, {}, ended)).not.toHaveProperty('output');
    },
  );

  it('fails as the device does where nothing else is known, and tells of no job', async () => {
    await expect(read(make({ failing: new Failure('unreachable', 'gone') }).device, {})).rejects.toThrow('gone');
    await expect(read(make().device, {})).rejects.toThrow(/no job/);
  });

  it.each(['', '../../etc/passwd', 'c0ffee000000001', 'C0FFEE0000000001', 'c0ffee0000000001\n'])(
    'refuses the id %j',
    (job) => expect(tool.spec.input.safeParse({ job }).success).toBe(false),
  );
});

describe('job_list', () => {
  it('lists jobs and hostile commands as data, and says what it may not see', async () => {
    const tool = new JobList();
    const { device, jobs } = make({ sudo: 'none' });
    jobs.jobs.set(id, { argv: 'sh -c a|b|stop', output: '' });
    jobs.jobs.set('c0ffee0000000002', { argv: '\u001b[2Jx', output: '', exitCode: 1, ended: 'late' });
    const list = tool.spec.output.parse(await tool.read(tool.spec.input.parse({}), device, call));
    expect(list).toMatchObject({
      total: 2,
      running: 1,
      jobs: [
        { job: id, state: 'running', command: 'sh -c a|b|stop' },
        { state: 'timed_out', exitCode: 1, command: 'x' },
      ],
      notRead: [{ what: "root's jobs" }],
    });
  });
});

describe('job_stop', () => {
  const tool = new JobStop();
  const args = { job: id };

  it('stops a job and proves it', async () => {
    const { device, jobs } = make();
    jobs.jobs.set(id, { argv: 'x', output: '' });
    const plan = await tool.prepare(args, device, call);
    expect(plan.steps.map(stepText)).toEqual([`stop job ${id}`]);
    expect(device.ran).toEqual([]);
    expect(await tool.perform(args, plan, device, call)).toMatchObject({ state: 'stopped', exitCode: 143 });
  });

  it('has nothing to do for one that has ended, and no such job', async () => {
    const { device, jobs } = make();
    jobs.jobs.set(id, { argv: 'x', output: '', exitCode: 0 });
    const plan = await tool.prepare(args, device, call);
    expect(plan).toMatchObject({ steps: [], says: 'There is nothing to stop. It ended with exit code 0.' });
    expect(await tool.perform(args, plan, device, call)).toMatchObject({ state: 'exited' });
    jobs.jobs.clear();
    await expect(tool.prepare(args, device, call)).rejects.toThrow(/no job/);
  });

  it('tells that something survived', async () => {
    const { device, jobs } = make();
    jobs.jobs.set(id, { argv: 'x', output: '' });
    jobs.stopSays = 'survives';
    const plan = await tool.prepare(args, device, call);
    await expect(tool.perform(args, plan, device, call)).rejects.toMatchObject({
      kind: 'command_failed',
      message: expect.stringMatching(/still there after KILL/),
    });
  });
});
