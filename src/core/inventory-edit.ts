/** What a client may set of a device: never a credential, never how its host key is trusted. */
export interface ClientSettings {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  /** A label set to `null` is taken away; those not named stay. */
  readonly labels?: Readonly<Record<string, string | null>> | undefined;
  /** All groups of the device. */
  readonly groups?: readonly string[] | undefined;
}

/**
 * One edit of the fleet file. `add` marks the device as added by a client. `set` with another host or port detaches the
 * device's own credentials and its trust, and marks it so too. `trust` pins a host key; only a person approves it.
 */
export type InventoryEdit =
  | { readonly edit: 'add'; readonly device: string; readonly settings: ClientSettings & { readonly host: string } }
  | { readonly edit: 'set'; readonly device: string; readonly settings: ClientSettings }
  | { readonly edit: 'remove'; readonly device: string }
  | { readonly edit: 'trust'; readonly device: string; readonly fingerprint: string };
