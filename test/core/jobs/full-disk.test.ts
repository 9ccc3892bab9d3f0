import { spawnSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { renderArgv } from '../../../src/core/command.js';
import { launchCommand } from '../../../src/core/jobs/job-commands.js';
import { jobProbe } from '../../../src/core/jobs/job-probe.js';
import { describeWith } from '../../setup/suite.js';

const mounts = (): boolean => spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/var/tmp']).status === 0;
const missing =
  process.platform !== 'linux' || process.getuid?.() !== 0 || !mounts()
    ? 'needs Linux, root and the right to mount'
    : undefined;

describeWith(missing, 'jobs on a full disk', () => {
  const launch = (id: string, script: string): string =>
    renderArgv(launchCommand({ id, argv: ['sh', '-c', script] }).argv);
  const [filler, next] = ['00000000000000aa', '00000000000000bb'];

  it('keep the exit code of one that filled it, tell that output is lost, and start no other', () => {
    const { job } = jobProbe({ id: filler, asRoot: false, from: 'end', maxBytes: 3 }).reads;
    const script = [
      'mount -t tmpfs -o size=100k tmpfs /var/tmp',
      launch(filler, 'yes | head -c 1000000; exit 6'),
      `while [ ! -e /var/tmp/jetfleet-0/${filler}/exit ]; do sleep 0.05; done`,
      renderArgv(job.argv),
      launch(next, 'true'),
      'ls /var/tmp/jetfleet-0',
    ].join('\n');
    const { stdout, status } = spawnSync('unshare', ['-m', 'sh', '-c', script], { encoding: 'utf8', timeout: 20_000 });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^started\n/);
    expect(stdout).toMatch(/^exit 6 \d+ *$/m);
    expect(stdout).toMatch(/^cut yes$/m);
    expect(stdout).toMatch(new RegExp(`\\nno-room\\n${filler}\\n$`));
  });
});
