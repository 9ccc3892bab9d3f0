import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareEnvironment } from '../e2e/program.js';
import type { Row } from './row.js';
import { median, timed } from './statistics.js';
import { StdioClient } from './stdio-client.js';

const runs = 25;
const most = 2.4;

async function bareNode(env: Record<string, string>): Promise<void> {
  await once(spawn(process.execPath, ['-e', '0'], { env, stdio: 'ignore' }), 'exit');
}

/** From spawn to the first answer of the server, beside the whole life of a Node that does nothing. */
export async function startUp(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'jetfleet-bench-'));
  const env = bareEnvironment(home);
  const first = async (ask: (client: StdioClient) => Promise<void>): Promise<number> => {
    let client: StdioClient | undefined;
    const took = await timed(() => ask((client = new StdioClient({ args: [], env }, false))));
    await client?.close();
    return took;
  };
  const [bare, initialize, discover]: [number[], number[], number[]] = [[], [], []];
  // One after the other in turns, so that what else this machine does hits all alike. The first turn warms the caches.
  for (let run = 0; run <= runs; run += 1) {
    const turn = [
      await timed(() => bareNode(env)),
      await first((client) => client.initialize()),
      await first((client) => client.discover()),
    ] as const;
    if (run === 0) continue;
    bare.push(turn[0]);
    initialize.push(turn[1]);
    discover.push(turn[2]);
  }
  rmSync(home, { recursive: true, force: true });
  const reference = { what: 'node -e 0', value: median(bare) };
  const budget = { most, of: 'ratio' } as const;
  return [
    { what: `spawn to initialize (median of ${runs})`, measured: median(initialize), unit: 'ms', reference, budget },
    { what: `spawn to server/discover (median of ${runs})`, measured: median(discover), unit: 'ms', reference, budget },
  ];
}
