import type { DeviceEntry } from '../../core/device.js';
import { fieldHelp } from '../../core/fleet-file-help.js';
import { parseFleetFile } from '../../core/fleet-file.js';
import { Failure } from '../../core/errors.js';
import type { Inventory, InventoryProblem } from '../../ports/inventory.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentInventoryOptions {
  /** What `~` stands for in JETSON_SSH_KEY_PATH. */
  readonly home: string;
  /** Where a fleet file would be looked for. */
  readonly expectedPath: string;
}

/** The variables that jetsonMCP took, by the field of the fleet file that each is. */
const variables: Readonly<Record<string, { readonly name: string; readonly example: string }>> = {
  host: { name: 'JETSON_HOST', example: '192.168.1.31' },
  user: { name: 'JETSON_USERNAME', example: 'nvidia' },
  port: { name: 'JETSON_SSH_PORT', example: '22' },
  identityFile: { name: 'JETSON_SSH_KEY_PATH', example: '~/.ssh/id_ed25519' },
  password: { name: 'JETSON_PASSWORD', example: '...' },
  passphrase: { name: 'JETSON_SSH_PASSPHRASE', example: '...' },
  connectTimeoutMs: { name: 'JETSON_SSH_TIMEOUT', example: '30' },
  hostKeys: { name: 'SSH_STRICT_HOST_CHECKING', example: 'true' },
};

function valueOf(env: Environment, field: string): string | undefined {
  const value = env[variables[field]?.name ?? '']?.trim();
  return value === '' ? undefined : value;
}

function isTrue(value: string | undefined): boolean {
  return /^(?:true|1|yes|on)$/i.test(value?.trim() ?? '');
}

/** `false` asked jetsonMCP for no check at all. Here it trusts a key at first sight and refuses a changed one. */
function hostKeysOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (isTrue(value)) return 'strict';
  return /^(?:false|0|no|off)$/i.test(value) ? 'accept-new' : value;
}

function documentOf(env: Environment): Record<string, unknown> {
  const seconds = valueOf(env, 'connectTimeoutMs');
  const hasPassword = valueOf(env, 'password') !== undefined;
  const fields = {
    name: 'jetson',
    host: valueOf(env, 'host'),
    user: valueOf(env, 'user'),
    port: valueOf(env, 'port'),
    identityFile: valueOf(env, 'identityFile'),
    hostKeys: hostKeysOf(valueOf(env, 'hostKeys')),
    connectTimeoutMs: seconds === undefined ? undefined : Number(seconds) * 1000,
    password: hasPassword ? 'env:JETSON_PASSWORD' : undefined,
    passphrase: valueOf(env, 'passphrase') === undefined ? undefined : 'env:JETSON_SSH_PASSPHRASE',
    sudo: hasPassword ? { password: 'env:JETSON_PASSWORD' } : undefined,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function problemOf(field: string): InventoryProblem {
  const { name, example } = variables[field] ?? { name: field, example: '...' };
  const takes =
    field === 'connectTimeoutMs'
      ? 'seconds from 1 to 600'
      : field === 'hostKeys'
        ? 'true or false'
        : (fieldHelp[field]?.takes ?? 'another value');
  return { field: name, message: `${name} takes ${takes}.`, fix: `Set for example ${name}=${example}.` };
}

function hostMissing(set: readonly string[]): InventoryProblem {
  const message = `${set.join(', ')} ${set.length === 1 ? 'is' : 'are'} set and JETSON_HOST is not.`;
  return { field: 'JETSON_HOST', message, fix: 'Set for example JETSON_HOST=192.168.1.31.' };
}

/** One board named `jetson`, described by the environment variables that users of jetsonMCP have. */
export class EnvironmentInventory implements Inventory {
  readonly #devices: readonly DeviceEntry[] = [];
  readonly #problems: readonly InventoryProblem[] = [];
  readonly #expectedPath: string;

  constructor(env: Environment, options: EnvironmentInventoryOptions) {
    this.#expectedPath = options.expectedPath;
    const own = Object.values(variables).map(({ name }) => name);
    const set = own.filter((name) => name.startsWith('JETSON_') && (env[name]?.trim() ?? '') !== '');
    if (set.length === 0) return;
    if (valueOf(env, 'host') === undefined) {
      this.#problems = [hostMissing(set)];
    } else {
      const file = parseFleetFile({ devices: [documentOf(env)] }, { home: options.home });
      this.#devices = file.devices.map((device) => ({ ...device, origin: 'environment' }));
      this.#problems = file.problems.map(({ path }) => problemOf(String(path[2])));
    }
  }

  devices(): readonly DeviceEntry[] {
    return this.#devices;
  }

  problems(): readonly InventoryProblem[] {
    return this.#problems;
  }

  source(): string | undefined {
    return this.#devices.length + this.#problems.length > 0 ? 'environment' : undefined;
  }

  expectedPath(): string {
    return this.#expectedPath;
  }

  /** The environment of a running process does not change: the listener is never called. */
  onChange(): () => void {
    return () => undefined;
  }

  /** The environment is the client's configuration, which is not ours to write. */
  edit(): Promise<void> {
    const message = 'The one device comes from the JETSON_* variables, which cannot be edited from here.';
    const hint = `Ask the user to run "jetfleet init" and to put the board into ${this.#expectedPath}; the variables are not used then.`;
    return Promise.reject(new Failure('unsupported', message, { hint, retry: 'no' }));
  }
}
