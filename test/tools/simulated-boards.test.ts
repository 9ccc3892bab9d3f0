import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { boardKinds } from '../../src/adapters/simulator/boards/index.js';
import { startSimulator, type Simulator } from '../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../src/adapters/ssh/fleet.js';
import { DeviceDescribe } from '../../tools/device/device_describe.js';
import { DeviceDoctor } from '../../tools/device/device_doctor.js';
import { ServiceList } from '../../tools/system/service_list.js';
import { ServiceStatus } from '../../tools/system/service_status.js';
import { SystemInfo } from '../../tools/system/system_info.js';
import { SystemLogs } from '../../tools/system/system_logs.js';
import { SystemNetwork } from '../../tools/system/system_network.js';
import { SystemProcesses } from '../../tools/system/system_processes.js';
import { SystemStorage } from '../../tools/system/system_storage.js';
import { fakeCall } from '../fakes/fake-device.js';
import { sshFleetFor } from '../adapters/simulator/ssh-fleet.js';

const logins = ['root', 'ops', 'nvidia', 'guest'];
const devices = boardKinds.flatMap((board) => logins.map((login) => ({ name: `${board}-${login}`, board, login })));

let sim: Simulator;
let fleet: SshFleet;
beforeAll(async () => {
  sim = await startSimulator({ devices });
  fleet = sshFleetFor(sim);
});
afterAll(async () => {
  await fleet.close();
  await sim.close();
});

interface Asked {
  readonly unknown?: readonly string[] | undefined;
  readonly notRead?: readonly { readonly what: string }[] | undefined;
}
const ask = async (
  tool:
    | DeviceDescribe
    | SystemInfo
    | SystemStorage
    | SystemProcesses
    | SystemNetwork
    | SystemLogs
    | ServiceList
    | ServiceStatus
    | DeviceDoctor,
  args: object,
  name: string,
): Promise<Asked> => {
  const parsed = tool.spec.input.parse(args) as never;
  return tool.spec.output.parse(await tool.read(parsed, fleet.device(name), fakeCall(Date.now()))) as Asked;
};

it('a journal is read on from a position without losing or repeating an entry', async () => {
  const times: number[] = [];
  let after: string | undefined = 's=0;i=0';
  for (let page = 0; page < 4; page++) {
    const tool = new SystemLogs();
    const args = tool.spec.input.parse({ after, limit: 5 });
    const found = await tool.read(args, fleet.device('orin-nx-root'), fakeCall(Date.now()));
    times.push(...found.entries.map(({ at }) => Date.parse(at)));
    after = found.after;
  }
  // At first there is one every 11 seconds.
  const places = times.map((time) => Math.round((time - (times[0] ?? 0)) / 11_000));
  expect(places).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

describe.each(devices)('$name', ({ name, board, login }) => {
  it('is described', async () => {
    const found = await ask(new DeviceDescribe(), {}, name);
    expect(found.unknown ?? []).toEqual([]);
    const slug = board.replace(/-super$/, '');
    expect(found).toMatchObject({
      module: { slug: expect.stringContaining(slug.split('-')[0] ?? '') },
      findings: [],
      jetpack: { byRelease: expect.any(String) },
    });
    expect(found).toMatchObject({
      serial: expect.any(String),
      soc: { sm: expect.any(String) },
      powerModes: expect.any(Array),
    });
    expect(found).toHaveProperty('sudo', { root: 'root', ops: 'nopasswd', nvidia: 'password', guest: 'none' }[login]);
  });

  it('answers every system tool and leaves nothing unknown', async () => {
    const asked: readonly (readonly [Parameters<typeof ask>[0], object])[] = [
      [new SystemInfo(), {}],
      [new SystemStorage(), { health: true, largest: true }],
      [new SystemProcesses(), { sort: 'memory', gpuMemory: true }],
      [new SystemNetwork(), {}],
      [new SystemLogs(), { priority: 'warning' }],
      [new ServiceList(), { state: 'all' }],
      [new ServiceStatus(), { unit: 'ssh' }],
      [new DeviceDoctor(), {}],
    ];
    for (const [tool, args] of asked) {
      const found = await ask(tool, args, name);
      expect([tool.spec.name, found.unknown ?? []]).toEqual([tool.spec.name, []]);
      if (login === 'root' && tool.spec.name === 'system_processes') expect(found.notRead ?? []).toEqual([]);
      if (login === 'guest' && tool.spec.name === 'system_storage')
        expect(found.notRead?.map(({ what }) => what)).toContain('NVMe health');
    }
  });
});
