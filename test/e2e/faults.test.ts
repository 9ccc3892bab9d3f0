import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { makeKey } from '../setup/accounts.js';
import { processesWith, until } from '../setup/processes.js';
import { describeWith } from '../setup/suite.js';
import { call, calledOf, leftOn, onlyData, onlyFailure, type Called } from './calling.js';
import { connect, type AnyClient } from './clients.js';
import { ensureBuilt } from './program.js';
import { fleetUnavailable, startFleet, type RealFleet } from './real-fleet.js';

const good = 20;
const other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDh4bVbVbQpTq2yJmWb8Vw2jQm0n3mQxv0m8mN1s2S5P';

describeWith(fleetUnavailable(), 'the built program when things go wrong', () => {
  let fleet: RealFleet;
  let client: AnyClient;
  /** Accepts connections and never says a word. */
  let silent: Server;
  const heldOpen = new Set<Socket>();

  beforeAll(async () => {
    ensureBuilt();
    silent = createServer((socket) => {
      heldOpen.add(socket.on('error', () => undefined).on('close', () => heldOpen.delete(socket)));
      socket.resume();
    }).listen(0, '127.0.9.200');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const quick = 'connectTimeoutMs: 1500';
    const lost = (name: string, fields: string): string => `{ name: ${name}, groups: [lost], ${quick}, ${fields} }`;
    fleet = await startFleet(
      good,
      {},
      {
        devices: [
          ...[1, 2, 3].map((n) => lost(`silent-${String(n)}`, `host: 127.0.9.200, port: ${String(port)}`)),
          ...[1, 2, 3].map((n) => lost(`closed-${String(n)}`, 'host: 127.0.9.201, port: 1')),
          ...[1, 2].map((n) => lost(`nameless-${String(n)}`, `host: no-such-board-${String(n)}.invalid`)),
          lost(
            'impostor',
            'host: 127.0.9.1, hostKeys: { fingerprint: "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }',
          ),
          lost('locked', 'host: 127.0.9.2, identityFile: ~/stranger'),
        ],
      },
    );
    makeKey(join(fleet.home, 'stranger'));
  }, 120_000);
  afterAll(async () => {
    for (const socket of heldOpen) socket.destroy();
    silent.close();
    await fleet.stop();
  });
  beforeEach(async () => {
    client = await connect('legacy', { args: ['--config', fleet.config, '--toolsets', 'all'], env: fleet.env });
  });
  afterEach(async () => {
    await client.close();
    // Whatever happened, nothing of it stays on the boards, nor a connection to those that never spoke.
    await until(() => leftOn(fleet).length === 0 && heldOpen.size === 0);
  });

  it('answers for two thirds of a fleet when a third is down, each failure with its reason', async () => {
    const { reply, isError } = await call(client, 'system_info', { selector: 'all' });
    expect(isError).toBe(false);
    expect(reply.summary).toEqual({ ok: good, failed: 10, skipped: 0 });
    const kinds = reply.failures?.flatMap(({ kind, devices }) => devices.map((device) => [device, kind] as const));
    const lost = [
      ...['silent', 'closed'].flatMap((name) => [1, 2, 3].map((n) => `${name}-${String(n)}`)),
      'nameless-1',
      'nameless-2',
    ];
    expect(Object.fromEntries(kinds ?? [])).toEqual({
      ...Object.fromEntries(lost.map((name) => [name, 'unreachable'])),
      impostor: 'not_allowed',
      locked: 'auth_failed',
    });
    for (const { hint } of reply.failures ?? []) expect(hint).toBeTruthy();
    // Those that are there are asked again at once, while the others are still being waited for.
    expect((await call(client, 'system_info', { selector: 'site=lab' })).reply.summary.ok).toBe(good);
  });

  it('tells a changed host key, sends nothing there, and says what to do', async () => {
    const knownHosts = join(fleet.home, '.ssh/known_hosts');
    const strange = `[127.0.9.3]:${String(fleet.sshd.port)} ${other}\n`;
    const before = fleet.sshd.log().length;
    writeFileSync(knownHosts, strange);
    try {
      const failure = onlyFailure(await call(client, 'system_info', { selector: 'nano-03' }));
      expect(failure.kind).toBe('not_allowed');
      expect(`${failure.message} ${failure.hint ?? ''}`).toMatch(/ssh-keygen -R|known_hosts/);
      expect(fleet.sshd.log().slice(before)).not.toContain('Accepted');
    } finally {
      copyFileSync(fleet.sshd.knownHostsFile, knownHosts);
    }
    expect((await call(client, 'system_info', { selector: 'nano-03' })).reply.summary.ok).toBe(1);
  });

  it('says that a key was refused, and keeps the others', async () => {
    const { reply } = await call(client, 'system_info', { selector: 'locked or nano-04' });
    expect(reply.summary).toEqual({ ok: 1, failed: 1, skipped: 0 });
    expect(reply.failures?.[0]).toMatchObject({ kind: 'auth_failed', devices: ['locked'] });
    expect(reply.failures?.[0]?.hint).toBeTruthy();
  });

  it('says so when the link is cut under a running command, and works again', async () => {
    const remote = `${fleet.sshd.folder}/bin/tegrastats`;
    const watching = client.call('hardware_watch', { selector: 'nano-05', seconds: 20 });
    await until(() => processesWith(remote).length > 0);
    fleet.sshd.cut();
    const { reply } = calledOf(await watching);
    expect(reply.summary).toEqual({ ok: 0, failed: 1, skipped: 0 });
    expect(reply.failures?.[0]).toMatchObject({ kind: 'unreachable', devices: ['nano-05'] });
    await until(() => processesWith(remote).length === 0);
    expect((await call(client, 'system_info', { selector: 'nano-05' })).reply.summary.ok).toBe(1);
  });

  it('asks again by itself when the link is cut under a read', async () => {
    fleet.sshd.standIn('nvpmodel', `sleep 0.4; printf 'NV Power Mode: 40W\\n4\\n'`);
    const asking = client.call('power_modes', { selector: 'nano-06' });
    await until(() => processesWith(`${fleet.sshd.folder}/bin/nvpmodel`).length > 0);
    fleet.sshd.cut();
    expect(calledOf(await asking).reply.summary).toEqual({ ok: 1, failed: 0, skipped: 0 });
  });

  it('keeps no socket of thirty links that were cut', async () => {
    const all = (): Promise<Called> => call(client, 'system_info', { selector: 'site=lab' });
    await all();
    const [server] = processesWith(fleet.config);
    const open = (): number => readdirSync(`/proc/${String(server?.pid)}/fd`).length;
    const before = open();
    for (let time = 0; time < 30; time += 1) {
      fleet.sshd.cut();
      expect((await all()).reply.summary).toEqual({ ok: good, failed: 0, skipped: 0 });
    }
    await until(() => open() <= before);
    expect(client.stderr()).not.toContain('Warning');
  }, 60_000);

  it('finds its way back after sshd was restarted between two calls', async () => {
    expect((await call(client, 'system_info', { selector: 'site=lab' })).reply.summary.ok).toBe(good);
    await fleet.sshd.restart();
    expect((await call(client, 'system_info', { selector: 'site=lab' })).reply.summary).toEqual({
      ok: good,
      failed: 0,
      skipped: 0,
    });
  });

  it('cuts 100 MB of output short, and serves the others meanwhile', async () => {
    fleet.sshd.standIn('journalctl', 'head -c 100000000 /dev/zero | tr "\\0" x');
    const flood = client.call('system_logs', { selector: 'nano-07' });
    expect((await call(client, 'system_info', { selector: 'nano-07 or nano-08' })).reply.summary.ok).toBe(2);
    const { reply, text } = calledOf(await flood);
    expect(reply.failures).toEqual([
      expect.objectContaining({ kind: 'unsupported', message: expect.stringContaining('16777216 bytes') }),
    ]);
    expect(text.length).toBeLessThan(20_000);
    const [server] = processesWith(fleet.config);
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(server?.pid)}/status`, 'utf8'))?.[1];
    expect(Number(peak) * 1024).toBeLessThan(400 * 1024 * 1024);
    expect((await call(client, 'system_info', { selector: 'nano-07' })).reply.summary.ok).toBe(1);
  });

  it('reads output without a newline, and output that is not UTF-8', async () => {
    fleet.sshd.standIn('nvpmodel', `printf 'NV Power Mode: 40W\\n4'`);
    expect(JSON.stringify(onlyData(await call(client, 'power_modes', { selector: 'nano-09' })))).toContain('40W');
    fleet.sshd.standIn('nvpmodel', `printf 'NV Power Mode: \\377\\376\\000\\200W\\n4\\n'`);
    const called = await call(client, 'power_modes', { selector: 'nano-09' });
    expect(onlyData(called)).toMatchObject({ modes: [], unknown: ['NV Power Mode: \ufffd\ufffd\ufffdW', '4'] });
    expect(JSON.stringify(called.reply)).not.toMatch(/\\u0000|\\ud[89a-f]/);
  });
});

describeWith(fleetUnavailable(), 'the built program on an odd server', () => {
  it.each([
    ['MaxSessions 3', { maxSessions: 3 }],
    [
      'a login shell with a banner',
      {
        loginShell: {
          name: 'banner',
          script: `#!/bin/sh\nprintf 'Welcome!\\n{"jsonrpc":"2.0"}\\n\\033[2J'\nif [ "$1" = -c ]; then shift; exec /bin/sh -c "$1"; fi\nexec /bin/sh\n`,
        },
      },
    ],
  ])(
    'asks everything at once of one board: %s',
    async (_what, options) => {
      ensureBuilt();
      const fleet = await startFleet(1, options);
      const client = await connect('legacy', { args: ['--config', fleet.config, '--toolsets', 'all'], env: fleet.env });
      try {
        const names = [
          'system_info',
          'hardware_stats',
          'clocks_status',
          'power_modes',
          'sensor_read',
          'system_storage',
          'system_processes',
          'system_network',
        ];
        const answers = await Promise.all([...names, ...names, ...names].map((name) => call(client, name, {})));
        for (const { reply, text } of answers) if (reply.summary.ok !== 1) throw new Error(text);
      } finally {
        await client.close();
        await until(() => leftOn(fleet).length === 0);
        await fleet.stop();
      }
    },
    60_000,
  );
});
