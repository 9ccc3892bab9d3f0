import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { describeWith } from '../setup/suite.js';
import { ensureBuilt, line, opening, start } from './program.js';
import { fleetUnavailable, startFleet } from './real-fleet.js';

const calls = ['system_info', 'clocks_status', 'system_logs', 'device_doctor', 'device_list'];

describeWith(fleetUnavailable({ rights: 'password' }), 'secrets that references bring', () => {
  it.each(['accepted', 'refused'] as const)(
    'are never shown, whether they are %s',
    async (outcome) => {
      ensureBuilt();
      const login = 'password: file:~/login-password, sudo: { password: "command:cat sudo password" }';
      const options = { rights: 'password', passwordLogin: true } as const;
      const fleet = await startFleet(1, options, {
        defaults: login,
        devices: ['{ name: without, host: 127.0.9.1, password: env:NO_SUCH_VARIABLE }'],
      });
      try {
        const right = fleet.sshd.password ?? '';
        const password = outcome === 'accepted' ? right : `Wrong-${right}`;
        const secretFile = join(fleet.home, 'secret of sudo');
        writeFileSync(join(fleet.home, 'login-password'), `${password}\n`, { mode: 0o600 });
        writeFileSync(secretFile, `${right}\n`, { mode: 0o600 });
        // The reference holds no shell: the program gets the words as they stand, quotes taken away.
        const yaml = readFileSync(fleet.config, 'utf8').replace(
          'command:cat sudo password',
          `command:cat '${secretFile}'`,
        );
        writeFileSync(fleet.config, yaml);
        // The board shows what it was given wherever it can.
        fleet.sshd.standIn('journalctl', `echo "-- ${right} --"; env; exit 1`);
        fleet.sshd.standIn(
          'jetson_clocks',
          `echo "${right.replaceAll('"', '\\"').replaceAll('$', '\\$')}"; env; exit 1`,
        );
        const server = start(['--config', fleet.config, '--toolsets', 'all', '--log-level', 'debug'], {
          env: fleet.env,
        });
        server.process.stdin.write(opening);
        calls.forEach((name, index) => {
          server.process.stdin.write(
            line(index + 1, 'tools/call', { name, arguments: { selector: 'all', detail: 'full' } }),
          );
        });
        await server.until((text) => calls.every((_, index) => text.includes(`"id":${String(index + 1)}`)));
        server.process.stdin.end();
        await once(server.process, 'close');
        const answer =
          server
            .stdout()
            .split('\n')
            .find((each) => each.includes('"id":1,') || each.endsWith('"id":1}')) ?? '';
        expect(answer).toContain(outcome === 'accepted' ? '"ok":1' : '"auth_failed"');
        expect(answer).toContain('NO_SUCH_VARIABLE');
        // What the board printed of it did arrive.
        if (outcome === 'accepted') expect(server.stdout()).toContain('[redacted]');
        const shown = server.stdout() + server.stderr();
        for (const form of [right, JSON.stringify(right).slice(1, -1), Buffer.from(right).toString('base64')]) {
          expect(shown.includes(form)).toBe(false);
        }
      } finally {
        await fleet.stop();
      }
    },
    60_000,
  );
});
