import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/core/errors.js';
import type { Command } from '../../../src/core/command.js';
import { CommandRun } from '../../../tools/system/command_run.js';
import { JobList } from '../../../tools/system/job_list.js';
import { JobOutput } from '../../../tools/system/job_output.js';
import { JobStart } from '../../../tools/system/job_start.js';
import { JobStop } from '../../../tools/system/job_stop.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { JobBoard } from './job-board.js';

const id = 'c0ffee0000000001';
const look = fakeCall();
/** Long enough after the launch for it to have arrived. */
const later = { ...look, beganAgoMs: 60_000, reachedForMs: 40_000 };

/** A device on which a launch was sent, whose answer nobody saw. */
async function sent(tool: CommandRun | JobStart, sudo = false) {
  const jobs = new JobBoard();
  const device = new FakeDevice('nano-01', jobs.board());
  const args = { ...tool.spec.input.parse({ argv: ['make'], sudo }), timeoutSeconds: 86_400 };
  const { awaits } = await tool.prepare(args, device, look);
  return { jobs, device, awaits, settle: (at = look) => tool.settle(awaits, device, at) };
}
const tools = [new CommandRun(), new JobStart()].map((tool) => [tool.spec.name, tool] as const);

describe.each(tools)('the launch of %s that nobody saw arrive', (_, tool) => {
  it('is waited for while it may be under way, and then known not to have been', async () => {
    const { settle } = await sent(tool);
    expect(await settle()).toBeUndefined();
    // The device was away until just now: what was on its way may come yet.
    expect(await settle({ ...look, beganAgoMs: 60_000, reachedForMs: 20_000 })).toBeUndefined();
    await expect(settle(later)).rejects.toMatchObject({
      kind: 'command_failed',
      message: 'The device has no job of this id: the command was not started.',
      hint: expect.stringContaining('Nothing ran.'),
    });
  });

  it('is not told as never started where its job may have been removed since', async () => {
    const { settle } = await sent(tool);
    await expect(settle({ ...later, beganAgoMs: 8 * 86_400_000 })).rejects.toMatchObject({
      message: expect.stringContaining('is not known'),
      hint: expect.not.stringContaining('Nothing ran'),
    });
  });

  it('is not known, and never told as absent, where root cannot be looked at any more', async () => {
    const { device, settle, awaits } = await sent(tool, true);
    device.board = { ...device.board, sudo: 'none' };
    for (const at of [look, later, { ...later, beganAgoMs: 8 * 86_400_000 }]) expect(await settle(at)).toBeUndefined();
    expect(JSON.stringify(awaits.overdue)).not.toMatch(/not started|Nothing ran/);
  });

  it('is not known either where the device gives half an answer, or sudo is refused beside it', async () => {
    const { device, settle } = await sent(tool, true);
    const board = device.board;
    device.board = { ...board, programs: { sh: () => ({ text: 'found yes\n' }) } };
    expect(await settle(later)).toBeUndefined();
    device.board = { ...board, programs: { sh: () => ({ text: '', exitCode: 1 }) } };
    expect(await settle(later)).toBeUndefined();
    device.board = { ...board, failing: new Failure('not_allowed', 'sudo refused the password.') };
    expect(await settle(later)).toBeUndefined();
  });

  it('that was claimed and never started is told so, not as running or killed', async () => {
    const { jobs, settle } = await sent(tool);
    jobs.jobs.set(id, { argv: 'make', output: '', claimed: true });
    expect(await settle()).toBeUndefined();
    await expect(settle(later)).rejects.toMatchObject({
      kind: 'command_failed',
      message: expect.stringContaining('no sign that the command was started'),
      retry: 'check_first',
    });
    jobs.jobs.set(id, { argv: 'make', output: '', exitCode: 0 });
    expect(await settle()).toMatchObject({ state: 'exited', exitCode: 0 });
  });
});

describe('job_start as root', () => {
  it('says at the end that nobody could look as root', async () => {
    const { awaits } = await sent(new JobStart(), true);
    expect(awaits.overdue.message).toBe(
      'Whether the command was started is not known: jetfleet could not look at the job as root.',
    );
  });
});

describe('command_run as root', () => {
  it('goes on where root cannot be looked at right after the launch', async () => {
    const tool = new CommandRun();
    const { jobs, device } = await sent(tool, true);
    const args = tool.spec.input.parse({ argv: ['make'], sudo: true });
    const plan = await tool.prepare(args, device, look);
    const sh = device.board.programs?.['sh'];
    device.board = {
      ...device.board,
      programs: {
        sh: (command: Command) => {
          device.board = { ...device.board, sudo: 'none' };
          return sh?.(command) ?? { text: '' };
        },
      },
    };
    expect(await tool.perform(args, plan, device, look)).toBeUndefined();
    expect(jobs.jobs.size).toBe(1);
  });
});

describe('a job that was claimed and not started', () => {
  const board = () => {
    const jobs = new JobBoard();
    jobs.jobs.set(id, { argv: 'make', output: '', claimed: true });
    return { jobs, device: new FakeDevice('nano-01', jobs.board({ runs: { 'id -u': { text: '0' } } })) };
  };

  it('is listed, read and stopped as that', async () => {
    const { jobs, device } = board();
    const [list, output, stop] = [new JobList(), new JobOutput(), new JobStop()];
    expect(await list.read({ limit: 20 }, device, look)).toMatchObject({ running: 0, jobs: [{ state: 'unknown' }] });
    expect(await output.read(output.spec.input.parse({ job: id }), device, look)).toMatchObject({
      state: 'unknown',
      says: expect.stringContaining('claimed'),
    });
    // Its start may be under way.
    expect((await stop.prepare({ job: id }, device, look)).steps).toHaveLength(1);
    jobs.jobs.set(id, { argv: 'make', output: '', claimed: true, boot: '00000000-0000-0000-0000-000000000000' });
    expect((await stop.prepare({ job: id }, device, look)).steps).toEqual([]);
  });
});

describe("a job that may be root's", () => {
  it.each(['job_output', 'job_stop'])('is not told as absent by %s where nobody can look as root', async (name) => {
    const device = new FakeDevice('nano-01', new JobBoard().board({ sudo: 'none' }));
    const output = new JobOutput();
    const asked =
      name === 'job_stop'
        ? new JobStop().prepare({ job: id }, device, look)
        : output.read(output.spec.input.parse({ job: id }), device, look);
    await expect(asked).rejects.toMatchObject({
      kind: 'not_allowed',
      message: expect.stringContaining('could not look as root'),
    });
  });
});

describe('job_list', () => {
  it('shows as many as were asked for, and counts all', async () => {
    const jobs = new JobBoard();
    for (const n of [1, 2, 3]) jobs.jobs.set(`c0ffee000000000${n}`, { argv: 'x', output: '', exitCode: 0 });
    const device = new FakeDevice('nano-01', jobs.board({ runs: { 'id -u': { text: '0' } } }));
    const tool = new JobList();
    const list = await tool.read(tool.spec.input.parse({ limit: 2 }), device, look);
    expect([list.total, list.jobs.length]).toEqual([3, 2]);
    for (const limit of [0, 101, 1.5]) expect(tool.spec.input.safeParse({ limit }).success).toBe(false);
  });
});
