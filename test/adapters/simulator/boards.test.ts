import { expect, it, describe } from '@jest/globals';
import { parseTegrastatsLine } from '../../../src/core/jetson/tegrastats-line.js';
import { boardKinds, boardSpec, type BoardKind } from '../../../src/adapters/simulator/boards/index.js';
import { defaultAccounts } from '../../../src/adapters/simulator/device/account.js';
import { boardOf } from '../../../src/adapters/simulator/device/board.js';
import { FileView } from '../../../src/adapters/simulator/device/file-view.js';
import { SimulatedDevice } from '../../../src/adapters/simulator/device/simulated-device.js';
import { Interpreter } from '../../../src/adapters/simulator/shell/interpreter.js';
import { corpusMissing, describeWith } from '../../setup/suite.js';
import { recordingsOf } from '../../corpus/recordings.js';

const startMs = Date.UTC(2026, 10, 20, 9);

class SteppedClock {
  nowMs = startMs;
  now(): number {
    return this.nowMs;
  }
}

function deviceOf(kind: BoardKind, seed = 1, clock = new SteppedClock()): SimulatedDevice {
  return new SimulatedDevice({ name: 'dev-1', accounts: defaultAccounts, seed }, boardSpec(kind), clock);
}

/** The first line of tegrastats on a board, as root or as a plain user. */
async function tegrastatsLine(kind: BoardKind, user: 'root' | 'guest', device = deviceOf(kind)): Promise<string> {
  const ending = new AbortController();
  const account = defaultAccounts.find(({ name }) => name === user)!;
  let line = '';
  const interpreter = new Interpreter({
    programs: boardOf(kind).programs,
    files: new FileView(boardOf(kind).files, device),
    device,
    caller: { account, root: user === 'root' },
    input: {
      line: () => Promise.resolve(undefined),
      bytes: () => Promise.resolve(Buffer.alloc(0)),
      onEnd: () => undefined,
    },
    out: (text) => {
      line += text;
      ending.abort();
    },
    err: () => undefined,
    signal: ending.signal,
    sid: 1,
    stopSession: () => false,
  });
  await interpreter.argv(['tegrastats', '--interval', '1']);
  return line.split('\n')[0] ?? '';
}

/** The form of a line: names, separators and units, with every number and load-dependent word made alike. */
function formOf(line: string): string {
  return line
    .replace(/CPU \[[^\]]*\]/, 'CPU []')
    .replace(/\[[\d,]+\]/g, '[]')
    .replace(/-?\d+(?:\.\d+)?/g, '0');
}

describe('the boards', () => {
  it.each(boardKinds)('%s: lines of tegrastats parse whole, as root and as a plain user', async (kind) => {
    for (const user of ['root', 'guest'] as const) {
      const line = await tegrastatsLine(kind, user);
      expect([line, parseTegrastatsLine(line)]).toMatchObject([line, { unknown: [] }]);
    }
  });

  it.each(boardKinds)('%s: the same seed and time give the same answer, another seed another', async (kind) => {
    const line = await tegrastatsLine(kind, 'root', deviceOf(kind, 7));
    expect(await tegrastatsLine(kind, 'root', deviceOf(kind, 7))).toBe(line);
    expect(await tegrastatsLine(kind, 'root', deviceOf(kind, 8))).not.toBe(line);
  });

  it.each(boardKinds)('%s: the load moves smoothly and stays within the mode', (kind) => {
    const clock = new SteppedClock();
    const device = deviceOf(kind, 3, clock);
    const { spec } = device;
    let before = device.load();
    let moved = 0;
    for (let step = 0; step < 600; step++) {
      clock.nowMs += 100;
      const load = device.load();
      expect(Math.abs(load.baseCelsius - before.baseCelsius)).toBeLessThan(1);
      expect(Math.abs(load.gpu - before.gpu)).toBeLessThan(0.1);
      moved += Math.abs(load.gpu - before.gpu) + Math.abs(load.baseCelsius - before.baseCelsius);
      expect(load.gpu).toBeLessThanOrEqual(1);
      expect(load.gpuHz).toBeLessThanOrEqual(device.mode().gpuMaxHz);
      expect(Math.max(...load.cpuKHz)).toBeLessThanOrEqual(device.mode().cpuMaxKHz);
      expect(load.ramUsedMB).toBeLessThan(spec.ramMB);
      before = load;
    }
    expect(moved).toBeGreaterThan(0);
  });

  it.each(boardKinds)('%s: what it says of itself hangs together', (kind) => {
    const spec = boardSpec(kind);
    const ids = spec.modes.map((mode) => mode.id);
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids).toEqual(expect.arrayContaining([spec.mode, spec.defaultMode]));
    expect(spec.cpu.domains.flat().sort((a, b) => a - b)).toEqual(
      Array.from({ length: spec.cpu.cores }, (_, core) => core),
    );
    for (const [, type] of spec.shownZones) expect(spec.zones.map((zone) => zone.type)).toContain(type);
    for (const mode of spec.modes) expect(mode.cpuMaxKHz).toBeLessThanOrEqual(spec.cpu.maxKHz);
  });
});

describeWith(corpusMissing, 'lines of tegrastats have the form of a recording', () => {
  it.each([
    ['nano', 'root', 'tegrastats/nano-jp4-2.txt'],
    ['tx2', 'root', 'tegrastats/tx2-beszel-1.txt'],
    ['xavier-nx', 'root', 'tegrastats/xavier-nx-jp5.1.2-root-1.txt'],
    ['xavier-nx', 'guest', 'tegrastats/xavier-nx-jp5-nonroot-lfb-kb-1.txt'],
    ['orin-nano-super', 'guest', 'tegrastats/orin-nano-super-8gb-r36.4.7-jp6.2.1-1.txt'],
    ['agx-orin', 'root', 'tegrastats/agx-orin-jp6-root-30w-1.txt'],
    ['agx-orin-jp7', 'root', 'tegrastats/agx-orin-64gb-r39.2-jp7.2-1.txt'],
    ['agx-thor', 'guest', 'tegrastats/thor-r38.4-nonroot-idle-1.txt'],
  ] as const)('%s as %s: %s', async (kind, user, path) => {
    const recorded = recordingsOf('tegrastats').find(([name]) => name.endsWith(path.split('/')[1]!))?.[1] ?? '';
    expect(formOf(await tegrastatsLine(kind, user))).toBe(formOf(recorded.split('\n')[0] ?? ''));
  });
});
