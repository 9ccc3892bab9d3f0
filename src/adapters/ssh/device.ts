import { setMaxListeners } from 'node:events';
import { type Command, type CommandOutput, defaultMaxOutputBytes, defaultTimeoutMs } from '../../core/command.js';
import { abortFailure, Failure } from '../../core/errors.js';
import { writeFailure, writeFileCommand } from '../../core/linux/write-file.js';
import type { Probe, Reads } from '../../core/probe/probe.js';
import type { FileWrite } from '../../core/step.js';
import type { DeviceFiles } from '../../ports/files.js';
import type { Device, LineSource, LinkStep, SeenHostKey, SudoKind } from '../../ports/fleet.js';
import { askProbe } from './link/ask.js';
import { CappedBytes } from './link/capped-bytes.js';
import type { Connector } from './connection.js';
import { diagnoseLink } from './link/diagnosis.js';
import { type Elevation, execute } from './link/exec.js';
import { lookAtHostKey } from './link/host-key-look.js';
import { LineCutter } from './link/line-cutter.js';
import type { Link } from './link/link.js';
import { exitedWith, fleetClosed, LinkLost } from './link/link-failures.js';
import type { LinkPool } from './link/link-pool.js';
import type { ExchangeLimits } from './link/session.js';

/** A link that breaks is opened again under a call this often, where nothing has run or it only reads. */
const reconnects = 2;
const asUser: Elevation = { by: 'none' };

/** One board of the fleet, over the link that all its calls share. */
export class SshDevice implements Device {
  readonly name: string;
  readonly #pool: LinkPool;
  readonly #connector: Connector;
  readonly #readLimits: ExchangeLimits;

  constructor(name: string, pool: LinkPool, connector: Connector, readLimits: ExchangeLimits) {
    this.name = name;
    this.#pool = pool;
    this.#connector = connector;
    this.#readLimits = readLimits;
  }

  readonly files: DeviceFiles = {
    stat: (path, signal) => this.#over(signal, 'repeatable', (link) => link.sftp.stat(path, signal)),
    read: (path, range, signal) => this.#over(signal, 'repeatable', (link) => link.sftp.read(path, range, signal)),
    list: (path, limit, signal) => this.#over(signal, 'repeatable', (link) => link.sftp.list(path, limit, signal)),
    realPath: (path, signal) => this.#over(signal, 'repeatable', (link) => link.sftp.realPath(path, signal)),
    write: (write, signal) => this.#write(write, signal),
  };

  async ask<T, R extends Reads>(probe: Probe<T, R>, signal: AbortSignal): Promise<T> {
    return this.#over(signal, 'repeatable', (link) => askProbe(probe, link, this.#readLimits, signal));
  }

  async follow(source: LineSource, onLine: (line: string) => 'more' | 'enough', signal: AbortSignal): Promise<void> {
    return this.#over(signal, 'once', async (link) => {
      let wanted: 'more' | 'enough' = 'more';
      const lines = new LineCutter((line) => {
        if (wanted === 'more') wanted = onLine(line);
      });
      const exitCode = await execute(
        link.channels,
        {
          argv: source.argv,
          elevation: await this.#elevation(link, source.sudo, signal),
          onStdout: (chunk) => {
            lines.add(chunk);
            return wanted;
          },
          onStderr: () => undefined,
        },
        signal,
      );
      lines.end();
      if (exitCode !== 0) throw exitedWith(exitCode, undefined);
    });
  }

  async run(command: Command, signal: AbortSignal): Promise<CommandOutput> {
    const { argv, sudo, stdin, timeoutMs = defaultTimeoutMs, maxOutputBytes = defaultMaxOutputBytes } = command;
    return this.#over(signal, 'once', async (link) => {
      const stdout = new CappedBytes(maxOutputBytes);
      const stderr = new CappedBytes(maxOutputBytes);
      const onStdout = (chunk: Buffer): 'more' => {
        stdout.add(chunk);
        return 'more';
      };
      const onStderr = (chunk: Buffer): void => stderr.add(chunk);
      const elevation = await this.#elevation(link, sudo, signal);
      const exitCode = await execute(link.channels, { argv, elevation, timeoutMs, stdin, onStdout, onStderr }, signal);
      const truncated = stdout.truncated || stderr.truncated;
      const output = { exitCode, stdout: stdout.bytes(), stderr: stderr.bytes(), truncated };
      if (exitCode !== 0) throw exitedWith(exitCode, output);
      return output;
    });
  }

  async #write(write: FileWrite, signal: AbortSignal): Promise<void> {
    const { argv, sudo, stdin } = writeFileCommand(write);
    return this.#over(signal, 'once', async (link) => {
      const elevation = await this.#elevation(link, sudo, signal);
      const ignored = { onStdout: (): 'more' => 'more', onStderr: () => undefined };
      const execution = { argv, elevation, timeoutMs: defaultTimeoutMs, stdin, ...ignored };
      const exitCode = await execute(link.channels, execution, signal);
      if (exitCode !== 0) throw writeFailure(exitCode) ?? exitedWith(exitCode, undefined);
    });
  }

  async sudoKind(signal: AbortSignal): Promise<SudoKind> {
    return this.#over(signal, 'repeatable', (link) => link.sudo.kind(signal));
  }

  async hostKey(signal: AbortSignal): Promise<SeenHostKey> {
    if (signal.aborted) throw abortFailure(signal);
    return lookAtHostKey(this.#pool.entry(this.name), this.#connector, signal);
  }

  async diagnose(signal: AbortSignal): Promise<readonly LinkStep[]> {
    if (signal.aborted) throw abortFailure(signal);
    return diagnoseLink(this.#pool.entry(this.name), this.#connector, signal);
  }

  async #elevation(link: Link, sudo: boolean | undefined, signal: AbortSignal): Promise<Elevation> {
    return sudo === true ? link.sudo.elevation(signal) : asUser;
  }

  /** Does some work over the device's link, on a new one where the link breaks and the work may be done again. */
  async #over<T>(signal: AbortSignal, work: 'repeatable' | 'once', run: (link: Link) => Promise<T>): Promise<T> {
    // One call may fan out over the whole fleet with one signal.
    setMaxListeners(0, signal);
    for (let left = reconnects; ; left -= 1) {
      if (signal.aborted) throw abortFailure(signal);
      const link = await this.#pool.link(this.name, signal);
      try {
        return await link.use(run);
      } catch (error) {
        if (error instanceof LinkLost) link.close();
        if (this.#pool.closed && error instanceof Failure) throw fleetClosed();
        const again = error instanceof LinkLost && (work === 'repeatable' || !error.started);
        if (!again || left === 0) throw error;
      }
    }
  }
}
