import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DockerExec, DockerPiece } from '../../src/core/docker/request.js';
import { failureOf, never } from '../adapters/ssh/rig.js';
import { busybox, engineHostUnavailable, startEngineHost, type EngineHost } from '../setup/engine-host.js';
import { processesWith, until } from '../setup/processes.js';
import { describeWith } from '../setup/suite.js';

const exec = (...argv: [string, ...string[]]): DockerExec => ({ docker: 'exec', container: 'web', argv });
const sh = (script: string): DockerExec => exec('sh', '-c', script);

describeWith(engineHostUnavailable(), 'programs in containers', () => {
  let host: EngineHost;
  const { docker } = { docker: () => host.device.docker };
  beforeAll(async () => {
    host = await startEngineHost();
    await host.engine.docker(['run', '-d', '--name', 'web', busybox, '/bin/sleep', '100000']);
  }, 60_000);
  afterAll(() => host.stop());

  it('gives both streams, the exit code, and each line as it comes', async () => {
    const pieces: DockerPiece[] = [];
    const result = await docker().exec(sh('echo a; echo b >&2; printf c; exit 7'), never(), (piece) =>
      pieces.push(piece),
    );
    expect(result).toEqual({ exitCode: 7, stdout: 'a\nc', stderr: 'b\n', truncated: false });
    expect(pieces).toHaveLength(3);
    expect(pieces).toEqual(
      expect.arrayContaining([
        { from: 'stdout', text: 'a' },
        { from: 'stderr', text: 'b' },
        { from: 'stdout', text: 'c' },
      ]),
    );
  });

  it('hears lines before the program ends', async () => {
    const leaving = new AbortController();
    const running = docker().exec(sh('echo first; sleep 1000'), leaving.signal, () => leaving.abort());
    expect(await failureOf(running)).toMatchObject({ kind: 'cancelled' });
  });

  it('takes words as they are, with user and folder', async () => {
    const words = exec('echo', '$HOME', "it's", '"a b"', '');
    expect(await docker().exec(words, never())).toMatchObject({ stdout: '$HOME it\'s "a b" \n' });
    const other = { ...sh('id -u; pwd'), user: '1000', cwd: '/tmp' };
    expect(await docker().exec(other, never())).toMatchObject({ exitCode: 0, stdout: '1000\n/tmp\n' });
  });

  it('keeps the first bytes of much, and lets the program end', async () => {
    const much = { ...sh('seq 100000; exit 4'), maxOutputBytes: 6 };
    expect(await docker().exec(much, never())).toEqual({
      exitCode: 4,
      stdout: '1\n2\n3\n',
      stderr: '',
      truncated: true,
    });
  });

  it('waits for a program that closes its output', async () => {
    const quiet = sh('exec >/dev/null 2>&1; sleep 1; exit 5');
    expect(await docker().exec(quiet, never())).toMatchObject({ exitCode: 5 });
  });

  it('says why nothing could be run', async () => {
    expect(await failureOf(docker().exec(exec('no-such-program'), never()))).toMatchObject({
      message: expect.stringMatching(/no such program/),
    });
    const nobody = { ...exec('true'), container: 'nobody' };
    expect(await failureOf(docker().exec(nobody, never()))).toMatchObject({
      kind: 'invalid_input',
      message: expect.stringMatching(/no container/),
    });
    await host.engine.docker(['create', '--name', 'stopped', busybox, '/bin/true']);
    const stopped = { ...exec('true'), container: 'stopped' };
    expect(await failureOf(docker().exec(stopped, never()))).toMatchObject({
      message: expect.stringMatching(/does not run/),
    });
  });

  it('kills the program and its children on abort, and no others', async () => {
    const leaving = new AbortController();
    const script = 'sleep 7771 & (trap "" TERM; sleep 7772; sleep 7773) & echo up; wait';
    const other = docker().exec(sh('sleep 7774'), never());
    const running = docker().exec(sh(script), leaving.signal, () => leaving.abort());
    const failure = await failureOf(running);
    expect(failure).toMatchObject({ kind: 'cancelled', retry: 'check_first' });
    expect(failure.message).toMatch(/It was stopped, with every process/);
    for (const seconds of ['7771', '7772', '7773']) expect(processesWith(seconds)).toEqual([]);
    await until(() => processesWith('7774').length > 0);
    for (const { pid } of processesWith('7774')) process.kill(pid);
    expect(await other).toMatchObject({ exitCode: 143 });
  });
});
