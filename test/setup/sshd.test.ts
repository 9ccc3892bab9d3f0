import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startSshd, sshdUnavailable, type SshdOptions, type TestSshd } from './sshd.js';
import { describeWith } from './suite.js';

const running: TestSshd[] = [];
async function start(options: SshdOptions): Promise<TestSshd> {
  const server = await startSshd(options);
  if (typeof server === 'string') throw new Error(server);
  running.push(server);
  return server;
}
function ssh(server: TestSshd, host: string, command: string): string {
  const options = [`UserKnownHostsFile=${server.knownHostsFile}`, 'IdentitiesOnly=yes', 'BatchMode=yes'];
  const args = [...options.flatMap((each) => ['-o', each]), '-F', '/dev/null', '-i', server.identityFile];
  const target = ['-p', String(server.port), `${server.user}@${host}`, command];
  return execFileSync('ssh', [...args, ...target], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()));
});

describeWith(sshdUnavailable({ rights: 'password' }), 'the sshd of the tests', () => {
  const hosts = Array.from({ length: 20 }, (_, index) => `127.0.9.${String(index + 1)}`);
  let server: TestSshd;
  beforeAll(async () => {
    server = await start({ hosts });
  });

  it('answers at every address, with stand-ins first on the PATH', () => {
    server.standIn('uname', 'echo stand-in');
    expect(ssh(server, '127.0.9.1', 'uname')).toBe('stand-in\n');
    expect(ssh(server, '127.0.9.20', 'id -un')).toBe(`${server.user}\n`);
    expect(server.logins()).toBe(2);
  });

  it('comes back on the same port', async () => {
    await server.restart();
    expect(ssh(server, '127.0.9.17', 'echo back')).toBe('back\n');
  });

  it.each(['nopasswd', 'password', 'root'] as const)('gives a login with rights: %s', async (rights) => {
    const other = await start({ rights });
    const command =
      rights === 'root' ? 'id -u' : rights === 'nopasswd' ? 'sudo -n id -u' : 'sudo -n true 2>&1 || echo refused';
    expect(ssh(other, '127.0.0.1', command)).toMatch(rights === 'password' ? /refused/ : /^0\n$/);
  });
});
