import type { DeviceEntry } from '../../../core/device.js';
import { Failure } from '../../../core/errors.js';
import type { Inventory } from '../../../ports/inventory.js';
import type { SshEnvironment } from './environment.js';
import { parseJump, type JumpWord } from './jump-words.js';
import type { SshConfigFiles } from './ssh-config-files.js';
import { settleTarget, type Target } from './target.js';

/** More hops than anybody needs; a chain that names ever new hosts ends here. */
const maxHops = 8;

/** Finds the way to a device: itself alone, or the jump hosts before it, outermost first. */
export class Routes {
  readonly #inventory: Inventory;
  readonly #config: SshConfigFiles;
  readonly #environment: SshEnvironment;

  constructor(inventory: Inventory, config: SshConfigFiles, environment: SshEnvironment) {
    this.#inventory = inventory;
    this.#config = config;
    this.#environment = environment;
  }

  /** Rejects with `invalid_input` where the hops form a loop, are too many, or cannot be read. */
  async to(entry: DeviceEntry): Promise<readonly Target[]> {
    return this.#way(entry, []);
  }

  /** `inner` is what lies behind this host already, innermost last. */
  async #way(entry: DeviceEntry, inner: readonly Target[]): Promise<readonly Target[]> {
    const target = await this.#settle(entry);
    const way = extended(target, inner);
    const { jump } = target;
    if (jump === undefined) return way;
    const words = parseJump(jump.hops);
    if (words === undefined) {
      throw new Failure('invalid_input', `The jump of ${entry.name} cannot be read.`, {
        hint: "Write a device's name, an alias of ~/.ssh/config or user@host:port; several with commas, outermost first.",
        retry: 'no',
      });
    }
    const mayBeDevices = jump.from !== 'ssh-config';
    let hops = words.map((word) => this.#entryOf(word, entry, mayBeDevices));
    // A default jump serves its own hosts as well: each is reached through those before it.
    const self = hops.findIndex((hop) => hop.name === entry.name);
    if (jump.from === 'defaults' && self >= 0) hops = hops.slice(0, self);
    const [outermost, ...others] = hops;
    if (outermost === undefined) return way;
    // As with ssh -J, only the outermost hop may be reached through hops of its own: the chain says how the others are.
    let behind = way;
    for (const hop of others.reverse()) {
      behind = extended({ ...(await this.#settle(hop)), jump: undefined, proxyCommand: undefined }, behind);
    }
    return this.#way(outermost, behind);
  }

  async #settle(entry: DeviceEntry): Promise<Target> {
    const { localUser } = this.#environment;
    const query = { host: entry.host, user: entry.settings.user, localUser };
    return settleTarget(entry, await this.#config.settings(query), this.#environment);
  }

  #entryOf(word: JumpWord, from: DeviceEntry, mayBeDevice: boolean): DeviceEntry {
    if (mayBeDevice && word.user === undefined && word.port === undefined) {
      const device = this.#inventory.devices().find(({ name }) => name === word.host);
      if (device !== undefined) return device;
    }
    return {
      name: word.host,
      host: word.host,
      settings: { user: word.user, port: word.port },
      defaults: {},
      labels: {},
      groups: [],
      // A client names no jump hosts: they were chosen by the user, in the fleet file or ~/.ssh/config.
      origin: from.origin === 'client' ? 'file' : from.origin,
    };
  }
}

function extended(target: Target, inner: readonly Target[]): readonly Target[] {
  const way = [target, ...inner];
  const same = (a: Target): boolean => a.host === target.host && a.port === target.port && a.user === target.user;
  if (inner.some(same)) {
    const names = way.map(({ entry }) => entry.name).join(' -> ');
    throw new Failure('invalid_input', `The jump hosts form a loop: ${names}.`, {
      hint: 'Take the jump from the host that begins the loop; in ~/.ssh/config write `Host * !thejumphost` over a ProxyJump for all.',
      retry: 'no',
    });
  }
  if (inner.length > maxHops) {
    throw new Failure('invalid_input', `More than ${String(maxHops)} jump hosts lie before the device.`, {
      hint: 'Shorten the chain of `jump` and ProxyJump.',
      retry: 'no',
    });
  }
  return way;
}
