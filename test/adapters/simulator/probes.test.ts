import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jobProbe } from '../../../src/core/jobs/job-probe.js';
import type { ArgvAnswer, Probe, Reads } from '../../../src/core/probe/probe.js';
import { boardKinds } from '../../../src/adapters/simulator/boards/index.js';
import type { SimDevice } from '../../../src/adapters/simulator/sim-device.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import { everyProbe } from './every-probe.js';
import { PlainClient } from './plain-client.js';
import { sshFleetFor } from './ssh-fleet.js';

const users = ['root', 'ops', 'nvidia', 'guest'] as const;
const probesFolder = new URL('../../../src/core/probes/', import.meta.url);

/** Answers with a refusal where root cannot be asked: that there is no such job would be a guess. */
const jobOfRoot = jobProbe({ id: '0'.repeat(16), asRoot: true, from: 'end', maxBytes: 1 }).name;

/** What an argv answer of a plain user is allowed to be: the program's own answer, or a program that this board lacks. */
const mayLack = /^(?:nvidia-smi|nvfancontrol|nvme|podman)$/;

function unknownIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'unknown' ? (inner as unknown[]) : unknownIn(inner)));
}

/** The same reads with standard error kept, so that a refusal by the simulator shows. */
function withErrors(reads: Reads): Reads {
  const entries = Object.entries(reads).map(([key, read]) => [
    key,
    read.kind === 'argv' ? { ...read, stderr: 'merge' } : read,
  ]);
  return Object.fromEntries(entries) as Reads;
}

describe('the probes of the product on every simulated board', () => {
  let sim: Simulator;
  beforeAll(async () => {
    const devices = users.flatMap((login) => boardKinds.map((board) => ({ name: `${board}-${login}`, board, login })));
    sim = await startSimulator({ devices, seed: 'probes' });
  });
  afterAll(() => sim.close());

  it('are all tried here', async () => {
    const tried = new Set(everyProbe.map((probe) => probe.name));
    const modules = await Promise.all(
      readdirSync(probesFolder).map(
        (name) => import(new URL(name, probesFolder).pathname) as Promise<Record<string, unknown>>,
      ),
    );
    const probes = modules.flatMap((module) =>
      Object.values(module).filter(
        (value): value is Probe<unknown> =>
          typeof value === 'object' && value !== null && 'reads' in value && 'parse' in value,
      ),
    );
    expect(probes.map((probe) => probe.name).filter((name) => !tried.has(name))).toEqual([]);
  });

  it.each(users)('are answered over the real SSH link, as %s', async (user) => {
    const fleet = sshFleetFor(sim);
    const { signal } = new AbortController();
    try {
      const devices = sim.devices.filter((device) => device.user === user);
      await Promise.all(
        devices.flatMap(({ name }) =>
          everyProbe.map(async (probe) => {
            const asked = fleet.device(name).ask(probe, signal);
            if (user === 'guest' && probe.name === jobOfRoot) {
              await expect(asked).rejects.toMatchObject({ kind: 'not_allowed' });
              return;
            }
            const data = await asked;
            expect({ name, probe: probe.name, unknown: unknownIn(data) }).toEqual({
              name,
              probe: probe.name,
              unknown: [],
            });
          }),
        ),
      );
      const kinds = await Promise.all(devices.map(({ name }) => fleet.device(name).sudoKind(signal)));
      expect(new Set(kinds)).toEqual(
        new Set([{ root: 'root', ops: 'nopasswd', nvidia: 'password', guest: 'none' }[user]]),
      );
    } finally {
      await fleet.close();
    }
  });

  it('never meet the word unsupported, for root and for a plain user', async () => {
    const tries = sim.devices
      .filter(({ user }) => user === 'root')
      .flatMap((device) => ['root', 'guest'].map((username) => ({ device, username })));
    await Promise.all(tries.map(({ device, username }) => allAnswered(device, username, sim.clientKey.privateKey)));
  });
});

async function allAnswered(device: SimDevice, username: string, privateKey: string): Promise<void> {
  const client = await PlainClient.connect(device, { username, privateKey });
  for (const probe of everyProbe) {
    const answers = await client.answers(withErrors(probe.reads));
    for (const [key, read] of Object.entries(probe.reads)) {
      if (read.kind !== 'argv') continue;
      const { text, exitCode } = answers[key] as ArgvAnswer;
      const refused =
        text.includes('jetfleet simulator: unsupported') || (exitCode === 127 && !mayLack.test(read.argv[0]));
      expect({ argv: read.argv, board: device.board, text, refused }).toMatchObject({ refused: false });
    }
  }
  client.end();
}
