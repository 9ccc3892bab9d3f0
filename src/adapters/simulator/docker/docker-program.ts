import { usesDocker } from '../device/account.js';
import { pause, unsupported, type Program, type ProgramCall } from '../programs/program.js';
import { inContainer } from './in-container.js';
import { runWords } from './run-words.js';
import { Refused } from './refused.js';
import { registryImage, tagged, type SimImage } from './sim-image.js';

/** A layer of the simulated registries is this large at most, compressed. */
const layerBytes = 900_000_000;
const compressed = 0.42;
/** For each line of a pull; a real one takes minutes. */
const lineMs = 15;

const mayUse = ({ caller }: ProgramCall): boolean => caller.root || usesDocker(caller.account);

/** The layers of an image: twelve digits and compressed bytes. */
function layersOf({ id, sizeBytes }: SimImage): { readonly id: string; readonly bytes: number }[] {
  const count = Math.max(1, Math.ceil((sizeBytes * compressed) / layerBytes));
  return Array.from({ length: count }, (_, i) => ({
    id: id.slice(7 + i, 19 + i),
    bytes: Math.floor((sizeBytes * compressed) / count),
  }));
}

async function pull(call: ProgramCall, reference: string): Promise<void> {
  const { docker } = call.device;
  const image = registryImage(reference);
  if (docker.image(reference)?.id === image?.id && image !== undefined) {
    call.out(`Digest: ${image.digest}\nStatus: Image is up to date for ${image.tag}\n`);
    return;
  }
  if (image !== undefined) {
    call.out(`${image.tag.split(':').at(-1) ?? ''}: Pulling from ${image.tag.replace(/:[^/:]+$/, '')}\n`);
    for (const state of ['Pulling fs layer', 'Download complete', 'Pull complete']) {
      for (const { id } of layersOf(image)) {
        if (!(await pause(lineMs, call.signal))) return;
        call.out(`${id}: ${state}\n`);
      }
    }
  }
  const { digest, tag } = docker.pull(reference);
  call.out(`Digest: ${digest}\nStatus: Downloaded newer image for ${tag}\n`);
}

async function run(call: ProgramCall, words: readonly string[]): Promise<number> {
  const { docker } = call.device;
  const read = runWords(words);
  if (read === undefined) return unsupported(call);
  const env = read.wantsEnvFile
    ? (await call.input.bytes(Number.POSITIVE_INFINITY))
        .toString()
        .split('\n')
        .filter((line) => line !== '')
    : [];
  if (read.runtime === 'nvidia' && call.files.node('/usr/bin/nvidia-container-runtime', 0) === undefined)
    throw new Refused(400, 'unknown or invalid runtime name: nvidia');
  if (docker.image(read.image) === undefined) {
    if (read.pull === 'never') throw new Refused(404, `No such image: ${tagged(read.image)}`);
    call.err(`Unable to find image '${tagged(read.image)}' locally\n`);
    await pull({ ...call, out: call.err }, read.image);
    if (call.signal.aborted) return 143;
  }
  const made = docker.create(read, env);
  try {
    docker.start(made);
  } catch (error) {
    if (read.remove) docker.containers.delete(made.id);
    throw error;
  }
  if (read.detach) {
    call.out(`${made.id}\n`);
    return 0;
  }
  // In the foreground: what ends at once has said all.
  if (made.state === 'running') {
    docker.remove(made, true);
    return unsupported(call);
  }
  for (const { stream, text } of made.lines) (stream === 'stdout' ? call.out : call.err)(`${text}\n`);
  return made.exitCode;
}

function manifest(call: ProgramCall, reference: string): number {
  const image = registryImage(reference);
  if (image === undefined) {
    call.err(`no such manifest: ${reference.includes('/') ? reference : `docker.io/library/${tagged(reference)}`}\n`);
    return 1;
  }
  const layers = layersOf(image).map(({ id, bytes }) => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    digest: `sha256:${id.padEnd(64, '0')}`,
    size: bytes,
  }));
  const OCIManifest = { schemaVersion: 2, config: { digest: image.id, size: 8000 }, layers };
  const Descriptor = { digest: image.digest, platform: { architecture: 'arm64', os: 'linux' } };
  call.out(`${JSON.stringify([{ Ref: image.tag, Descriptor, OCIManifest }], null, 2)}\n`);
  return 0;
}

function exec(call: ProgramCall, [name = '', ...argv]: readonly string[]): number {
  const container = call.device.docker.container(name);
  if (container.state !== 'running') throw new Refused(409, `container ${container.id} is not running`);
  const { exitCode, stdout, stderr } = inContainer(call.device.docker, container, argv);
  call.out(stdout);
  call.err(stderr);
  return exitCode;
}

function remove(call: ProgramCall, words: readonly string[]): number {
  const { docker } = call.device;
  const force = words.some((word) => word === '-f' || word === '--force');
  for (const name of words.filter((word) => !word.startsWith('-'))) {
    docker.remove(docker.container(name), force);
    call.out(`${name}\n`);
  }
  return 0;
}

/** The command line of the simulated engine, as far as jetfleet uses it. */
export const dockerProgram: Program = async (call) => {
  const { args, device } = call;
  const [verb = '', ...words] = args;
  if (args.join(' ') === '--version') {
    call.out(`Docker version ${device.spec.release.docker}, build 9d7ad9f\n`);
    return 0;
  }
  if (!mayUse(call)) {
    call.err('permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock\n');
    return 1;
  }
  try {
    if (args.join(' ') === 'ps -q') {
      for (const { id, state } of device.docker.containers.values())
        if (state === 'running') call.out(`${id.slice(0, 12)}\n`);
      return 0;
    }
    if (verb === 'pull' && words.length === 1) {
      await pull(call, words[0] ?? '');
      return call.signal.aborted ? 143 : 0;
    }
    if (verb === 'run') return await run(call, words);
    if (verb === 'exec') return exec(call, words);
    if (verb === 'rm') return remove(call, words);
    if (args.slice(0, 3).join(' ') === 'manifest inspect --verbose' && args.length === 4)
      return manifest(call, args[3] ?? '');
    if ((verb === 'network' || verb === 'volume') && words[0] === 'create') {
      const name = words.at(-1) ?? '';
      device.docker[verb === 'network' ? 'networks' : 'volumes'].add(name);
      call.out(`${name}\n`);
      return 0;
    }
    return unsupported(call);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    call.err(`docker: Error response from daemon: ${error.message}.\n`);
    return verb === 'run' ? 125 : 1;
  }
};
