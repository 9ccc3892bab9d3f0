import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { dockerUnavailable, startDocker } from './docker.js';
import { processes } from './processes.js';
import { describeWith } from './suite.js';
import { startSystemd, systemdUnavailable } from './systemd.js';

const cgroupsOf = (pid: number): readonly string[] =>
  ['/sys/fs/cgroup', '/sys/fs/cgroup/systemd']
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => name.startsWith(`jetfleet-test-${String(pid)}-`));
const links = (): string => execFileSync('ip', ['-br', 'link'], { encoding: 'utf8' });

describeWith(dockerUnavailable(), 'the Docker engine of the tests', () => {
  it('is an engine of its own, and leaves nothing behind', async () => {
    const engine = await startDocker();
    expect(await engine.docker(['info', '-f', '{{.DockerRootDir}}'])).toBe(`${engine.folder}/data\n`);
    expect(await engine.docker(['ps', '-aq'])).toBe('');
    expect(links()).not.toMatch(/docker0/);
    await expect(engine.docker(['inspect', 'nobody'])).rejects.toThrow(/No such object/);
    await engine.stop();
    expect(existsSync(engine.folder)).toBe(false);
    expect(processes().filter(({ argv }) => argv.some((word) => word.includes(engine.folder)))).toEqual([]);
  });
});

describeWith(systemdUnavailable(), 'the systemd of the tests', () => {
  it('is a systemd with sshd, and leaves nothing behind', async () => {
    const host = await startSystemd();
    expect(await host.run('systemctl is-system-running; cat /proc/1/comm; systemctl is-active ssh')).toBe(
      'running\nsystemd\nactive\n',
    );
    await expect(host.run('systemctl is-active nobody')).rejects.toThrow();
    expect(cgroupsOf(process.pid)).toHaveLength(1);
    await host.stop();
    expect(cgroupsOf(process.pid)).toEqual([]);
  });
});
