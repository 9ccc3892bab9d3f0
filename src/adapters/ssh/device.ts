import { setMaxListeners } from 'node:events';
import { type Command, type CommandOutput, defaultMaxOutputBytes, defaultTimeoutMs } from '../../core/command.js';
import { abortFailure, Failure } from '../../core/errors.js';
import { checkCopy, endCopyCommand, endCopyFailure } from '../../core/linux/end-copy.js';
import { writeFailure, writeFileCommand } from '../../core/linux/write-file.js';
import type { Probe, Reads } from '../../core/probe/probe.js';
import type { FileCopy, FileWrite } from '../../core/step.js';
import type { Docker } from '../../ports/docker.js';
import type { DeviceFiles } from '../../ports/files.js';
import type { Device, LineSource, LinkStep, SeenHostKey, SudoKind } from '../../ports/fleet.js';
import type { LoopbackHttp } from '../../ports/loopback-http.js';
import { askProbe } from './link/ask.js';
import { CappedBytes } from './link/capped-bytes.js';
import type { Connector } from './connection.js';
import { diagnoseLink } from './link/diagnosis.js';
import { type Elevation, execute } from './link/exec.js';
import { lookAtHostKey } from './link/host-key-look.js';
import { LineCutter } from '../../core/line-cutter.js';
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
    copied: (copy, signal) => this.#over(signal, 'repeatable', (link) => link.sftp.copied(copy, signal)),
    putPiece: (copy, offset, bytes, signal) =>
      this.#over(signal, 'once', (link) => link.sftp.putPiece(copy, offset, bytes, signal)),
    endCopy: (copy, signal) => this.#endCopy(copy, signal),
  };

  readonly docker: Docker = {
    ask: (question, signal) => this.#over(signal, 'repeatable', (link) => link.docker.ask(question, signal)),
    follow: (stream, onPiece, signal) =>
      this.#over(signal, 'once', (link) => link.docker.follow(stream, onPiece, signal)),
    send: (request, signal) => this.#over(signal, 'once', (link) => link.docker.send(request, signal)),
    exec: (exec, signal, onOutput) => this.#over(signal, 'once', (link) => link.docker.exec(exec, signal, onOutput)),
    save: (image, signal) => this.#save(image, signal),
    load: (load, content, signal) => this.#over(signal, 'once', (link) => link.docker.load(load, content, signal)),
  };

  readonly http: LoopbackHttp = {
    request: (request, signal, onChunk) =>
      this.#over(signal, 'once', (link) => link.http.request(request, signal, onChunk)),
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
    const exitCode = await this.#exitOf({ timeoutMs: defaultTimeoutMs, ...writeFileCommand(write) }, signal);
    if (exitCode !== 0) throw writeFailure(exitCode) ?? exitedWith(exitCode, undefined);
  }

  async #endCopy(copy: FileCopy, signal: AbortSignal): Promise<void> {
    checkCopy(copy);
    // Without a limit: hashing takes as long as the file is large and the disk slow.
    const exitCode = await this.#exitOf(endCopyCommand(copy), signal);
    if (exitCode !== 0) throw endCopyFailure(exitCode) ?? exitedWith(exitCode, undefined);
  }

  /** The exit code of a command whose output says nothing. */
  #exitOf({ argv, sudo, stdin, timeoutMs }: Command, signal: AbortSignal): Promise<number> {
    return this.#over(signal, 'once', async (link) => {
      const elevation = await this.#elevation(link, sudo, signal);
      const ignored = { onStdout: (): 'more' => 'more', onStderr: () => undefined };
      return execute(link.channels, { argv, elevation, timeoutMs, stdin, ...ignored }, signal);
    });
  }

  async *#save(image: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const link = await this.#pool.link(this.name, signal);
    const release = link.hold();
    try {
      yield* link.docker.save(image, signal);
    } catch (error) {
      if (error instanceof LinkLost) link.close();
      throw error;
    } finally {
      release();
    }
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
