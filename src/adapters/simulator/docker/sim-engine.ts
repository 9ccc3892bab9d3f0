import { gpuScript } from '../../../core/docker/gpu-script.js';
import type { Host } from '../device/host.js';
import { gpuTestLines } from './gpu-lines.js';
import { Refused } from './refused.js';
import type { RunWords, SimPort } from './run-words.js';
import type { SimContainer } from './sim-container.js';
import { SimExecs } from './sim-execs.js';
import { hubModel, type SimModel } from './sim-models.js';
import { startLines } from './start-lines.js';
import { hexOf, registryImage, tagged, type SimImage } from './sim-image.js';

const firstPid = 20_000;

/** The containers and images of one simulated device. They outlive a boot; what ran starts again by its restart policy. */
export class SimEngine {
  readonly device: Host;
  readonly images = new Map<string, SimImage>();
  readonly containers = new Map<string, SimContainer>();
  readonly volumes = new Set<string>();
  readonly execs = new SimExecs();
  readonly networks = new Set<string>();
  /** The models in the volume of endpoints. */
  readonly models: SimModel[] = [];
  readonly #listeners = new Set<(event: Readonly<Record<string, unknown>>) => void>();
  #pids = firstPid;
  #made = 0;

  constructor(device: Host) {
    this.device = device;
  }

  /** An image by its tag, its id or the beginning of that, or its digest. */
  image(reference: string): SimImage | undefined {
    const [, digest] = reference.split('@');
    const plain = reference.replace(/^sha256:/, '');
    return (
      this.images.get(tagged(reference)) ??
      [...this.images.values()].find(
        ({ id, digest: own }) => own === digest || (/^[0-9a-f]{6,64}$/.test(plain) && id.startsWith(`sha256:${plain}`)),
      )
    );
  }

  /** A container by its name, its id or the beginning of that. Throws 404. */
  container(nameOrId: string): SimContainer {
    const found =
      [...this.containers.values()].find(({ name, id }) => name === nameOrId || id === nameOrId) ??
      [...this.containers.values()].find(({ id }) => nameOrId.length >= 4 && id.startsWith(nameOrId));
    if (found === undefined) throw new Refused(404, `No such container: ${nameOrId}`);
    return found;
  }

  /** A volume as the engine tells of it. Throws 404. */
  volume(name: string): object {
    if (!this.volumes.has(name)) throw new Refused(404, `get ${name}: no such volume`);
    const place = `/var/lib/docker/volumes/${name}/_data`;
    return { Name: name, Driver: 'local', Mountpoint: place, Labels: {}, Options: null, Scope: 'local' };
  }

  /** Takes an image from its registry. Throws 404. */
  pull(reference: string): SimImage {
    const found = registryImage(reference);
    if (found === undefined)
      throw new Refused(
        404,
        `pull access denied for ${tagged(reference).replace(/:[^/:]+$/, '')}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
      );
    if (this.device.fault?.kind === 'full_disk')
      throw new Refused(500, 'write /var/lib/docker/tmp: no space left on device');
    this.images.set(found.tag, found);
    this.tell('image', 'pull', found.tag, {});
    return found;
  }

  /** Makes a container of `docker run`'s words. Throws 404 where the image is missing, 409 where the name is taken. */
  create(words: RunWords, env: readonly string[]): SimContainer {
    const image = this.image(words.image);
    if (image === undefined) throw new Refused(404, `No such image: ${tagged(words.image)}`);
    const id = hexOf(`${this.device.bootId()} container ${++this.#made}`, 64);
    const name = words.name ?? `eager_jetson_${this.#made}`;
    const twin = [...this.containers.values()].find((each) => each.name === name);
    if (twin !== undefined)
      throw new Refused(
        409,
        `Conflict. The container name "/${name}" is already in use by container "${twin.id}". You have to remove (or rename) that container to be able to reuse that name.`,
      );
    for (const { type, source } of words.mounts) if (type === 'volume') this.volumes.add(source);
    const made: SimContainer = {
      id,
      name,
      image,
      words: { ...words, env: [...words.env, ...env] },
      createdMs: this.device.nowMs(),
      lines: [],
      state: 'created',
      startedMs: 0,
      finishedMs: 0,
      exitCode: 0,
      oomKilled: false,
      pid: 0,
      restarts: 0,
      restart: words.restart,
      loaded: undefined,
    };
    this.containers.set(id, made);
    this.tell('container', 'create', id, { name, image: image.tag });
    return made;
  }

  /** Starts a container. Throws 500 where a port is taken or the runtime is unknown. */
  start(container: SimContainer): void {
    if (container.state === 'running') return;
    const { words, image } = container;
    for (const port of words.ports) {
      if (this.listening(port.host) !== undefined)
        throw new Refused(
          500,
          `driver failed programming external connectivity on endpoint ${container.name}: Bind for ${port.address}:${port.host} failed: port is already allocated`,
        );
    }
    container.state = 'running';
    container.startedMs = this.device.nowMs();
    container.pid = this.#pids++;
    this.tell('container', 'start', container.id, { name: container.name, image: image.tag });
    if (image.serves === 'nothing') this.#runPlain(container);
    else this.#serve(container);
  }

  /** Ends a container with an exit code. */
  end(container: SimContainer, exitCode: number): void {
    if (container.state === 'exited' || container.state === 'created') return;
    container.state = 'exited';
    container.exitCode = exitCode;
    container.finishedMs = this.device.nowMs();
    container.pid = 0;
    container.loaded = undefined;
    this.tell('container', 'die', container.id, { name: container.name, exitCode: String(exitCode) });
    if (container.words.remove) this.containers.delete(container.id);
  }

  /** Removes a container. Throws 409 where it runs and nobody insists. */
  remove(container: SimContainer, force: boolean): void {
    if (container.state === 'running' || container.state === 'paused') {
      if (!force)
        throw new Refused(
          409,
          `cannot remove container "/${container.name}": container is running: stop the container before removing or force remove`,
        );
      this.end(container, 137);
    }
    this.containers.delete(container.id);
    this.tell('container', 'destroy', container.id, { name: container.name });
  }

  /** The ports of running containers. */
  published(): SimPort[] {
    return [...this.containers.values()].flatMap(({ state, words }) => (state === 'running' ? words.ports : []));
  }

  /** The running container that publishes a port. */
  listening(port: number): SimContainer | undefined {
    return [...this.containers.values()].find(
      ({ state, words }) => state === 'running' && words.ports.some(({ host }) => host === port),
    );
  }

  /** Writes a line into a container's log. */
  say(container: SimContainer, stream: 'stdout' | 'stderr', text: string): void {
    container.lines.push({ atMs: this.device.nowMs() + container.lines.length / 1000, stream, text });
  }

  /** After a boot: what its restart policy says runs again. `always` holds for what somebody had stopped, too. */
  boot(): void {
    for (const container of this.containers.values()) {
      const ran = container.state === 'running' || container.state === 'paused';
      if (ran) {
        container.state = 'exited';
        container.exitCode = 255;
        container.finishedMs = this.device.nowMs();
      }
      const { restart, state } = container;
      if (restart === 'always' ? state === 'exited' : ran && /^(?:unless-stopped|on-failure)/.test(restart))
        this.start(container);
    }
  }

  /** Hears of everything that happens. Returns the way to stop. */
  onEvent(listener: (event: Readonly<Record<string, unknown>>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells those who listen. */
  tell(Type: string, Action: string, ID: string, Attributes: Readonly<Record<string, string>>): void {
    const time = Math.floor(this.device.nowMs() / 1000);
    for (const listener of this.#listeners) listener({ Type, Action, Actor: { ID, Attributes }, time });
  }

  /** What an engine prints when it starts, and the model that it loads onto the disk for that. */
  #serve(container: SimContainer): void {
    for (const line of startLines(container, this.device.spec)) this.say(container, 'stderr', line);
    const model = hubModel(container);
    if (model !== undefined) this.keepModel(container, model);
  }

  /** Keeps a model in the volume that a container has for its data; what lies elsewhere is not the engine's. */
  keepModel({ words: { mounts } }: SimContainer, model: Omit<SimModel, 'atMs'>): void {
    if (!mounts.some(({ type, target }) => type === 'volume' && target === '/data')) return;
    if (!this.models.some(({ path }) => path === model.path)) this.models.push({ ...model, atMs: this.device.nowMs() });
  }

  /** A container that serves nothing does what its words say, where the simulator knows them; `sleep` goes on. */
  #runPlain(container: SimContainer): void {
    const { entrypoint, command } = container.words;
    const [program = 'sh', ...args] = [...(entrypoint === undefined ? [] : [entrypoint]), ...command];
    if (program === 'sleep' || program === 'tail') return;
    if (args[1] === gpuScript) {
      this.say(container, 'stdout', gpuTestLines(container, this.device.spec).join('\n'));
      this.end(container, 0);
      return;
    }
    if (program === 'echo') this.say(container, 'stdout', args.join(' '));
    this.end(container, ['echo', 'true', 'sh', 'hello'].includes(program) ? 0 : 127);
  }
}
