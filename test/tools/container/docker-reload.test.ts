import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { daemonJsonWith } from '../../../src/core/docker/daemon-json.js';
import { daemonInfoQuestion } from '../../../src/core/docker/setup-info.js';
import { dockerUnavailable, startDocker, type TestDocker } from '../../setup/docker.js';
import { describeWith } from '../../setup/suite.js';

describeWith(dockerUnavailable(), 'settings that docker_setup writes, in a real daemon', () => {
  let engine: TestDocker;
  beforeAll(async () => {
    engine = await startDocker();
  });
  afterAll(() => engine.stop());

  const info = async () =>
    daemonInfoQuestion.parse(JSON.parse(await engine.docker(['info', '--format', '{{json .}}'])));
  const file = (): string => join(engine.folder, 'daemon.json');

  it('are taken without a restart where they only name runtimes', async () => {
    expect(await info()).toMatchObject({
      nvidiaRuntime: false,
      defaultRuntime: 'runc',
      liveRestore: false,
      running: 0,
    });
    const wants = { nvidiaRuntime: true, defaultRuntime: 'nvidia' as const };
    const { text, takes } = daemonJsonWith(readFileSync(file(), 'utf8'), wants);
    expect(takes).toBe('reload');
    writeFileSync(file(), text);
    const daemon = execFileSync('pgrep', ['-f', `^dockerd .*${engine.folder}`], { encoding: 'utf8' }).trim();
    execFileSync('kill', ['-HUP', daemon]);
    let seen = await info();
    while (!seen.nvidiaRuntime || seen.defaultRuntime !== 'nvidia') seen = await info();
    expect(execFileSync('pgrep', ['-f', `^dockerd .*${engine.folder}`], { encoding: 'utf8' }).trim()).toBe(daemon);
  });

  it('are settings that the daemon starts with', async () => {
    const { text, takes } = daemonJsonWith('{"debug":true}', { nvidiaRuntime: true, logMaxMb: 10 });
    expect(takes).toBe('restart');
    const another = await startDocker({ dockerGroup: [], daemonJson: JSON.parse(text) as Record<string, unknown> });
    try {
      const told = JSON.parse(await another.docker(['info', '--format', '{{json .}}'])) as unknown;
      expect(daemonInfoQuestion.parse(told)).toMatchObject({ nvidiaRuntime: true, defaultRuntime: 'runc' });
      expect(told).toMatchObject({ LoggingDriver: 'json-file', Debug: true });
    } finally {
      await another.stop();
    }
  }, 60_000);
});
