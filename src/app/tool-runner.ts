import { setMaxListeners } from 'node:events';
import { Failure } from '../core/errors.js';
import type { TemperatureLimits } from '../core/jetson/hot-zones.js';
import { asFailure, describeFailure } from '../core/reply/failures.js';
import { paginate, type Findings } from '../core/reply/pages.js';
import type { Reply } from '../core/reply/reply.js';
import { replyText } from '../core/reply/text.js';
import type { Redactor } from '../core/redact.js';
import type { Clock } from '../ports/clock.js';
import type { Inventory } from '../ports/inventory.js';
import type { Logger } from '../ports/logger.js';
import type { Call, Tool } from '../ports/tool.js';
import { parseArguments } from './arguments.js';
import type { DeviceBook } from './device-book.js';
import type { GuardedFleet } from './guarded-fleet.js';
import { readEach, readTogether, type Reading } from './reading.js';
import { ReplyStore } from './reply-store.js';
import { safeFailure, safeFindings } from './safe-findings.js';
import { chooseDevices, describeProblems } from './selecting.js';
import type { CommonArgs, ToolCatalog } from './tool-catalog.js';

/** Every call has answered by then; a little less than the promised 45 s, so that the answer is out in time. */
const deadlineMs = 44_000;
/** JSON of one reply. With its text, at about 3.5 characters a token, it stays under 4,000 tokens; `full` asks for more. */
const summaryChars = 8_000;
const fullChars = 32_000;

export interface ProgressUpdate {
  readonly done: number;
  /** Absent where nobody knows. */
  readonly total?: number | undefined;
  readonly message: string;
}

export interface RunContext {
  readonly signal: AbortSignal;
  readonly progress?: ((update: ProgressUpdate) => void) | undefined;
}

/** `failed` where nothing succeeded. The text says what the reply says. */
export interface Outcome {
  readonly status: 'done' | 'failed';
  readonly reply: Reply;
  readonly text: string;
}

export interface RunnerParts {
  readonly catalog: ToolCatalog;
  readonly inventory: Inventory;
  readonly fleet: GuardedFleet;
  readonly book: DeviceBook;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly temperatureLimits: TemperatureLimits;
  /** A new unguessable word at every call. */
  readonly newId: () => string;
}

/** The one way a tool is run: parse, select, fan out, agree, redact, cut to size. Nothing of it can be skipped. */
export class ToolRunner {
  readonly #parts: RunnerParts;
  readonly #store: ReplyStore;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#store = new ReplyStore(parts.newId);
  }

  /** Runs one tool. What goes wrong is in the outcome; it never rejects. */
  async run(name: string, args: unknown, context: RunContext): Promise<Outcome> {
    try {
      const { tool, inputSchema } = this.#parts.catalog.get(name);
      const next = cursorOf(args);
      if (next !== undefined) return this.#outcome(this.#store.page(name, next));
      const {
        selector,
        detail,
        cursor: _none,
        ...own
      } = parseArguments(inputSchema, args) as CommonArgs & Record<string, unknown>;
      const full = detail === 'full';
      const findings = await this.#withDeadline(context, (call) =>
        this.#find(tool, own, selector, full, call, context),
      );
      return this.#outcome(
        this.#store.keep(
          name,
          paginate(safeFindings(findings, tool, this.#parts.redactor), full ? fullChars : summaryChars),
        ),
      );
    } catch (error) {
      const failure = { ...describeFailure(asFailure(error, this.#onBug)), devices: [] };
      return this.#outcome({
        summary: { ok: 0, failed: 1, skipped: 0 },
        failures: [safeFailure(failure, this.#parts.redactor)],
      });
    }
  }

  async #find(
    tool: Tool,
    args: Record<string, unknown>,
    selector: string | undefined,
    full: boolean,
    call: Call,
    context: RunContext,
  ): Promise<Findings> {
    if (tool.kind === 'change') {
      throw new Failure('not_confirmed', 'Nobody can be asked for consent, so nothing is changed.', { retry: 'no' });
    }
    const { inventory, book } = this.#parts;
    const selection = await chooseDevices(selector, tool.spec.withoutSelector === 'all', inventory, book, call.signal);
    const reading: Reading = { args, selection, call };
    const parts = { ...this.#parts, onBug: this.#onBug };
    const total = selection.chosen.length;
    const report = (done: number): void => {
      if (total > 1) context.progress?.({ done, total, message: `${done} of ${total} devices` });
    };
    const found = await (tool.kind === 'read'
      ? readEach(tool, reading, parts, full, report)
      : readTogether(tool, reading, parts));
    const problems = describeProblems(inventory.problems()).map((problem) => `Fleet file: ${problem}`);
    const none = selection.note === undefined ? [] : [selection.note];
    const more = found.partial
      ? ["Groups hold what devices have in common; detail full gives each device's own data."]
      : [];
    return { ...found, notes: [...none, ...more, ...problems] };
  }

  async #withDeadline<T>(context: RunContext, work: (call: Call) => Promise<T>): Promise<T> {
    const { clock } = this.#parts;
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(outOfTime()), deadlineMs);
    const signal = AbortSignal.any([context.signal, deadline.signal]);
    // Every device of a fan-out listens to the same signal; Node would take the eleventh for a leak.
    setMaxListeners(0, signal);
    let said = 0;
    try {
      return await work({
        signal,
        deadlineMs: clock.now() + deadlineMs,
        temperatureLimits: this.#parts.temperatureLimits,
        now: () => clock.now(),
        progress: (message) => context.progress?.({ done: ++said, message }),
      });
    } finally {
      clearTimeout(timer);
    }
  }

  #outcome(reply: Reply): Outcome {
    const { ok, failed } = reply.summary;
    return { status: ok === 0 && failed > 0 ? 'failed' : 'done', reply, text: replyText(reply, this.#parts.newId()) };
  }

  readonly #onBug = (error: unknown): string => {
    const reference = this.#parts.newId();
    this.#parts.logger.log('error', 'bug', { reference, error });
    return reference;
  };
}

function outOfTime(): Failure {
  return new Failure('timeout', 'The device had not answered when the 45 seconds of a call were over.', {
    hint: 'Ask fewer devices, or run device_doctor on it.',
    retry: 'check_first',
  });
}

/** A cursor stands by itself: the other arguments were checked when the answer was made. */
function cursorOf(args: unknown): string | undefined {
  const cursor = args !== null && typeof args === 'object' && 'cursor' in args ? args.cursor : undefined;
  return typeof cursor === 'string' ? cursor : undefined;
}
