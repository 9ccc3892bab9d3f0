import { describe, expect, it } from '@jest/globals';
import type { AiBoard } from '../../../src/core/ai/ai-board.js';
import { aiBoardProbe } from '../../../src/core/probes/ai-board.js';
import { FakeDevice, type FakeBoard } from '../../fakes/fake-device.js';
import { matchBoard } from '../../tools/ai/match-boards.js';

const look = (board: FakeBoard): Promise<AiBoard> =>
  new FakeDevice('x', board).ask(aiBoardProbe, new AbortController().signal);
const nano = (files: Readonly<Record<string, string>> = {}, l4t: readonly [number, string] = [36, '4.7']): FakeBoard =>
  matchBoard('nano', { l4t, totalMb: 7620, availableMb: 6099, files });
const driver = (version: string): string =>
  `NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  ${version}  Release Build  (buildbrain@mobile)\n`;

describe('aiBoardProbe', () => {
  it('tells what matching and fitting need', async () => {
    const swaps =
      'Filename\tType\tSize\tUsed\tPriority\n/dev/zram0 partition 650224 0 5\n/dev/zram1 partition 650224 0 5\n/swapfile file 2097152 0 -2\n';
    const board = await look(
      nano({
        '/proc/swaps': swaps,
        '/etc/os-release': 'VERSION_ID="22.04"\n',
        '/usr/local/cuda/version.json': '{"cuda": {"version": "12.6.11"}}',
      }),
    );
    expect(board).toMatchObject({
      l4t: '36.4.7',
      jetpack: '6.2.1',
      cudaToolkit: '12.6.11',
      cudaDriver: '12.6',
      soc: 'tegra234',
      sm: '8.7',
      module: 'orin-nano-8gb',
      arch: 'arm64',
      ubuntu: '22.04',
      memory: { totalMb: 7620, availableMb: 6099, freeMb: 5899, zramMb: 1269 },
      desktop: false,
      docker: { version: '27.5.1', running: true, nvidiaRuntime: true, userMayUseIt: true },
    });
  });

  it('does not take the toolkit for the driver', async () => {
    const toolkit = { '/usr/local/cuda/version.json': '{"cuda": {"version": "12.8.1"}}' };
    expect(await look(nano(toolkit))).toMatchObject({ cudaToolkit: '12.8.1', cudaDriver: '12.6' });
  });

  it('goes by the driver where the release is in no table, and by nothing where that says nothing', async () => {
    expect((await look(nano({ '/proc/driver/nvidia/version': driver('595.80.01') }, [39, '4.0']))).cudaDriver).toBe(
      '13.2',
    );
    expect(
      (await look(nano({ '/proc/driver/nvidia/version': driver('612.10') }, [40, '1.0']))).cudaDriver,
    ).toBeUndefined();
    expect((await look(nano({}, [36, '9.0']))).cudaDriver).toBeUndefined();
  });

  it('sees a desktop by its X server', async () => {
    for (const display of ['X0', 'X1024'])
      expect((await look(nano({ [`/tmp/.X11-unix/${display}`]: '' }))).desktop).toBe(true);
  });

  it('leaves out what a host does not tell', async () => {
    const board = await look({ missing: ['docker', 'id'] });
    expect(board).toMatchObject({ memory: {}, desktop: false });
    for (const key of ['l4t', 'soc', 'sm', 'module', 'arch', 'cudaDriver', 'docker'] as const)
      expect(board[key]).toBeUndefined();
    expect(board.memory.totalMb).toBeUndefined();
  });
});
