import type { DeviceFacts } from '../core/device.js';
import type { Probe } from '../core/probe/probe.js';
import type { Redactor } from '../core/redact.js';
import type { AuditLog } from '../ports/audit-log.js';
import type { AwaitedWork } from '../ports/awaited-work.js';
import type { Consents } from '../ports/consents.js';
import type { Fleet } from '../ports/fleet.js';
import type { Inventory } from '../ports/inventory.js';
import type { Logger } from '../ports/logger.js';
import type { PolicySource } from '../ports/policy-source.js';
import type { Tool } from '../ports/tool.js';
import { AwaitedWatch } from './awaited-watch.js';
import type { CallParts } from './calls.js';
import { ConsentDesk } from './consent-desk.js';
import { DeviceBook } from './device-book.js';
import { FactsKeeper } from './facts-keeper.js';
import { GuardedFleet } from './guarded-fleet.js';
import { pathGate } from './policy-gate.js';
import { safeData } from './safe-findings.js';
import { ToolCatalog, type ToolChoice } from './tool-catalog.js';
import { ToolRunner } from './tool-runner.js';

/** Everything outside that the application needs. */
export interface AppParts extends CallParts {
  readonly tools: readonly Tool[];
  readonly defaultTools: readonly string[];
  readonly choice: ToolChoice;
  readonly identity: Probe<DeviceFacts>;
  readonly fleet: Fleet;
  readonly inventory: Inventory;
  readonly policySource: PolicySource;
  readonly consents: Consents;
  readonly awaitedWork: AwaitedWork;
  readonly audit: AuditLog;
  readonly redactor: Redactor;
  readonly logger: Logger;
  /** The account of this machine's operating system. */
  readonly user: string;
  /** How often an unfinished change is looked at; the watch's own measure where absent. */
  readonly lookEveryMs?: number | undefined;
}

export interface App {
  readonly catalog: ToolCatalog;
  readonly runner: ToolRunner;
  /** Tools reach devices through it only. */
  readonly fleet: GuardedFleet;
  readonly book: DeviceBook;
  /** Has facts waiting to be written: to be flushed at the end. */
  readonly keeper: FactsKeeper;
  readonly watch: AwaitedWatch;
}

/** Puts the application together. Throws `invalid_input` for a toolset or tool that does not exist. */
export function assemble(parts: AppParts): App {
  const { tools, redactor, logger, clock, newId } = parts;
  const catalog = new ToolCatalog(tools, parts.defaultTools, parts.choice);
  const toolOf = (name: string) => tools.find(({ spec }) => spec.name === name);
  const gate = pathGate(parts, toolOf, (entry) => book.state(entry));
  const fleet = new GuardedFleet(parts.fleet, redactor, logger, gate);
  const keeper = new FactsKeeper({ facts: parts.services.store.facts, clock, logger });
  const book = new DeviceBook(fleet, parts.identity, clock, keeper);
  const onBug = (error: unknown): string => {
    const reference = newId();
    logger.log('error', 'bug', { reference, error });
    return reference;
  };
  const watch = new AwaitedWatch({
    ...parts,
    fleet,
    work: parts.awaitedWork,
    safeData: (tool, data) => safeData(tool, data, redactor),
    onBug,
  });
  const desk = new ConsentDesk(parts.consents, clock, newId);
  const runner = new ToolRunner({ ...parts, catalog, fleet, book, watch, desk, onBug });
  return { catalog, runner, fleet, book, keeper, watch };
}
