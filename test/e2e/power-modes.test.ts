import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { boardKinds, boardSpec, type BoardKind } from '../../src/adapters/simulator/boards/index.js';
import { startSimulator, type Simulator } from '../../src/adapters/simulator/start-simulator.js';
import type { AuditRecord } from '../../src/core/audit/entry.js';
import { exhaustive } from '../setup/runs.js';
import { until } from '../setup/processes.js';
import { onlyData, onlyFailure, type Called } from './calling.js';
import { Home } from './consent-bench.js';
import { connectAs, says, type ConsentClient } from './consent-clients.js';
import { ensureBuilt } from './program.js';

type Mode = ReturnType<typeof boardSpec>['modes'][number];
const uses = ['plain', 'used', 'dead', 'all'] as const;
const nameOf = (kind: BoardKind, use: (typeof uses)[number]): string => `${kind}-${use}`;

/** A switch that takes a reboot, or one that takes none: the power-gating mask decides, and a board without it has only the second kind. */
function switchOf(kind: BoardKind, reboots: boolean): { from: Mode; to: Mode } | undefined {
  const { modes } = boardSpec(kind);
  const pairs = modes.flatMap((from) => modes.map((to) => ({ from, to })));
  return pairs.find(({ from, to }) => from.id !== to.id && (from.tpcMask !== to.tpcMask) === reboots);
}
/** A mode from which mode 0 takes a reboot, where there is one. */
function farthest(kind: BoardKind): number | undefined {
  const { modes } = boardSpec(kind);
  const mask = modes.find(({ id }) => id === 0)?.tpcMask;
  return (modes.find(({ tpcMask }) => tpcMask !== mask) ?? modes.at(-1))?.id;
}
const free = boardKinds.filter((kind) => switchOf(kind, false));
const rebooting = boardKinds.filter((kind) => switchOf(kind, true));

describe('power_set_mode of the built server, on every board', () => {
  let sim: Simulator;
  let home: Home;
  let client: ConsentClient;
  beforeAll(async () => {
    ensureBuilt();
    const devices = uses.flatMap((use) =>
      boardKinds.map((board) => ({
        ...{ name: nameOf(board, use), board, login: 'ops', groups: [use] },
        goldenContext: use === 'used' || use === 'dead',
        ...(use === 'all' && { mode: farthest(board) }),
      })),
    );
    sim = await startSimulator({ devices, downMs: 100, seed: 'power-modes' });
    home = new Home((options) => sim.fleetYaml(options), sim.clientKey.privateKey);
  }, 60_000);
  afterAll(async () => {
    await sim.close();
    home.remove();
  });
  beforeEach(async () => {
    client = await connectAs('2.x with a form', home.start());
    client.person = says.yes;
  });
  afterEach(async () => {
    await client.close();
  });

  const bootIds = (names: readonly string[]): readonly string[] => names.map((name) => sim.device(name).bootId());
  const set = (name: string, mode: string, more: object = {}): Promise<Called> =>
    client.call('power_set_mode', { selector: name, mode, ...more });
  /** What nvpmodel -q says, asked by another tool. */
  const current = async (name: string): Promise<unknown> => {
    const data = onlyData(await client.call('power_modes', { selector: name }));
    return (data['current'] as { name?: string } | undefined)?.name;
  };
  /** Brings boards into a mode by the tool itself, whatever that takes. */
  const bring = async (name: string, { id, name: mode }: Mode): Promise<void> => {
    if (sim.device(name).mode().id !== id) onlyData(await set(name, mode, { reboot: true }));
  };
  const recordsOf = (name: string): AuditRecord[] =>
    home.audit().filter((record) => JSON.stringify(record).includes(`"${name}"`));

  it('has boards for every kind of switch, and none without any', () => {
    expect(free.length).toBeGreaterThan(5);
    expect(rebooting.length).toBeGreaterThan(4);
    expect(boardKinds.filter((kind) => !free.includes(kind) && !rebooting.includes(kind))).toEqual([]);
  });

  it.each([
    ['without a reboot', free, false],
    ['through a reboot', rebooting, true],
  ] as const)(
    '%s, where the masks say so',
    async (_, kinds, reboots) => {
      await Promise.all(
        kinds.map(async (kind) => {
          const [name, change] = [nameOf(kind, 'plain'), switchOf(kind, reboots)];
          if (!change) throw new Error('no such switch');
          await bring(name, change.from);
          const [before] = bootIds([name]);
          const data = onlyData(await set(name, change.to.name));
          expect({ kind, data }).toMatchObject({
            data: { mode: { id: change.to.id, name: change.to.name }, before: change.from.name, rebooted: reboots },
          });
          expect({ kind, mode: await current(name) }).toEqual({ kind, mode: change.to.name });
          expect({ kind, rebooted: bootIds([name])[0] !== before }).toEqual({ kind, rebooted: reboots });
        }),
      );
      // The person was told of each reboot, and of no other.
      const last = new Map(
        client.asked.map((message) => [kinds.find((kind) => message.includes(nameOf(kind, 'plain'))), message]),
      );
      for (const kind of kinds)
        expect({ kind, says: last.get(kind) }).toEqual({
          kind,
          says: expect.stringMatching(reboots ? /reboots at once, since/ : /without a reboot/),
        });
      for (const kind of kinds) {
        const events = recordsOf(nameOf(kind, 'plain')).map(({ event }) => event);
        expect({ kind, events }).toEqual({
          kind,
          events: expect.arrayContaining(['began', 'step', 'step_ended', 'ended']),
        });
      }
    },
    60_000,
  );

  it('the board asks for a reboot that was not allowed: nothing is changed, and the next call may', async () => {
    await Promise.all(
      free.map(async (kind) => {
        const [name, change] = [nameOf(kind, 'used'), switchOf(kind, false)];
        if (!change) throw new Error('no such switch');
        await bring(name, change.from);
        sim.setGoldenContext(name, true);
        const before = bootIds([name]);
        expect({ kind, failure: onlyFailure(await set(name, change.to.name)) }).toMatchObject({
          failure: {
            kind: 'command_failed',
            message: expect.stringMatching(/as before: the board asked for a reboot/),
          },
        });
        expect({ kind, mode: await current(name) }).toEqual({ kind, mode: change.from.name });
        expect(bootIds([name])).toEqual(before);
        const data = onlyData(await set(name, change.to.name, { reboot: true }));
        expect({ kind, data }).toMatchObject({ data: { mode: { name: change.to.name }, rebooted: true } });
        expect({ kind, mode: await current(name) }).toEqual({ kind, mode: change.to.name });
        expect(bootIds([name])).not.toEqual(before);
      }),
    );
  }, 60_000);

  it('a switch that takes a reboot is refused with reboot: false, and left alone by whoever says no', async () => {
    await Promise.all(
      rebooting.map(async (kind) => {
        const [name, change] = [nameOf(kind, 'plain'), switchOf(kind, true)];
        if (!change) throw new Error('no such switch');
        await bring(name, change.from);
      }),
    );
    client.person = says.no;
    const names = rebooting.map((kind) => nameOf(kind, 'plain'));
    const [before, asked] = [bootIds(names), client.asked.length];
    for (const kind of rebooting) {
      const [name, to] = [nameOf(kind, 'plain'), switchOf(kind, true)?.to.name ?? ''];
      expect(onlyFailure(await set(name, to, { reboot: false })).kind).toBe('unsupported');
      expect(client.asked).toHaveLength(asked + rebooting.indexOf(kind));
      expect(onlyFailure(await set(name, to)).kind).toBe('not_confirmed');
      expect({ kind, mode: await current(name) }).toEqual({ kind, mode: switchOf(kind, true)?.from.name });
    }
    expect(bootIds(names)).toEqual(before);
  }, 60_000);

  it('all boards in one call, with one question', async () => {
    const names = boardKinds.map((kind) => nameOf(kind, 'all'));
    const before = new Map(
      names.map((name) => [name, { mode: sim.device(name).mode(), bootId: sim.device(name).bootId() }]),
    );
    const { reply } = await client.call('power_set_mode', { selector: '@all', mode: 0 });
    expect(client.asked).toHaveLength(1);
    expect(reply.summary).toMatchObject({ ok: names.length, failed: 0 });
    expect(names.filter((name) => sim.device(name).bootId() !== before.get(name)?.bootId)).toHaveLength(
      rebooting.length,
    );
    for (const kind of boardKinds) {
      const name = nameOf(kind, 'all');
      const [was, to] = [before.get(name), boardSpec(kind).modes.find(({ id }) => id === 0)];
      expect({ name, mode: await current(name) }).toEqual({ name, mode: to?.name });
      const rebooted = sim.device(name).bootId() !== was?.bootId;
      expect({ name, rebooted }).toEqual({ name, rebooted: was?.mode.tpcMask !== to?.tpcMask });
    }
  }, 60_000);

  it('boards that never return: the call answers, and another server tells what became of them', async () => {
    const names = boardKinds.map((kind) => nameOf(kind, 'dead'));
    await Promise.all(names.map((name) => sim.setFault(name, { kind: 'hangs_on_reboot' })));
    const calls = boardKinds.map((kind) => {
      const [name, { id }] = [nameOf(kind, 'dead'), sim.device(nameOf(kind, 'dead')).mode()];
      const to = boardSpec(kind).modes.find((mode) => mode.id !== id)?.name ?? '';
      return { name, to, answer: set(name, to, { reboot: true }).catch(() => undefined) };
    });
    const awaited = (): AuditRecord[] =>
      home.audit().filter((each) => each.event === 'step' && names.includes(each.device));
    const early: string[] = [];
    for (const { answer } of calls) void answer.then((called) => called && early.push(called.text));
    const allAre = (so: () => boolean): Promise<void> =>
      until(() => {
        if (early.length > 0) throw new Error(early[0]);
        return so();
      });
    await allAre(() => awaited().length === names.length);
    const jobs = new Map(awaited().map((each) => (each.event === 'step' ? [each.device, each.id] : ['', ''])));
    await allAre(() => names.every((name) => sim.device(name).halting));
    // They answer after 45 s. Else the client goes, which they outlive as well.
    if (exhaustive)
      for (const { name, answer } of calls)
        expect((await answer)?.reply).toMatchObject({
          summary: { ok: 0, failed: 0, unfinished: 1 },
          unfinished: [{ job: jobs.get(name), devices: [name] }],
        });
    await client.close();
    client = await connectAs('2.x with a form', home.start());
    const ask = async (name: string): Promise<Record<string, unknown>> =>
      onlyData(await client.call('job_output', { selector: name, job: jobs.get(name) }));
    for (const name of names) expect(await ask(name)).toMatchObject({ state: 'waiting' });
    await Promise.all(
      calls.map(async ({ name, to }) => {
        await sim.setFault(name, undefined);
        await sim.powerOn(name);
        let told = await ask(name);
        while (told['state'] === 'waiting') {
          await new Promise((resolve) => setTimeout(resolve, 200));
          told = await ask(name);
        }
        expect({ name, told }).toMatchObject({
          told: { state: 'done', outcome: { mode: { name: to }, rebooted: true } },
        });
        expect({ name, mode: await current(name) }).toEqual({ name, mode: to });
        expect(recordsOf(name).map(({ event }) => event)).toContain('settled');
      }),
    );
  }, 120_000);
});
