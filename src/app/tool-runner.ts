import { setMaxListeners } from 'node:events';
import { Failure } from '../core/errors.js';
import { cleanText } from '../core/untrusted.js';
import { asFailure, describeFailure } from '../core/reply/failures.js';
import { paginate, type Findings } from '../core/reply/pages.js';
import type { Reply } from '../core/reply/reply.js';
import { replyText } from '../core/reply/text.js';
import { parseArguments } from './arguments.js';
import { callWith, type CallParts } from './calls.js';
import { Changes, type ChangingParts } from './changing.js';
import { peersOf } from './peers.js';
import { picturesOf } from './pictures.js';
import { readUnderPolicy, type ReadRequest } from './reading-under-policy.js';
import { Refusals } from './refusals.js';
import { ReplyStore } from './reply-store.js';
import type { Outcome, Question, RunContext } from './run-context.js';
import { safeFailure, safeFindings } from './safe-findings.js';
import { chooseDevices, describeProblems, type Selected } from './selecting.js';
import type { CatalogedTool, CommonArgs, ToolCatalog } from './tool-catalog.js';
import type { Call, FleetTool, ReadTool, Tool } from '../ports/tool.js';

/** Every call has answered by then; a little less than the promised 45 s, so that the answer is out in time. */
const deadlineMs = 44_000;
/** What a call has at least, however long a person took to answer. */
const leastMs = 10_000;
/** JSON of one reply. With its text, at about 3.5 characters a token, it stays under 4,000 tokens; `full` asks for more. */
const summaryChars = 8_000;
const fullChars = 32_000;

export interface RunnerParts extends CallParts, ChangingParts {
  readonly catalog: ToolCatalog;
  /** Every tool there is, also those that this session does not have. */
  readonly tools: readonly Tool[];
}

interface Found {
  readonly findings: Findings;
  readonly question?: Question | undefined;
}

interface Ran {
  readonly findings: Omit<Findings, 'notes'>;
  readonly question?: Question | undefined;
  readonly partial?: boolean | undefined;
}

/** The one way a tool is run: parse, select, fan out, agree, redact, cut to size. Nothing of it can be skipped. */
export class ToolRunner {
  readonly #parts: RunnerParts;
  readonly #store: ReplyStore;
  readonly #changes: Changes;
  readonly #refusals: Refusals;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#store = new ReplyStore(parts.newId);
    this.#changes = new Changes(parts);
    this.#refusals = new Refusals(parts);
  }

  /** Runs one tool. What goes wrong is in the outcome; it never rejects. */
  async run(name: string, args: unknown, context: RunContext): Promise<Outcome> {
    try {
      const { tool, inputSchema } = await this.find(name, args, context);
      const next = cursorOf(args);
      if (next !== undefined) return this.#outcome(this.#store.page(name, next));
      const parsed = await this.#recorded(
        tool,
        args,
        context,
        () => parseArguments(inputSchema, args) as CommonArgs & Record<string, unknown>,
      );
      const full = parsed.detail === 'full';
      const { findings, question } = await this.#withDeadline(context, (deadline) =>
        this.#find(tool, parsed, deadline, context),
      );
      const safe = safeFindings(findings, tool, this.#parts.redactor);
      const pages = paginate(safe, full ? fullChars : summaryChars);
      const pictures = picturesOf(tool, safe);
      const outcome = this.#outcome(this.#store.keep(name, pages), question);
      return pictures.length > 0 ? { ...outcome, pictures } : outcome;
    } catch (error) {
      const failure = { ...describeFailure(asFailure(error, this.#parts.onBug)), devices: [] };
      return this.#outcome({
        summary: { ok: 0, failed: 1, skipped: 0 },
        failures: [safeFailure(failure, this.#parts.redactor)],
      });
    }
  }

  /** A tool of this session. Rejects for any other; one that an option took away is on record as refused. */
  async find(name: string, args: unknown, { client }: Pick<RunContext, 'client'>): Promise<CatalogedTool> {
    try {
      return this.#parts.catalog.get(name);
    } catch (error) {
      await this.#refusals.recordFailure(name, args, client, error).catch(this.#parts.onBug);
      throw error;
    }
  }

  async #find(
    tool: Tool,
    { selector, detail, cursor: _none, plan, token, ...args }: CommonArgs & Record<string, unknown>,
    deadline: Deadline,
    context: RunContext,
  ): Promise<Found> {
    const { inventory, book } = this.#parts;
    // Another server may have edited the fleet file a moment ago; a token must not outlive that.
    if (tool.kind === 'change' || tool.kind === 'inventory') await inventory.refresh?.();
    const callFor = (changeId?: string): Call =>
      callWith(this.#parts, {
        ...deadline,
        ...(changeId !== undefined && { changeId }),
        peer: peersOf(tool, args, this.#parts),
        awaited: (id, device, call) => this.#parts.watch.report(id, device, call),
      });
    const selection: Selected =
      tool.spec.withoutSelector === 'none'
        ? { chosen: [], skipped: [] }
        : await this.#recorded(tool, { selector, ...args }, context, () =>
            chooseDevices(selector, tool.spec.withoutSelector === 'all', inventory, book, deadline.signal),
          );
    const onSettled =
      (total: number) =>
      (done: number): void => {
        if (total > 1) context.progress?.({ done, total, message: `${done} of ${total} devices` });
      };
    const full = detail === 'full';
    const about = { args, selection, full, onSettled };
    const found: Ran =
      tool.kind === 'change' || tool.kind === 'inventory'
        ? await this.#changes.run({ ...about, tool, plan: plan === true, token, context, callFor })
        : await this.#read(tool, { ...about, context, callFor });
    const problems = describeProblems(inventory.problems()).map((problem) => `Fleet file: ${problem}`);
    const none = selection.note === undefined ? [] : [selection.note];
    const more =
      found.partial === true
        ? ["Groups hold what devices have in common; detail full gives each device's own data."]
        : [];
    return { findings: { ...found.findings, notes: [...none, ...more, ...problems] }, question: found.question };
  }

  async #read(tool: ReadTool | FleetTool, request: ReadRequest): Promise<Ran> {
    const { args, context } = request;
    const { name } = tool.spec;
    try {
      const found: Ran = await readUnderPolicy(tool, request, { ...this.#parts, changes: this.#changes });
      // Where a person was asked, all of it is on record already.
      if (found.partial !== undefined)
        await this.#refusals.record(name, args, context.client, found.findings.failures).catch(this.#parts.onBug);
      return found;
    } catch (error) {
      await this.#refusals.recordFailure(name, args, context.client, error).catch(this.#parts.onBug);
      throw error;
    }
  }

  /** Every call of a changing tool is on record, also one that goes wrong before it is known what to do where. */
  async #recorded<T>(tool: Tool, args: unknown, context: RunContext, work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (tool.kind === 'change' || tool.kind === 'inventory')
        // Nothing ran: why it did not is the better answer than that this could not be recorded.
        await this.#changes.refused(tool, args, error, context).catch(this.#parts.onBug);
      throw error;
    }
  }

  async #withDeadline<T>(context: RunContext, work: (deadline: Deadline) => Promise<T>): Promise<T> {
    const { clock } = this.#parts;
    const leftMs = Math.min(deadlineMs, Math.max(leastMs, (context.answerByMs ?? Infinity) - clock.now()));
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(outOfTime()), leftMs);
    const signal = AbortSignal.any([context.signal, deadline.signal]);
    // Every device of a fan-out listens to the same signal; Node would take the eleventh for a leak.
    setMaxListeners(0, signal);
    let said = 0;
    // A tool may pass on what a device says while it works.
    const safe = (message: string): string => this.#parts.redactor.redact(cleanText(message));
    const progress = (message: string): void => context.progress?.({ done: ++said, message: safe(message) });
    try {
      return await work({ signal, deadlineMs: clock.now() + leftMs, progress });
    } finally {
      clearTimeout(timer);
    }
  }

  #outcome(reply: Reply, question?: Question): Outcome {
    const { ok, failed, unfinished = 0 } = reply.summary;
    const told = { reply, text: replyText(reply, this.#parts.newId()) };
    if (question) return { status: 'ask', question, ...told };
    return { status: ok + unfinished === 0 && failed > 0 ? 'failed' : 'done', ...told };
  }
}

interface Deadline {
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  readonly progress: (message: string) => void;
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
