import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startSimulator, type Simulator } from '../../src/adapters/simulator/start-simulator.js';
import type { AuditRecord } from '../../src/core/audit/entry.js';
import type { SimDeviceSpec } from '../../src/adapters/simulator/sim-device.js';
import type { Start } from './clients.js';
import { bareEnvironment, ensureBuilt, program, type Finished } from './program.js';

/** A user's home with a fleet file, and all that jetfleet keeps there. */
export class Home {
  readonly folder = mkdtempSync(join(tmpdir(), 'jetfleet-consent-'));
  readonly fleetFile = join(this.folder, '.config/jetfleet/fleet.yaml');
  readonly policyFile = join(this.folder, '.config/jetfleet/policy.yaml');
  readonly consentsFile = join(this.folder, '.local/state/jetfleet/consents.json');
  readonly env = bareEnvironment(this.folder);

  constructor(fleetYaml: (options: { identityFile: string }) => string, privateKey: string) {
    mkdirSync(dirname(this.fleetFile), { recursive: true, mode: 0o700 });
    const identityFile = join(this.folder, 'key');
    writeFileSync(identityFile, privateKey, { mode: 0o600 });
    writeFileSync(this.fleetFile, fleetYaml({ identityFile }), { mode: 0o600 });
  }

  start(...args: readonly string[]): Start {
    return { args: ['--toolsets', 'all', ...args], env: this.env };
  }

  /** Writes the policy file, or takes it away. */
  setPolicy(...rules: readonly string[]): void {
    rmSync(this.policyFile, { force: true });
    if (rules.length === 0) return;
    writeFileSync(this.policyFile, `rules:\n${rules.map((rule) => `  - ${rule}\n`).join('')}`, { mode: 0o600 });
  }

  /** The audit log, as it is on disk. */
  audit(): AuditRecord[] {
    const folder = join(dirname(this.consentsFile), 'audit');
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    const lines = names.sort().flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
    return lines.filter((text) => text !== '').map((text) => JSON.parse(text) as AuditRecord);
  }

  /** Lets the time of every plan that waits be over. */
  expirePlans(): void {
    const state = JSON.parse(readFileSync(this.consentsFile, 'utf8')) as { plans: { expiresAtMs: number }[] };
    const plans = state.plans.map((plan) => ({ ...plan, expiresAtMs: Date.now() - 1 }));
    writeFileSync(this.consentsFile, JSON.stringify({ ...state, plans }), { mode: 0o600 });
  }

  /** Runs `jetfleet` on a terminal of its own, on which somebody types. */
  async onTerminal(args: readonly string[], typed: string): Promise<Finished> {
    const quoted = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
    const child = spawn('script', ['-qec', quoted, '/dev/null'], { env: this.env, stdio: 'pipe' });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      // Whoever types waits for the question.
      if (stdout.endsWith('approve: ') && child.stdin.writable) child.stdin.end(typed);
    });
    await once(child, 'close');
    return { code: child.exitCode, stdout, stderr: '' };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Why nobody can be at a terminal here, or undefined. */
export const terminalMissing =
  process.platform === 'linux' && spawnSync('script', ['--version']).status === 0
    ? undefined
    : 'the script command of util-linux is absent';

/** What has become of a device, by the simulator itself. */
export interface Deeds {
  readonly governor: string;
  /** Of every unit: whether it starts at boot, how it is now, and its process. */
  readonly units: string;
  readonly jobs: number;
  readonly bootId: string;
  readonly halting: boolean;
  readonly savedMode: number;
}

/** Simulated boards and the homes of users who know them. */
export class Bench {
  readonly simulator: Simulator;
  readonly #homes: Home[] = [];

  private constructor(simulator: Simulator) {
    this.simulator = simulator;
  }

  static async open(devices: readonly Omit<SimDeviceSpec, 'board' | 'login'>[]): Promise<Bench> {
    ensureBuilt();
    const specs = devices.map((device) => ({ ...device, board: 'orin-nx' as const, login: 'ops' }));
    return new Bench(await startSimulator({ devices: specs, downMs: 100 }));
  }

  home(): Home {
    const { simulator } = this;
    const home = new Home((options) => simulator.fleetYaml(options), simulator.clientKey.privateKey);
    this.#homes.push(home);
    return home;
  }

  deeds(name: string): Deeds {
    const device = this.simulator.device(name);
    return {
      governor: device.clocks.governor(0),
      units: device.units
        .all()
        .map(({ unit, file, sub, pid }) => [unit, file, sub, pid ?? ''].join(' '))
        .join('\n'),
      jobs: [0, 1000, 1001, 1002].reduce((sum, uid) => sum + device.jobs.of(uid).length, 0),
      bootId: device.bootId(),
      halting: device.halting,
      savedMode: device.savedMode,
    };
  }

  async close(): Promise<void> {
    await this.simulator.close();
    for (const home of this.#homes) home.remove();
  }
}
