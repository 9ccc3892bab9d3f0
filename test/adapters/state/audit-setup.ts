import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JsonlAuditLog } from '../../../src/adapters/state/audit/jsonl-audit-log.js';
import { verifyAudit } from '../../../src/adapters/state/audit/verify-audit.js';
import type { AuditVerdict } from '../../../src/core/audit/chain-check.js';
import { auditEntry } from '../../contract/audit-log.js';

export const startMs = 1_800_000_000_000;

/** A real log in a folder, and ways to harm it. */
export class LogOnDisk {
  readonly folder: string;
  readonly headPath: string;
  readonly maxBytes: number | undefined;

  constructor(home: string, maxBytes?: number) {
    this.folder = join(home, 'audit');
    this.headPath = join(home, 'data', 'audit-head.json');
    this.maxBytes = maxBytes;
  }

  /** As a server that starts now opens it. */
  open(): JsonlAuditLog {
    const { folder, headPath, maxBytes } = this;
    return new JsonlAuditLog({ folder, headPath, clock: { now: () => startMs }, ...(maxBytes && { maxBytes }) });
  }

  /** Each number as an append of its own. */
  async write(from: number, to: number): Promise<void> {
    const log = this.open();
    for (let step = from; step <= to; step++) await log.append([auditEntry(step)]);
  }

  verify(): Promise<AuditVerdict> {
    return verifyAudit({ folder: this.folder, headPath: this.headPath });
  }

  /** What the problems say, a word each with the place. */
  async faults(): Promise<string[]> {
    const { problems } = await this.verify();
    return problems.map(({ file, line, what }) => `${file}:${line} ${what.split(/[:.]/)[0] ?? ''}`);
  }

  files(): string[] {
    return readdirSync(this.folder).filter((name) => name.endsWith('.jsonl'));
  }

  path(name = 'audit.jsonl'): string {
    return join(this.folder, name);
  }

  bytes(name?: string): Buffer {
    return readFileSync(this.path(name));
  }

  lines(name?: string): string[] {
    return this.bytes(name).toString().split('\n').slice(0, -1);
  }

  put(lines: readonly string[], name?: string): void {
    writeFileSync(this.path(name), lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  }

  /** All files, to be put back after each harm. */
  copy(): () => void {
    const kept = this.files().map((name) => [name, this.bytes(name)] as const);
    const head = readFileSync(this.headPath);
    return () => {
      mkdirSync(this.folder, { recursive: true });
      for (const [name, bytes] of kept) writeFileSync(this.path(name), bytes, { mode: 0o600 });
      writeFileSync(this.headPath, head, { mode: 0o600 });
    };
  }
}
