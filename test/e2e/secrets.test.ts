import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith } from '../setup/suite.js';
import { ensureBuilt, line, opening, start } from './program.js';
import { fleetUnavailable, startFleet, type RealFleet } from './real-fleet.js';

describeWith(fleetUnavailable({ rights: 'password' }), 'secrets', () => {
  const planted = 'Planted+Key/9914==';
  let fleet: RealFleet;
  beforeAll(async () => {
    ensureBuilt();
    const login = 'password: env:NANO_PASSWORD, sudo: { password: env:NANO_SUDO }';
    fleet = await startFleet(2, { rights: 'password', passwordLogin: true }, { defaults: login });
    // A board that prints its owner's password, and somebody's key, where a unit's log should be.
    fleet.sshd.standIn(
      'journalctl',
      `printf '%s\\n' "the password is $(cat ${fleet.sshd.folder}/leak)" "api_key=${planted}"`,
    );
    fleet.sshd.standIn('nvpmodel', `cat ${fleet.sshd.folder}/leak; echo; printf 'NV Power Mode: 40W\\n4\\n'`);
    writeFileSync(`${fleet.sshd.folder}/leak`, fleet.sshd.password ?? '', { mode: 0o644 });
  }, 120_000);
  afterAll(() => fleet.stop());

  it('of config and environment show up neither in answers nor in logs, at any level', async () => {
    const password = fleet.sshd.password ?? '';
    const env = { ...fleet.env, NANO_PASSWORD: password, NANO_SUDO: password, NANO_UNUSED: planted };
    const child = start(['--config', fleet.config, '--toolsets', 'all', '--log-level', 'debug'], { env });
    const calls = [
      'clocks_status',
      'system_info',
      'power_modes',
      'system_logs',
      'device_doctor',
      'device_describe',
      'hardware_stats',
    ];
    const call = (name: string, index: number): string =>
      line(index + 1, 'tools/call', { name, arguments: { selector: 'all', detail: 'full' } });
    child.process.stdin.write(opening + calls.map(call).join(''));
    await child.until((text) => calls.every((_, index) => text.includes(`"id":${String(index + 1)}`)));
    child.process.stdin.end();
    await new Promise((resolve) => child.process.once('close', resolve));
    const answers = child
      .stdout()
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each) as { id: number; result: { structuredContent?: { summary: unknown } } });
    const clocks = answers.find(({ id }) => id === 1);
    // It took the sudo password to read the clocks, so the password was really used.
    expect(JSON.stringify(clocks?.result.structuredContent)).toContain('1497.6');
    const shown = child.stdout() + child.stderr();
    for (const form of [
      password,
      JSON.stringify(password).slice(1, -1),
      planted,
      Buffer.from(password).toString('base64'),
    ]) {
      expect(shown.includes(form)).toBe(false);
    }
    expect(child.stdout()).toContain('[redacted]');
    expect(child.stderr()).toContain(' debug ');
  });
});
