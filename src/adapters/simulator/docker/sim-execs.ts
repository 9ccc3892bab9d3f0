import { Refused } from './refused.js';
import type { SimContainer } from './sim-container.js';
import { hexOf } from './sim-image.js';

interface Exec {
  readonly container: SimContainer;
  readonly argv: readonly string[];
  readonly exitCode: number | undefined;
}

/** The programs that were run in containers. */
export class SimExecs {
  readonly #execs = new Map<string, Exec>();

  /** Keeps a program to be run in a container; the id under which it is begun. Throws 400 for what is no such thing. */
  prepare(container: SimContainer, body: unknown): string {
    const argv = typeof body === 'object' && body !== null && 'Cmd' in body ? body.Cmd : undefined;
    if (!Array.isArray(argv) || argv.length === 0) throw new Refused(400, 'No exec command specified');
    const id = hexOf(`exec ${this.#execs.size} ${container.id}`, 64);
    this.#execs.set(id, { container, argv: argv.map(String), exitCode: undefined });
    return id;
  }

  /** What is to be run under an id. Throws 404. */
  begin(id: string): { readonly container: SimContainer; readonly argv: readonly string[] } {
    const found = this.#execs.get(id);
    if (found === undefined) throw new Refused(404, `No such exec instance: ${id}`);
    return found;
  }

  /** Keeps how it ended. */
  end(id: string, exitCode: number): void {
    this.#execs.set(id, { ...this.begin(id), exitCode });
  }

  /** How it stands, as the engine tells it. Throws 404. */
  state(id: string): object {
    this.begin(id);
    const exitCode = this.#execs.get(id)?.exitCode;
    return { ID: id, Running: exitCode === undefined, ExitCode: exitCode ?? null, Pid: 0 };
  }
}
