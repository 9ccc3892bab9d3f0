import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import { Failure } from '../../../src/core/errors.js';
import type { ChangeTool, Prepared } from '../../../src/ports/tool.js';
import { CommandRun } from '../../../tools/system/command_run.js';
import { FileWrite } from '../../../tools/system/file_write.js';
import { JobList } from '../../../tools/system/job_list.js';
import { JobOutput } from '../../../tools/system/job_output.js';
import { JobStart } from '../../../tools/system/job_start.js';
import { JobStop } from '../../../tools/system/job_stop.js';
import { ServiceControl } from '../../../tools/system/service_control.js';
import { SystemReboot } from '../../../tools/system/system_reboot.js';
import { SystemShutdown } from '../../../tools/system/system_shutdown.js';
import { sshFleetFor } from '../../adapters/simulator/ssh-fleet.js';
import { fakeCall } from '../../fakes/fake-device.js';

const away: readonly string[] = ['unreachable', 'timeout', 'auth_failed'];

describe('the system tools on simulated boards, over SSH', () => {
  let sim: Simulator;
  let fleet: SshFleet;
  let changes = 0;
  beforeAll(async () => {
    const devices = ['one', 'two', 'three'].map((name) => ({
      name,
      board: 'orin-nano-super' as const,
      login: 'ops' as const,
    }));
    sim = await startSimulator({ devices, downMs: 100, seed: 'system-changes' });
    fleet = sshFleetFor(sim);
  });
  afterAll(async () => {
    await fleet.close();
    await sim.close();
  });

  const newCall = (): ReturnType<typeof fakeCall> => ({
    ...fakeCall(Date.now()),
    changeId: (changes += 1).toString(16).padStart(16, '0'),
  });

  /** Plans, carries out and awaits a change, as the runner does. */
  async function carriedOut(
    tool: unknown,
    name: string,
    asked: object,
    call = newCall(),
  ): Promise<{ plan: Prepared; data: unknown }> {
    const change = tool as ChangeTool;
    const [args, device] = [change.spec.input.parse(asked), fleet.device(name)];
    const plan = await change.prepare(args, device, call);
    let data: unknown = await change.perform(args, plan, device, call);
    for (let looks = 0; data === undefined && looks < 200; looks += 1) {
      try {
        data = plan.awaits && (await change.settle?.(plan.awaits, device, call));
      } catch (error) {
        if (!(error instanceof Failure) || !away.includes(error.kind)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { plan, data: change.spec.output.parse(data) };
  }

  it('run a command and tell its exit code', async () => {
    expect((await carriedOut(new CommandRun(), 'one', { argv: ['nvpmodel', '-q'] })).data).toMatchObject({
      state: 'exited',
      exitCode: 0,
    });
  });

  it('start a job, read it, list it, and stop it', async () => {
    const call = newCall();
    const device = fleet.device('one');
    await carriedOut(new JobStart(), 'one', { argv: ['sleep', '600'] }, call);
    const [reads, lists] = [new JobOutput(), new JobList()];
    const ask = () => reads.read(reads.spec.input.parse({ job: call.changeId }), device, call);
    expect(await ask()).toMatchObject({ state: 'running' });
    const { jobs } = await lists.read(lists.spec.input.parse({}), device, call);
    expect(jobs).toContainEqual(
      expect.objectContaining({ job: call.changeId, state: 'running', command: 'sleep 600' }),
    );
    expect((await carriedOut(new JobStop(), 'one', { job: call.changeId })).data).toMatchObject({ state: 'stopped' });
    expect(await ask()).toMatchObject({ state: 'stopped' });
  });

  it('restart a service and see it stay up', async () => {
    const { plan, data } = await carriedOut(new ServiceControl(10), 'one', { unit: 'docker', action: 'restart' });
    expect(plan.says).toMatch(/^Restarts docker.service/);
    expect(data).toMatchObject({ unit: 'docker.service', active: 'active', says: 'It is up and stayed up.' });
  });

  it('write a file as root, once', async () => {
    const args = { path: '/etc/jetfleet-test.conf', text: 'a=1\n', sudo: true };
    expect((await carriedOut(new FileWrite(), 'one', args)).data).toMatchObject({ sizeBytes: 4 });
    expect((await carriedOut(new FileWrite(), 'one', args)).plan.steps).toEqual([]);
  });

  it('restart a board: another boot, and its jobs are lost', async () => {
    const call = newCall();
    await carriedOut(new JobStart(), 'two', { argv: ['sleep', '600'] }, call);
    const { plan, data } = await carriedOut(new SystemReboot(), 'two', {});
    expect(plan.says).toMatch(/1 job of jetfleet/);
    expect(data).toMatchObject({ rebooted: true, bootIdBefore: plan.basis?.['bootId'] });
    const reads = new JobOutput();
    const job = await reads.read(reads.spec.input.parse({ job: call.changeId }), fleet.device('two'), call);
    expect(job).toMatchObject({ state: 'lost', says: expect.stringMatching(/restarted/) });
  });

  it('switch a board off: it can no longer be reached', async () => {
    expect((await carriedOut(new SystemShutdown(20), 'three', {})).data).toMatchObject({ off: true });
    await expect(fleet.device('three').sudoKind(newCall().signal)).rejects.toMatchObject({ kind: 'unreachable' });
  });
});
