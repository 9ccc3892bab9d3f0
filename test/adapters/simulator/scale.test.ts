import { describe, expect, it } from '@jest/globals';
import { identityProbe } from '../../../src/core/probes/identity.js';
import { startSimulator } from '../../../src/adapters/simulator/start-simulator.js';
import { sshFleetFor } from './ssh-fleet.js';
import { exhaustive } from '../../setup/runs.js';
import { describeWith } from '../../setup/suite.js';

const count = exhaustive ? 1000 : 150;

describe('many simulated devices in one process', () => {
  it(`start, answer and end: ${count} of them`, async () => {
    const before = process.memoryUsage().rss;
    const started = performance.now();
    const sim = await startSimulator({ devices: count });
    const startMs = performance.now() - started;
    const idle = process.memoryUsage().rss;
    const fleet = sshFleetFor(sim);
    const { signal } = new AbortController();
    try {
      const facts = await Promise.all(sim.devices.map(({ name }) => fleet.device(name).ask(identityProbe, signal)));
      expect(facts.map((each) => each.hostname)).toEqual(sim.devices.map(({ name }) => name));
      expect(new Set(facts.map((each) => each.serial)).size).toBe(count);
      expect(new Set(sim.devices.map((each) => each.hostKeyFingerprint)).size).toBe(count);
      expect(sim.openLinks()).toBe(count);
      const kB = (bytes: number): number => Math.round(bytes / count / 1024);
      console.log(
        `${count} simulated devices: started in ${Math.round(startMs)} ms, ${kB(idle - before)} kB each; with a link, both ends: ${kB(process.memoryUsage().rss - before)} kB each`,
      );
    } finally {
      await fleet.close();
      await sim.close();
    }
    expect(sim.openLinks()).toBe(0);
  }, 120_000);

  it('keep their keys, serials and addresses from run to run, and differ by seed', async () => {
    const shown = async (seed: string): Promise<readonly string[]> => {
      const sim = await startSimulator({ devices: 12, seed });
      await sim.close();
      return sim.devices.map((each) => `${each.name} ${each.hostKeyFingerprint}`);
    };
    const first = await shown('one');
    expect(await shown('one')).toEqual(first);
    const other = await shown('two');
    expect(other.filter((line) => first.includes(line))).toEqual([]);
  });

  it('are refused where a name comes twice, is no name, or the mode or count does not exist', async () => {
    const nano = { name: 'nano-1', board: 'nano' } as const;
    await expect(startSimulator({ devices: [nano, nano] })).rejects.toMatchObject({ kind: 'invalid_input' });
    await expect(startSimulator({ devices: [{ ...nano, name: 'a b' }] })).rejects.toMatchObject({
      kind: 'invalid_input',
    });
    await expect(startSimulator({ devices: [{ ...nano, mode: 9 }] })).rejects.toMatchObject({ kind: 'invalid_input' });
    await expect(startSimulator({ devices: 0 })).rejects.toMatchObject({ kind: 'invalid_input' });
  });
});

const oneAddress = process.platform === 'linux' ? undefined : 'only Linux answers on all of 127.0.0.0/8';

describeWith(oneAddress, 'many addresses', () => {
  it('are listened on, one a device, where asked to', async () => {
    const sim = await startSimulator({ devices: 5, host: 'many' });
    await sim.close();
    expect(sim.devices.map((each) => each.host)).toEqual([1, 2, 3, 4, 5].map((last) => `127.77.0.${last}`));
  });
});
