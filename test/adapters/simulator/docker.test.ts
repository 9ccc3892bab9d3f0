import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { boardKinds, type BoardKind } from '../../../src/adapters/simulator/boards/index.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import { ContainerControl } from '../../../tools/container/container_control.js';
import { ContainerExec } from '../../../tools/container/container_exec.js';
import { ContainerInspect } from '../../../tools/container/container_inspect.js';
import { ContainerList } from '../../../tools/container/container_list.js';
import { ContainerLogs } from '../../../tools/container/container_logs.js';
import { ContainerRun } from '../../../tools/container/container_run.js';
import { ContainerStats } from '../../../tools/container/container_stats.js';
import { DockerStatus } from '../../../tools/container/docker_status.js';
import { ImageList } from '../../../tools/container/image_list.js';
import { ImagePull } from '../../../tools/container/image_pull.js';
import { ImageRemove } from '../../../tools/container/image_remove.js';
import { exhaustive } from '../../setup/runs.js';
import { sshFleetFor } from './ssh-fleet.js';
import { ToolsBench } from './tools-bench.js';

/** One of each generation of Docker; the others have the same programs. */
const kinds: readonly BoardKind[] = exhaustive ? boardKinds : ['nano', 'orin-nx', 'agx-thor'];

describe('the container engine of simulated boards', () => {
  let sim: Simulator;
  let fleet: SshFleet;
  beforeAll(async () => {
    sim = await startSimulator({ devices: kinds.map((board) => ({ name: board, board, login: 'ops' })) });
    fleet = sshFleetFor(sim);
  });
  afterAll(async () => {
    await fleet.close();
    await sim.close();
  });

  const bench = new ToolsBench();

  it.each(kinds)('%s: an image is pulled, run, looked at, controlled and removed', async (board: BoardKind) => {
    const device = fleet.device(board);
    expect(await bench.read(new DockerStatus(), device)).toMatchObject({ engine: 'docker', nvidia: 'runtime' });
    await bench.change(new ImagePull(), device, { image: 'busybox:1' });
    expect(await bench.read(new ImageList(), device)).toMatchObject({ images: [{ tags: ['busybox:1'] }] });
    await bench
      .change(new ContainerRun(10), device, {
        image: 'busybox:1',
        name: 'greeter',
        command: ['echo', 'hi'],
        gpu: false,
      })
      .catch((error: unknown) => expect(error).toMatchObject({ kind: 'command_failed' }));
    await bench.change(new ContainerRun(10), device, {
      image: 'busybox:1',
      name: 'idler',
      command: ['sleep', '1000'],
      gpu: false,
    });
    expect(await bench.read(new ContainerList(), device)).toMatchObject({
      containers: expect.arrayContaining([expect.objectContaining({ name: 'idler', state: 'running' })]),
    });
    expect(await bench.read(new ContainerInspect(), device, { container: 'idler' })).toMatchObject({ name: 'idler' });
    expect(await bench.read(new ContainerStats(), device, { container: 'idler' })).toBeDefined();
    expect(JSON.stringify(await bench.read(new ContainerLogs(), device, { container: 'greeter' }))).toContain('hi');
    const said = await bench.change(new ContainerExec(), device, { container: 'idler', argv: ['echo', 'inside'] });
    expect(said).toMatchObject({ exitCode: 0, stdout: 'inside\n' });
    await bench.change(new ContainerControl(10), device, { container: 'idler', action: 'stop' });
    for (const container of ['idler', 'greeter'])
      await bench.change(new ContainerControl(10), device, { container, action: 'remove' });
    await bench.change(new ImageRemove(), device, { image: 'busybox:1' });
    expect(await bench.read(new ImageList(), device)).toMatchObject({ images: [] });
  });
});
