import type { Argv, Command, CommandOutput } from '../core/command.js';
import type { Probe, Reads } from '../core/probe/probe.js';
import type { Docker } from './docker.js';
import type { DeviceFiles } from './files.js';
import type { LoopbackHttp } from './loopback-http.js';

/** A program that prints lines for as long as it is wanted. It must only read. */
export interface LineSource {
  readonly argv: Argv;
  readonly sudo?: boolean;
}

/** The steps of a connection in their order. A report stops at the first that fails. */
export const linkSteps = ['name', 'tcp', 'banner', 'host_key', 'auth', 'shell'] as const;
export type LinkStepName = (typeof linkSteps)[number];

export interface LinkStep {
  readonly step: LinkStepName;
  readonly ok: boolean;
  /** What was found, in our words: the address, the key's fingerprint, the method that was accepted. */
  readonly detail: string;
  /** How to mend it; present where `ok` is false. */
  readonly hint?: string | undefined;
}

/** How commands become root on a device. */
export type SudoKind = 'root' | 'nopasswd' | 'password' | 'none';

/** What an address shows of itself before anybody logs in. */
export interface SeenHostKey {
  /** `ssh-ed25519` and the like. */
  readonly type: string;
  /** `SHA256:` and 43 characters, as ssh-keygen prints it. */
  readonly fingerprint: string;
  /** Whether it is trusted for this device now, and if not, whether another key was. */
  readonly trust: 'trusted' | 'unknown' | 'changed';
  /** The address that showed it, `10.0.0.5:22`. */
  readonly address: string;
  /** What the board says its serial is, where a public key let us in. Evidence for a person, never a reason to trust. */
  readonly serial?: string | undefined;
}

/** One board, as a tool sees it. Every method rejects with a `Failure`; none retries what may have run. */
export interface Device {
  /** The device's key in the fleet file. */
  readonly name: string;

  /** Runs a probe in one exchange (two where sudo wants a password) and returns its parsed data. Safe to repeat. */
  ask<T, R extends Reads>(probe: Probe<T, R>, signal: AbortSignal): Promise<T>;

  /**
   * Hands over each line that a read-only program prints, until `onLine` answers `enough`, the program ends or the
   * signal aborts. The remote process group is gone when the promise settles. Lines are cut at 64 KiB.
   */
  follow(source: LineSource, onLine: (line: string) => 'more' | 'enough', signal: AbortSignal): Promise<void>;

  /**
   * Runs a command to its end; a non-zero exit rejects with `command_failed`. On abort or timeout the remote process
   * group is stopped before it rejects.
   */
  run(command: Command, signal: AbortSignal): Promise<CommandOutput>;

  /** Files over SFTP on the same link. */
  readonly files: DeviceFiles;

  /** Its container engine, over the same link. */
  readonly docker: Docker;

  /** HTTP to ports of its loopback address, over the same link. */
  readonly http: LoopbackHttp;

  /** How this device's commands become root; found out once per link. */
  sudoKind(signal: AbortSignal): Promise<SudoKind>;

  /** The host key that the device's address shows now. Sends no password and runs no ProxyCommand of a client's device. */
  hostKey(signal: AbortSignal): Promise<SeenHostKey>;

  /** Opens a connection of its own, step by step, and reports each. Never rejects for what a step found. */
  diagnose(signal: AbortSignal): Promise<readonly LinkStep[]>;
}

/** The devices that can be reached. One link each, opened at first use and shared by all calls. */
export interface Fleet {
  /** The device of that name; rejects later, at its first use, with `unknown_device` where the inventory has none. */
  device(name: string): Device;

  /** Closes every link. Running commands end with `cancelled`. Idempotent. */
  close(): Promise<void>;
}
