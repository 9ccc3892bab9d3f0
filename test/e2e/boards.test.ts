import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadOptions } from '../../config/options.js';
import { startSimulator, type Simulator } from '../../src/adapters/simulator/start-simulator.js';
import { simulatorPassword } from '../../src/adapters/simulator/device/account.js';
import { boardKinds } from '../../src/adapters/simulator/boards/index.js';
import { replySchemaOf } from '../../src/core/reply/reply.js';
import { Redactor } from '../../src/core/redact.js';
import { openEngine, type Engine } from '../../src/engine.js';
import { tools } from '../../tools/index.js';
import { seededEndpoint, seedEndpoint } from '../adapters/simulator/seed-endpoint.js';

/** One account of every kind, as the simulator's default accounts have them. */
const logins = { root: 'root', nopasswd: 'ops', password: 'nvidia', none: 'guest' } as const;

/** Arguments that a tool cannot do without, or that keep it short. */
const needed: Readonly<Record<string, object>> = {
  service_status: { unit: 'ssh' },
  hardware_watch: { seconds: 1, intervalMs: 500 },
  device_list: { check: true },
  file_read: { path: '/etc/hostname' },
  file_list: { path: '/etc' },
  ai_logs: { endpoint: seededEndpoint },
  container_inspect: { container: seededEndpoint },
  container_logs: { container: seededEndpoint },
};

/** What only who may use the engine is answered: on every board, the account without sudo may not. */
const ofEngine = /^(?:container_.*|image_list|ai_list|ai_logs)$/;
/** Told of all devices at once. */
const together = /^(?:device_list|ai_match|ai_benchmark_compare)$/;

let simulator: Simulator;
let engine: Engine;
let folder = '';
const logged: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jetfleet-boards-'));
  simulator = await startSimulator({
    devices: boardKinds.flatMap((board) =>
      Object.entries(logins).map(([kind, login]) => ({
        name: `${board}-${kind}`,
        board,
        login,
        groups: [kind, board],
      })),
    ),
  });
  for (const { name } of simulator.devices) seedEndpoint(simulator.device(name));
  const identityFile = join(folder, 'key');
  writeFileSync(identityFile, simulator.clientKey.privateKey, { mode: 0o600 });
  chmodSync(identityFile, 0o600);
  const config = join(folder, 'fleet.yaml');
  writeFileSync(config, simulator.fleetYaml({ identityFile, sudoPasswordEnv: 'BOARD_SUDO' }));
  const loaded = loadOptions(['serve', '--config', config, '--toolsets', 'all'], {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded));
  engine = await openEngine({
    options: loaded.options,
    machine: { platform: 'linux', home: folder, cwd: folder, env: { BOARD_SUDO: simulatorPassword } },
    redactor: new Redactor(),
    logger: { log: (_level, message, fields) => void logged.push(message, JSON.stringify(fields ?? {})) },
  });
});

afterAll(async () => {
  await engine.close();
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (name: string, args: object) =>
  engine.runner.run(name, { ...needed[name], ...args }, { signal: new AbortController().signal });

// job_output has nothing to say where there is no job, test/tools/system has its boards; ai_catalog asks no device.
const elsewhere = ['job_output', 'ai_catalog'];
const reading = tools.filter(({ spec }) => spec.effect === 'read' && !elsewhere.includes(spec.name));

describe('every tool that reads, on every simulated board', () => {
  it.each(reading.map((tool) => [tool.spec.name, tool] as const))(
    '%s answers as root, with sudo, and without',
    async (name, { spec }) => {
      const groups = [];
      let { reply } = await run(name, { selector: 'all', detail: 'full' });
      const barred = ofEngine.test(name) ? boardKinds.length : 0;
      expect((reply.failures ?? []).map(({ kind }) => kind)).toEqual(barred > 0 ? ['not_allowed'] : []);
      expect((reply.failures ?? []).flatMap(({ devices }) => devices).every((each) => each.endsWith('-none'))).toBe(
        true,
      );
      const answering = boardKinds.length * 4 - barred;
      expect(reply.summary).toEqual({ ok: answering, failed: barred, skipped: 0 });
      for (;;) {
        replySchemaOf(spec.output.strict()).parse(reply);
        groups.push(...(reply.groups ?? []));
        if (reply.nextCursor === undefined) break;
        ({ reply } = await run(name, { cursor: reply.nextCursor }));
      }
      expect(groups).toHaveLength(together.test(name) ? 1 : answering);
      if (name === 'device_list') expect(groups[0]?.data).toMatchObject({ online: answering, offline: 0 });
      for (const { devices, data } of groups)
        expect([devices, (data as { unknown?: unknown }).unknown ?? []]).toEqual([devices, []]);
    },
  );

  it.each(['clocks_status', 'power_modes'])(
    '%s says what it could not read without root, and reads it with sudo',
    async (name) => {
      const notRead = async (kind: string): Promise<unknown[]> => {
        const { reply } = await run(name, { selector: `@${kind} and @orin-nx`, detail: 'full' });
        return (reply.groups?.[0]?.data as { notRead?: unknown[] }).notRead ?? [];
      };
      expect(await notRead('none')).not.toEqual([]);
      for (const kind of ['root', 'nopasswd', 'password']) expect([kind, await notRead(kind)]).toEqual([kind, []]);
    },
  );

  it('never shows or logs the sudo password', () => {
    expect(logged.join('\n')).not.toContain(simulatorPassword);
  });
});
