import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mockOf } from '../../../src/adapters/mock/open-mock.js';
import { RecordingFleet } from '../../../src/adapters/mock/recording-fleet.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import { Failure } from '../../../src/core/errors.js';
import { Redactor } from '../../../src/core/redact.js';
import type { Fleet } from '../../../src/ports/fleet.js';
import type { ReadTool } from '../../../src/ports/tool.js';
import { resources, tools } from '../../../tools/index.js';
import { fakeCall } from '../../fakes/fake-device.js';
import { FakeFleet } from '../../fakes/fake-fleet.js';
import { FakeInventory } from '../../fakes/fake-inventory.js';
import { orinNano } from '../../tools/orin-nano-board.js';
import { sshFleetFor } from '../simulator/ssh-fleet.js';

/** For the tools that want to be told what to look at. */
const argumentsOf: Readonly<Record<string, object>> = {
  service_status: { unit: 'ssh.service' },
  file_read: { path: '/etc/nv_tegra_release' },
  file_list: { path: '/etc' },
  hardware_watch: { seconds: 2 },
  job_output: { job: 'c0ffee0000000001' },
  container_inspect: { container: 'web' },
  container_logs: { container: 'web' },
  ai_logs: { endpoint: 'web' },
};
const readTools = tools.filter((tool): tool is ReadTool => tool.kind === 'read');
const now = Date.UTC(2026, 10, 20, 12);

/** What every read tool and resource answers, or why it does not; nothing where a fake board was not taught what it asks. */
async function answersOf(fleet: Fleet, name: string): Promise<Readonly<Record<string, unknown>>> {
  const answers: Record<string, unknown> = {};
  const keep = async (key: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      answers[key] = await work();
    } catch (error) {
      if (error instanceof Failure) answers[key] = { kind: error.kind, message: error.message, hint: error.hint };
    }
  };
  const call = { ...fakeCall(now), deadlineMs: now + 600_000 };
  for (const tool of readTools) {
    const args = tool.spec.input.parse(argumentsOf[tool.spec.name] ?? {});
    await keep(tool.spec.name, () => tool.read(args, fleet.device(name), call));
  }
  for (const resource of resources) await keep(resource.path, () => resource.read(fleet.device(name), call));
  return answers;
}

/** The answers of a session, and of its replay; both as they leave the program, with secrets taken out. */
async function twice(fleet: Fleet, name: string, redactor = new Redactor()) {
  const lines: string[] = [];
  const options = { redactor, sink: (line: string) => lines.push(line), clock: { now: () => now } };
  const recorded = await answersOf(new RecordingFleet(fleet, new FakeInventory(name), options), name);
  const replayed = await answersOf(mockOf(lines.join('\n'), 'a test').fleet, name);
  return { lines, recorded: redactor.redactDeep(recorded), replayed: redactor.redactDeep(replayed) };
}

describe('the answers of every read tool, recorded and replayed', () => {
  let sim: Simulator;
  let ssh: Fleet;
  beforeAll(async () => {
    const board = 'orin-nano-super';
    sim = await startSimulator({
      devices: ['root', 'ops', 'nvidia', 'guest'].map((login) => ({ name: login, board, login })),
    });
    ssh = sshFleetFor(sim);
  });
  afterAll(async () => {
    await ssh.close();
    await sim.close();
  });

  it.each(['root', 'ops', 'nvidia', 'guest'])('are the same on a simulated board, as %s', async (name) => {
    const { recorded, replayed, lines } = await twice(ssh, name);
    expect(Object.keys(recorded).length).toBeGreaterThan(15);
    expect(replayed).toEqual(recorded);
    expect(lines.length).toBeGreaterThan(20);
  });

  it('are the same on a fake board, with secrets taken out', async () => {
    const secret = 'correct-horse-battery';
    const redactor = new Redactor();
    redactor.add(secret);
    const files = { ...orinNano.files, '/proc/sys/kernel/hostname': `nano-${secret}\n` };
    const { recorded, replayed, lines } = await twice(
      new FakeFleet({ nano: { ...orinNano, files } }),
      'nano',
      redactor,
    );
    expect(Object.keys(recorded).length).toBeGreaterThan(8);
    expect(replayed).toMatchObject(recorded);
    expect(JSON.stringify(recorded)).toContain('nano-[redacted]');
    expect(lines.join('\n')).toContain('nano-[redacted]');
    expect(lines.join('\n')).not.toContain(secret);
  });
});
