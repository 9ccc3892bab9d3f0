import { Failure } from '../core/errors.js';
import type { ReplyFailure } from '../core/reply/reply.js';
import type { Redactor } from '../core/redact.js';
import type { AuditLog } from '../ports/audit-log.js';
import type { Clock } from '../ports/clock.js';
import type { Tool } from '../ports/tool.js';
import { newChangeId } from './calls.js';
import { ChangeTrail } from './change-trail.js';
import type { Client } from './run-context.js';

export interface RefusalParts {
  readonly audit: AuditLog;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly user: string;
  readonly newId: () => string;
  readonly tools: readonly Tool[];
}

type Refused = Pick<ReplyFailure, 'kind' | 'message' | 'devices'>;
const refusals: readonly string[] = ['not_allowed', 'not_confirmed'];

/** Puts refusals on record that no plan was made for: readings that a rule keeps back, and tools that an option took away. */
export class Refusals {
  readonly #parts: RefusalParts;

  constructor(parts: RefusalParts) {
    this.#parts = parts;
  }

  /** Records those of some failures that are refusals, one entry for each reason. */
  async record(name: string, args: unknown, client: Client | undefined, failures: readonly Refused[]): Promise<void> {
    const refused = failures.filter(({ kind }) => refusals.includes(kind));
    const tool = this.#parts.tools.find(({ spec }) => spec.name === name);
    if (tool === undefined || refused.length === 0) return;
    const { user, newId } = this.#parts;
    const asker = { user, client: client?.name ?? 'unknown' };
    const { effect, secretArguments } = tool.spec;
    const trail = new ChangeTrail({ id: newChangeId(newId), asker, tool: name, effect }, this.#parts, secretArguments);
    const entries = refused.map(({ message: why, devices }) => ({
      event: 'refused' as const,
      arguments: trail.arguments(args),
      devices,
      why,
    }));
    await trail.write(...entries);
  }

  /** The same of one failure that kept a call from everything. */
  async recordFailure(name: string, args: unknown, client: Client | undefined, error: unknown): Promise<void> {
    if (error instanceof Failure)
      await this.record(name, args, client, [{ kind: error.kind, message: error.message, devices: [] }]);
  }
}
