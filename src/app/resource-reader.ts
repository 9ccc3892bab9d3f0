import { decide } from '../core/policy/evaluate.js';
import { Failure } from '../core/errors.js';
import type { Redactor } from '../core/redact.js';
import type { Call } from '../ports/tool.js';
import { cleanDeep } from '../core/untrusted.js';
import type { DeviceResource, FleetResource } from '../ports/resource.js';
import { callWith, type CallParts } from './calls.js';
import type { DeviceBook } from './device-book.js';
import type { GuardedFleet } from './guarded-fleet.js';
import { denied, localTime, policyNow, type PolicyParts } from './policy-gate.js';

const scheme = 'jetson://';
const deadlineMs = 44_000;
/** Fields of resources; zones and rails have names of the device's. */
const own = {
  isWord: (text: string): boolean => /^[a-z]+(?:[A-Z][a-z]+)+$|^(?:clocks|hot|id|modes|name)$/.test(text),
  isSentence: (): boolean => false,
};

export interface ResourceParts extends CallParts, PolicyParts {
  readonly resources: readonly DeviceResource[];
  readonly fleetResources: readonly FleetResource[];
  readonly fleet: GuardedFleet;
  readonly book: DeviceBook;
  readonly redactor: Redactor;
}

export interface ListedResource {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

/** What an address stands for; without a device, something of the fleet as a whole. */
type Found =
  | { readonly device: string; readonly resource: DeviceResource }
  | { readonly device: undefined; readonly resource: FleetResource };

/** Serves `jetson://{device}/<path>`, `jetson://<path>` for a fleet of one, and what is of the fleet as a whole. */
export class ResourceReader {
  readonly #parts: ResourceParts;

  constructor(parts: ResourceParts) {
    this.#parts = parts;
  }

  /** The templates, with `{device}` open. */
  templates(): readonly ListedResource[] {
    return this.#parts.resources.map(({ path, name, title, description }) => ({
      uri: `${scheme}{device}/${path}`,
      name,
      title,
      description,
    }));
  }

  /** The short forms, which exist for a fleet of one; empty otherwise. */
  listed(): readonly ListedResource[] {
    if (this.#parts.inventory.devices().length !== 1) return [];
    return this.#parts.resources.map(({ path, name, title, description }) => ({
      uri: `${scheme}${path}`,
      name,
      title,
      description,
    }));
  }

  /** What there is whatever devices there are. */
  general(): readonly ListedResource[] {
    return this.#parts.fleetResources.map(({ path, name, title, description }) => ({
      uri: `${scheme}${path}`,
      name,
      title,
      description,
    }));
  }

  /** Device names that begin like `value`, for completion of `{device}`. */
  complete(value: string): readonly string[] {
    const wanted = value.toLowerCase();
    return this.#parts.inventory
      .devices()
      .map(({ name }) => name)
      .filter((name) => name.toLowerCase().startsWith(wanted));
  }

  /** Whether the address is one this reader serves. */
  serves(uri: string): boolean {
    return this.#find(uri) !== undefined;
  }

  /** The resource as JSON text. Rejects with a `Failure`; `invalid_input` for an address it does not serve. */
  async read(uri: string, signal: AbortSignal): Promise<string> {
    const found = this.#find(uri);
    if (found === undefined) {
      throw new Failure('invalid_input', 'There is no resource at this address.', {
        hint: `Templates: ${this.templates()
          .map(({ uri: t }) => t)
          .join(', ')}.`,
      });
    }
    const { clock, redactor } = this.#parts;
    await this.#checkPolicy(found);
    const call = callWith(this.#parts, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
      deadlineMs: clock.now() + deadlineMs,
    });
    return JSON.stringify(redactor.redactDeep(cleanDeep(await this.#data(found, call)), own));
  }

  #data(found: Found, call: Call): Promise<Readonly<Record<string, unknown>>> {
    if (found.device === undefined) return found.resource.read(call);
    const { device: name, resource } = found;
    return resource.read(this.#parts.fleet.device(name, `resource ${resource.path}`, { allows: 'read' }), call);
  }

  /** Every tool that tells the same has to be allowed there. A question cannot be put here, so it is a no. */
  async #checkPolicy({ device: name, resource: { like } }: Found): Promise<void> {
    const { policySource, inventory, book, clock } = this.#parts;
    const policy = await policyNow(policySource);
    const entry = name === undefined ? undefined : inventory.devices().find((each) => each.name === name);
    const device = entry && { entry, state: book.state(entry) };
    const time = localTime(clock);
    for (const tool of like) {
      const verdict = decide(policy, { tool, effect: 'read', args: {}, device, time });
      if (verdict.decision !== 'allow') throw denied(tool, verdict, policySource.path(), name ?? '', {});
    }
  }

  #find(uri: string): Found | undefined {
    if (!uri.startsWith(scheme)) return undefined;
    const rest = uri.slice(scheme.length);
    const general = this.#parts.fleetResources.find(({ path }) => path === rest);
    if (general !== undefined) return { device: undefined, resource: general };
    const devices = this.#parts.inventory.devices();
    for (const resource of this.#parts.resources) {
      const [only] = devices;
      if (rest === resource.path && devices.length === 1 && only) return { device: only.name, resource };
      const named = devices.find(({ name }) => rest === `${name}/${resource.path}`);
      if (named) return { device: named.name, resource };
    }
    return undefined;
  }
}
