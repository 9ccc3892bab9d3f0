import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { simulatorPassword } from '../../src/adapters/simulator/device/account.js';
import { bareEnvironment } from '../e2e/program.js';

/** Simulated devices in another process. */
export interface SimulatedHosts {
  /** The fleet file. */
  readonly config: string;
  readonly folder: string;
  readonly names: readonly string[];
  readonly server: { readonly args: readonly string[]; readonly env: Record<string, string> };
  stop(): Promise<void>;
}

/** `nvidia` has sudo by password, `ops` without one. */
export async function startSimulatedHosts(count: number, login: 'nvidia' | 'ops' = 'nvidia'): Promise<SimulatedHosts> {
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-bench-'));
  // The bundle has both programs side by side.
  const script = join(dirname(process.argv[1] ?? ''), 'simulator-process.mjs');
  const child = fork(script, [String(count), login, join(folder, 'id_ed25519')], { stdio: 'inherit' });
  const [{ yaml, names }] = (await once(child, 'message')) as [{ yaml: string; names: string[] }];
  const config = join(folder, 'fleet.yaml');
  writeFileSync(config, yaml);
  return {
    config,
    folder,
    names,
    server: {
      args: ['--config', config, '--toolsets', 'all'],
      env: bareEnvironment(folder, { JETFLEET_BENCH_SUDO: simulatorPassword }),
    },
    stop: async () => {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
