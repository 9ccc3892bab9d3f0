import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulatedDevice } from '../../src/adapters/simulator/device/simulated-device.js';
import { startSimulator, type Simulator } from '../../src/adapters/simulator/start-simulator.js';
import { exhaustive } from '../setup/runs.js';
import { call, onlyData } from './calling.js';
import type { AnyClient } from './clients.js';
import { KillLab, type Moment } from './kill-lab.js';
import { ensureBuilt } from './program.js';

interface Case {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** A later server sees it through. */
  readonly awaited?: true;
  /** Which part of the world shows that it ran. */
  readonly shows: 'device' | 'fleet file' | 'file';
  /** The step that shows; the first where absent. */
  readonly step?: number;
}

const note = { path: '/home/ops/note.txt', text: 'written once' };
const cases: readonly Case[] = [
  { tool: 'power_set_mode', args: { mode: '10W', reboot: true }, awaited: true, shows: 'device' },
  { tool: 'clocks_set', args: { state: 'max' }, shows: 'device', step: 2 },
  { tool: 'fan_set', args: { speed: 90 }, shows: 'device' },
  { tool: 'cpu_set_governor', args: { governor: 'performance' }, shows: 'device' },
  { tool: 'service_control', args: { unit: 'cron', action: 'restart' }, awaited: true, shows: 'device' },
  { tool: 'system_reboot', args: {}, awaited: true, shows: 'device' },
  { tool: 'system_shutdown', args: {}, shows: 'device' },
  { tool: 'file_write', args: note, shows: 'file' },
  { tool: 'command_run', args: { argv: ['hostname'] }, awaited: true, shows: 'device' },
  { tool: 'job_start', args: { argv: ['sleep', '300'] }, awaited: true, shows: 'device' },
  { tool: 'job_stop', args: {}, shows: 'device' },
  { tool: 'device_add', args: { devices: [{ name: 'added', host: '127.0.0.1' }] }, shows: 'fleet file' },
  { tool: 'device_edit', args: { labels: { rack: '7' } }, shows: 'fleet file' },
  { tool: 'device_remove', args: {}, shows: 'fleet file' },
  { tool: 'device_trust', args: {}, shows: 'fleet file' },
];

/** Where the server dies: what is on record then, and whether the first step ran. */
const moments: readonly { readonly at: Moment; readonly ran: boolean; readonly always?: true }[] = [
  { at: 'before:began', ran: false },
  { at: 'after:began', ran: false },
  { at: 'torn:step', ran: false },
  { at: 'after:step', ran: false, always: true },
  { at: 'before:step_ended', ran: true, always: true },
  { at: 'torn:step_ended', ran: true },
  { at: 'after:step_ended', ran: true },
  { at: 'before:ended', ran: true },
  { at: 'after:ended', ran: true },
];

/** What of a device is not as it would be by itself. */
function deeds(device: SimulatedDevice): unknown {
  const { savedMode, clocks, fan, units, jobs } = device;
  return {
    savedMode,
    halts: halts.get(device.name) ?? 0,
    clocks: [clocks.governor(0), clocks.cpu(0), clocks.gpu(0), clocks.emcPinned],
    fan: [fan.profile, fan.steered, fan.enable, fan.steered ? 0 : fan.pwm],
    units: units.all().map(({ unit, file, pid }) => [unit, file, pid]),
    jobs: [0, 1000, 1001, 1002].flatMap((uid) => jobs.of(uid).map(({ id, stopped }) => [id, stopped])),
  };
}
const halts = new Map<string, number>();

describe('a server that is killed during', () => {
  let simulator: Simulator;
  const labs: KillLab[] = [];
  const home = mkdtempSync(join(tmpdir(), 'jetfleet-killed-'));
  const tried = moments.filter(({ always }) => exhaustive || always);
  const nameOf = (tool: string, at: Moment): string => `${tool}-${at}`.replaceAll(/[^a-z]/g, '-');

  beforeAll(async () => {
    ensureBuilt();
    const devices = cases.flatMap(({ tool }) =>
      tried.map(({ at }) => ({ name: nameOf(tool, at), board: 'orin-nx' as const, login: 'ops' })),
    );
    simulator = await startSimulator({ devices, downMs: 100 });
    for (const { name } of devices) {
      const device = simulator.device(name);
      const halt = device.halt.bind(device);
      device.halt = (how) => {
        halts.set(name, (halts.get(name) ?? 0) + 1);
        halt(how);
      };
    }
    writeFileSync(join(home, 'key'), simulator.clientKey.privateKey, { mode: 0o600 });
  }, 120_000);
  afterAll(async () => {
    await simulator.close();
    for (const lab of labs) lab.remove();
    rmSync(home, { recursive: true, force: true });
  });

  function labFor({ tool }: Case, name: string): KillLab {
    const { host, port, user, hostKeyFingerprint } = simulator.devices.find((each) => each.name === name) ?? {
      ...simulator.devices[0],
    };
    const keys = tool === 'device_trust' ? '' : `, hostKeys: { fingerprint: "${hostKeyFingerprint ?? ''}" }`;
    const login = `user: ${user ?? ''}, identityFile: ${join(home, 'key')}`;
    const entry = `{ name: ${name}, host: ${host ?? ''}, port: ${String(port)}, ${login}${keys} }`;
    const lab = new KillLab(`# kept\ndevices:\n  - ${entry}\n`, [...cases.map((each) => each.tool)]);
    labs.push(lab);
    return lab;
  }

  /** What is seen of the world, as far as the case is about it. */
  async function world({ shows }: Case, lab: KillLab, name: string): Promise<unknown> {
    if (shows === 'fleet file') return lab.fleet();
    if (shows === 'device') return deeds(simulator.device(name));
    const client = await lab.start();
    const { reply } = await call(client, 'file_read', { path: note.path });
    await client.close();
    return reply.summary.ok === 1 ? reply.groups?.[0]?.data : 'none';
  }

  async function killedAt(each: Case, { at, ran }: (typeof moments)[number]): Promise<void> {
    const { tool, awaited } = each;
    const name = nameOf(tool, at);
    const lab = labFor(each, name);
    let args = each.args;
    if (tool === 'job_stop') {
      const client = await lab.start();
      args = { job: onlyData(await call(client, 'job_start', { argv: ['sleep', '300'] }))['job'] };
      await client.close();
    }
    const before = await world(each, lab, name);
    const moment: Moment = at.includes('step') ? `${at}:${String(each.step ?? 1)}` : at;
    await lab.die(moment, tool, args);
    const after = await world(each, lab, name);
    // Known from the device: it ran, or it did not.
    expect({ at, ran: JSON.stringify(after) !== JSON.stringify(before) }).toEqual({ at, ran });

    // Known from the audit log: exactly what was seen.
    const [when = '', event = ''] = at.split(':');
    const trail = lab.trail(tool);
    const events = trail.map((record) => record.event);
    const has = (what: string): boolean => (events as string[]).includes(what);
    const ofStep = trail.filter(
      (record) => (record.event !== 'step_ended' && record.event !== 'step') || record.step === (each.step ?? 1),
    );
    expect([at, ofStep.some((record) => record.event === event)]).toEqual([at, when === 'after']);
    const began = has('began');
    const target = tool === 'device_add' ? 'added' : name;
    const verdict = await lab.verdict();
    expect(verdict).toMatchObject({ ok: true, problems: [] });
    expect(verdict.torn).toHaveLength(when === 'torn' ? 1 : 0);
    const open = began && !has('ended');
    expect(verdict.unended.map((call) => [call.tool, call.devices.map(({ device }) => device)])).toEqual(
      open ? [[tool, [target]]] : [],
    );
    const step = trail.findLast((record) => record.event === 'step');
    const last = verdict.unended[0]?.devices[0]?.last;
    if (open) expect(last?.step).toBe(step?.event === 'step' ? step.step : undefined);
    if (open && step) expect(last?.result === undefined).toBe(events.at(-1) === 'step');

    await later(each, { lab, name, ran, open, steps: events.filter((one) => one === 'step').length });
    if (open && awaited) expect((await lab.verdict()).unended).toEqual([]);
  }

  /** A server that merely starts sees through what can be, and runs nothing a second time. */
  async function later(
    { tool, awaited }: Case,
    { lab, name, ran, open, steps }: { lab: KillLab; name: string; ran: boolean; open: boolean; steps: number },
  ): Promise<void> {
    const client = await lab.start();
    await client.tools();
    if (open && awaited) await settled(lab, client, tool, ran, name);
    else await call(client, 'device_list', {});
    await client.close();
    expect(lab.trail(tool).filter(({ event }) => event === 'step')).toHaveLength(steps);
    expect(halts.get(name) ?? 0).toBeLessThanOrEqual(1);
    const jobs = simulator.device(name).jobs;
    expect([0, 1000, 1001, 1002].flatMap((uid) => jobs.of(uid)).length).toBeLessThanOrEqual(1);
  }

  async function settled(lab: KillLab, client: AnyClient, tool: string, ran: boolean, name: string): Promise<void> {
    const end = () => lab.trail(tool).find(({ event }) => event === 'settled');
    while (end() === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(end()).toMatchObject({ device: name, result: ran ? 'ok' : 'cancelled' });
    const [record] = lab.trail(tool);
    const job = record !== undefined && 'id' in record ? record.id : '';
    const ask = async () => onlyData(await call(client, 'job_output', { selector: name, job }));
    let told = await ask();
    while (told['state'] === 'waiting') told = await ask();
    const states = ran ? ['done', 'exited', 'running'] : ['failed'];
    expect(states).toContain(told['state']);
    if (!ran) expect(told['says']).toContain('nothing was done');
  }

  it.each(cases)(
    '$tool: what ran is known from the audit log and the device, and nothing runs twice',
    async (each) => {
      for (const moment of tried) await killedAt(each, moment);
    },
    exhaustive ? 900_000 : 60_000,
  );
});
