/** Where a secret comes from; never the secret itself. `env:NAME`, `file:PATH` or `command:PROGRAM ARGS`. */
export type SecretRef = `env:${string}` | `file:${string}` | `command:${string}`;

/** What is done about the host key of a device. `strict`: it must be in known_hosts. */
export type HostKeyPolicy = 'strict' | 'accept-new' | { readonly fingerprint: string };

/** How a device is reached. Everything is optional: `~/.ssh/config`, then the fleet file's defaults, fill the rest. */
export interface ConnectionSettings {
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  readonly identityFile?: string | undefined;
  readonly hostKeys?: HostKeyPolicy | undefined;
  /** Another device's name, an alias of `~/.ssh/config`, or `user@host:port`; several with commas, outermost first. */
  readonly jump?: string | undefined;
  readonly password?: SecretRef | undefined;
  /** Opens an encrypted identity file. */
  readonly passphrase?: SecretRef | undefined;
  readonly sudo?: { readonly password: SecretRef } | undefined;
  readonly connectTimeoutMs?: number | undefined;
}

/** One board of the fleet file. Its name is its key everywhere. */
export interface DeviceEntry {
  readonly name: string;
  /** An address, a DNS name, or an alias of `~/.ssh/config`. */
  readonly host: string;
  /** The device's own settings. They win over `~/.ssh/config`. */
  readonly settings: ConnectionSettings;
  /** The fleet file's defaults. `~/.ssh/config` wins over them. */
  readonly defaults: ConnectionSettings;
  readonly labels: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  /**
   * Who brought it: the user by the fleet file or by the JETSON_* environment, or a client by device_add or device_edit. Of the
   * last, no ProxyCommand and no `Match exec` is run, and nothing secret is offered before a person has pinned its host key.
   */
  readonly origin: 'file' | 'environment' | 'client';
}

/** What is known of a device beyond the fleet file; read from the device, absent until then. */
export interface DeviceFacts {
  /** Module name in NVIDIA's terms, `orin-nano-8gb` as a selector writes it. */
  readonly module?: string | undefined;
  /** `tegra234` and the like. */
  readonly soc?: string | undefined;
  /** `36.4.4` */
  readonly l4t?: string | undefined;
  /** `6.2.1` */
  readonly jetpack?: string | undefined;
  readonly serial?: string | undefined;
  readonly hostname?: string | undefined;
}

/** Facts with their age, and whether the device answered when it was last asked. */
export interface DeviceState {
  readonly online: boolean;
  readonly facts: DeviceFacts;
  /** Milliseconds since 1970 on this machine's clock, of the last answer. */
  readonly lastSeenMs?: number | undefined;
}

/** Names that a device, group or label may have. */
export const namePattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/;
