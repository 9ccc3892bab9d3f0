import type { AuditedCall, AuditEvent } from '../core/audit/entry.js';
import { recordedArguments } from '../core/audit/recorded-arguments.js';
import { Failure } from '../core/errors.js';
import type { Redactor } from '../core/redact.js';
import { stepText } from '../core/reply/plan.js';
import type { ReplyPlan } from '../core/reply/reply.js';
import { cleanDeep } from '../core/untrusted.js';
import type { AuditLog } from '../ports/audit-log.js';
import type { Clock } from '../ports/clock.js';
import type { StepTrail } from './guarded-fleet.js';

const longText = 400;
const own = { isWord: () => false, isSentence: (field: string) => ['says', 'why', 'message'].includes(field) };

/** Long texts (a file's content, a script) are known by their beginning and length; the steps hold their hash. */
function shortened(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length <= longText
      ? value
      : `${value.slice(0, longText / 2).toWellFormed()}… (${value.length} characters)`;
  if (Array.isArray(value)) return value.map(shortened);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item)]));
}

/** Writes what becomes of one call into the audit log, without secrets. What it rejects must not go on. */
export class ChangeTrail implements StepTrail {
  readonly #call: AuditedCall;
  readonly #log: AuditLog;
  readonly #redactor: Redactor;
  readonly #clock: Clock;
  readonly #secret: readonly string[];

  constructor(
    call: AuditedCall,
    parts: { readonly audit: AuditLog; readonly redactor: Redactor; readonly clock: Clock },
    secretArguments: readonly string[] = [],
  ) {
    this.#call = call;
    this.#log = parts.audit;
    this.#redactor = parts.redactor;
    this.#clock = parts.clock;
    this.#secret = secretArguments;
  }

  /** Resolves once the events are on disk. */
  async write(...events: readonly AuditEvent[]): Promise<void> {
    await this.#log.append(
      events.map((event) => ({ ...this.#call, ...(this.#redactor.redactDeep(cleanDeep(event), own) as AuditEvent) })),
    );
  }

  get asker(): AuditedCall['asker'] {
    return this.#call.asker;
  }

  /** A failure as it is recorded: what a bug says of itself stays in the log. */
  failure(error: unknown): { kind: string; message: string } {
    const { kind, message } = error instanceof Failure ? error : { kind: 'internal', message: 'A bug of jetfleet.' };
    return { kind, message };
  }

  /** Arguments as they are recorded: without values that the tool, or a name, says are secret. */
  arguments(args: unknown): unknown {
    return shortened(recordedArguments(args, this.#secret));
  }

  /** Arguments that the tool has not taken: a field may bear any name, so they are recorded as text, in which a secret shows by its name. */
  unchecked(args: unknown): unknown {
    return shortened(this.#redactor.redact(JSON.stringify(recordedArguments(args ?? {}, this.#secret))));
  }

  /** A plan as it is recorded. */
  plans(steps: ReplyPlan['steps']): { devices: readonly string[]; says: string; steps: readonly string[] }[] {
    return steps.map(({ devices, says, commands }) => ({ devices, says, steps: commands }));
  }

  async begin(device: string, step: Parameters<StepTrail['begin']>[1], number: number) {
    const beganMs = this.#clock.now();
    await this.write({ event: 'step', device, step: number, does: stepText(step) });
    return async (error?: unknown): Promise<void> => {
      const result = error === undefined ? 'ok' : error instanceof Failure ? error.kind : 'internal';
      await this.write({ event: 'step_ended', device, step: number, result, durationMs: this.#clock.now() - beganMs });
    };
  }
}
