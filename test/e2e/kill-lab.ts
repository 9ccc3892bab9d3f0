import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AuditVerdict } from '../../src/core/audit/chain-check.js';
import type { AuditRecord } from '../../src/core/audit/entry.js';
import { recordsIn } from './audit-check.js';
import { auditPlaces, machineOf } from './audited.js';
import { connect, type AnyClient } from './clients.js';
import { bareEnvironment, run } from './program.js';

const killer = join(import.meta.dirname, 'kill-at.mjs');

/** When a server dies, as kill-at.mjs takes it. */
export type Moment = `${'before' | 'torn' | 'after'}:${string}`;

/** A home whose servers may do everything, and one of which is killed. */
export class KillLab {
  readonly home = mkdtempSync(join(tmpdir(), 'jetfleet-kill-'));
  readonly fleetFile = join(this.home, '.config/jetfleet/fleet.yaml');
  readonly env = bareEnvironment(this.home);
  readonly #audit = auditPlaces(machineOf(this.env)).folder;

  constructor(fleet: string, tools: readonly string[]) {
    mkdirSync(join(this.home, '.config/jetfleet'), { recursive: true, mode: 0o700 });
    writeFileSync(this.fleetFile, fleet, { mode: 0o600 });
    const policy = `rules:\n  - { then: allow, tools: [${tools.join(', ')}] }\n`;
    writeFileSync(join(this.home, '.config/jetfleet/policy.yaml'), policy, { mode: 0o600 });
  }

  start(env: Record<string, string> = {}): Promise<AnyClient> {
    return connect('legacy', { args: ['--config', this.fleetFile, '--toolsets', 'all'], env: { ...this.env, ...env } });
  }

  /** Has a server call a tool and be killed in the course of it. */
  async die(moment: Moment, tool: string, args: Record<string, unknown>): Promise<void> {
    const client = await this.start({
      NODE_OPTIONS: `--import ${pathToFileURL(killer).href}`,
      JETFLEET_TEST_KILL: moment,
    });
    const answer = await client.call(tool, args).catch(() => undefined);
    if (answer !== undefined) throw new Error(`It was not killed: ${answer.content[0]?.text ?? ''}`);
    await client.close();
    this.timePasses();
  }

  /** The records of a tool's newest call. */
  trail(tool: string): AuditRecord[] {
    const records = recordsIn(this.#audit);
    const last = records.findLast((record) => 'tool' in record && record.tool === tool);
    return records.filter((record) => 'id' in record && last !== undefined && 'id' in last && record.id === last.id);
  }

  /** What `jetfleet audit verify --json` says. */
  async verdict(): Promise<AuditVerdict> {
    return JSON.parse((await run(['audit', 'verify', '--json'], { env: this.env })).stdout) as AuditVerdict;
  }

  /** Lets the locks and claims of the dead server be over, as they are after some seconds and a minute. */
  timePasses(): void {
    const longAgo = new Date(Date.now() - 3_600_000);
    for (const folder of [
      this.#audit,
      join(this.#audit, '..'),
      join(this.#audit, '../awaited'),
      dirname(this.fleetFile),
    ])
      for (const name of filesIn(folder).filter((each) => /\.(lock|stale)$/.test(each)))
        utimesSync(join(folder, name), longAgo, longAgo);
    const folder = join(this.#audit, '../awaited');
    for (const name of filesIn(folder).filter((each) => each.endsWith('.lease'))) {
      const lease = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>;
      writeFileSync(join(folder, name), JSON.stringify({ ...lease, untilMs: 0 }), { mode: 0o600 });
    }
  }

  fleet(): string {
    return readFileSync(this.fleetFile, 'utf8');
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
