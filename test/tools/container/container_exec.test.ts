import { describe, expect, it } from '@jest/globals';
import { ContainerExec } from '../../../tools/container/container_exec.js';
import type { DockerExecResult } from '../../../src/core/docker/request.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { inspectJson } from './answers.js';

const tool = new ContainerExec();

function deviceWith(
  execs: Readonly<Record<string, Partial<DockerExecResult>>>,
  more: Readonly<Record<string, unknown>> = {},
) {
  return new FakeDevice('nano', {
    docker: { answers: { '/containers/web/json': inspectJson(1, 'web', more) }, execs },
  });
}

async function ran(args: object, device: FakeDevice, call = fakeCall()) {
  const parsed = tool.spec.input.parse({ container: 'web', ...args });
  const plan = await tool.prepare(parsed, device, call);
  return { plan, data: tool.spec.output.parse(await tool.perform(parsed, plan, device, call)) };
}

describe('container_exec', () => {
  it('is off until a rule of the policy names it', () => expect(tool.spec.offByDefault).toBe(true));

  it('runs the very argv, and an exit code is an answer', async () => {
    const device = deviceWith({ 'web: sh -c exit 3; $(id)': { exitCode: 3, stdout: 'out\n', stderr: 'err\n' } });
    const call = fakeCall();
    const { plan, data } = await ran(
      { argv: ['sh', '-c', 'exit 3; $(id)'], user: '1000:1000', cwd: '/work' },
      device,
      call,
    );
    expect(plan).toMatchObject({
      steps: [
        { docker: 'exec', container: 'web', argv: ['sh', '-c', 'exit 3; $(id)'], user: '1000:1000', cwd: '/work' },
      ],
      resolved: { container: { is: 'web' } },
      awaits: { outlives: true, patienceMs: 300_000 },
    });
    expect(data).toEqual({ exitCode: 3, seconds: 0, stdout: 'out\n', stderr: 'err\n' });
    expect(call.messages).toEqual(['out']);
    expect(device.docker.sent).toEqual(plan.steps);
  });

  it('says what the program may do, and what the container reaches', async () => {
    const more = { HostConfig: { Privileged: true } };
    const parsed = tool.spec.input.parse({ container: 'web', argv: ['rm', '-rf', '/data'] });
    const { says } = await tool.prepare(parsed, deviceWith({}, more), fakeCall());
    expect(says).toMatch(
      /eletes.*Runs it in container web as the container's own user\..*reaches the device itself \(privileged\)/,
    );
  });

  it('shows beginning and end of a long output, without what hides in it', async () => {
    const stdout = `begin\u001b[31m\u202e${'x'.repeat(20_000)}end`;
    const { data } = await ran({ argv: ['cat'] }, deviceWith({ 'web: cat': { stdout, truncated: true } }));
    expect(data.stdout.length).toBeLessThan(3200);
    expect(data.stdout).toMatch(/^beginx+\n\[\.\.\. 17008 characters left out \.\.\.\]\nx+end$/);
    expect(data.truncated).toBe(true);
  });

  it.each([
    [{ State: { Status: 'exited', Running: false } }, ['ls'], 'unsupported'],
    [{}, [''], 'invalid_input'],
    [{}, ['a\0b'], 'invalid_input'],
  ])('refuses %j %j', async (more, argv, kind) => {
    const device = deviceWith({}, more);
    const parsed = tool.spec.input.parse({ container: 'web', argv });
    await expect(tool.prepare(parsed, device, fakeCall())).rejects.toMatchObject({ kind });
    expect(device.docker.sent).toEqual([]);
  });

  it.each([
    { user: '-u root' },
    { user: 'a b' },
    { cwd: 'tmp' },
    { cwd: '/a\nb' },
    { container: '--privileged' },
    { argv: [] },
  ])('refuses %j', (bad) =>
    expect(tool.spec.input.safeParse({ container: 'web', argv: ['ls'], ...bad }).success).toBe(false),
  );

  it('does not claim to know the end where its server is gone', async () =>
    expect(tool.settle()).rejects.toMatchObject({ kind: 'command_failed', retry: 'check_first' }));
});
