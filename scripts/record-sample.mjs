// Writes config/sample-transcript.jsonl, which mock SSH answers from where no transcript is named: one simulated board, looked
// at by every read tool. Run it again when probes or the simulator change: `node scripts/record-sample.mjs`.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'config/sample-transcript.jsonl');
const mostBytes = 160_000;
const device = 'nano-01';

/** More than one question for some tools; the others are asked without arguments. */
const questions = {
  file_list: [{ path: '/etc' }, { path: '/home' }],
  file_read: [{ path: '/etc/nv_tegra_release' }, { path: '/etc/os-release' }],
  ai_logs: [{ endpoint: 'ai-qwen3-4b' }],
  container_inspect: [{ container: 'ai-qwen3-4b' }],
  container_logs: [{ container: 'ai-qwen3-4b' }],
  hardware_watch: [{ seconds: 3 }],
  job_output: [],
  service_status: [{ unit: 'ssh.service' }, { unit: 'docker.service' }, { unit: 'nvpmodel.service' }],
};

async function sources() {
  const outfile = join(root, `.cache/sample-${process.pid}.mjs`);
  mkdirSync(dirname(outfile), { recursive: true });
  const contents = `
    export { readFleetYaml } from './src/adapters/inventory/fleet-yaml.js';
    export { RecordingFleet } from './src/adapters/mock/recording-fleet.js';
    export { dockerOf } from './src/adapters/docker/docker-of.js';
    export { seedEndpoint } from './test/adapters/simulator/seed-endpoint.js';
    export { fakeServices } from './test/fakes/fake-services.js';
    export { startSimulator } from './src/adapters/simulator/start-simulator.js';
    export { SshConnector } from './src/adapters/ssh/connector.js';
    export { SshFleet } from './src/adapters/ssh/fleet.js';
    export { Failure } from './src/core/errors.js';
    export { identityProbe } from './src/core/probes/identity.js';
    export { Redactor } from './src/core/redact.js';
    export { resources, tools } from './tools/index.js';`;
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  const options = { bundle: true, packages: 'external', platform: 'node', format: 'esm', logLevel: 'warning' };
  try {
    await build({ stdin, outfile, ...options });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile, { force: true });
  }
}

const ours = await sources();
const folder = mkdtempSync(join(tmpdir(), 'jetfleet-sample-'));
const clock = { now: () => Date.now() };
const logger = { log: () => undefined };
const lines = [];
const labels = { site: 'sample' };
const simulator = await ours.startSimulator({
  devices: [{ name: device, board: 'orin-nano-super', login: 'ops', labels, groups: ['nanos'] }],
});
try {
  ours.seedEndpoint(simulator.device(device));
  const identityFile = join(folder, 'id_ed25519');
  writeFileSync(identityFile, simulator.clientKey.privateKey, { mode: 0o600 });
  const { devices } = ours.readFleetYaml(simulator.fleetYaml({ identityFile }), folder);
  const inventory = { devices: () => devices, onChange: () => () => undefined };
  // An address that documentation may name; the simulator's own is this machine's.
  const shown = devices.map((entry) => ({ ...entry, host: '192.0.2.31', settings: { user: entry.settings.user } }));
  const secrets = { resolve: (ref) => Promise.reject(new Error(ref)) };
  const connector = new ours.SshConnector({
    inventory,
    secrets,
    logger,
    environment: { home: folder, sshConfigFiles: [] },
  });
  const ssh = new ours.SshFleet({ inventory, connector, secrets, logger, clock, dockerOf: ours.dockerOf });
  const redactor = new ours.Redactor();
  const fleet = new ours.RecordingFleet(
    ssh,
    { devices: () => shown },
    { redactor, sink: (line) => lines.push(line), clock },
  );
  const board = fleet.device(device);
  const call = {
    signal: new globalThis.AbortController().signal,
    deadlineMs: Date.now() + 600_000,
    temperatureLimits: {},
    changeId: 'c0ffee0000000001',
    progress: () => undefined,
    awaited: () => Promise.resolve(undefined),
    ...ours.fakeServices(),
    ...clock,
  };
  const look = async (what, work) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ours.Failure)) throw error;
      process.stderr.write(`${what}: ${error.message}\n`);
    }
  };
  await board.ask(ours.identityProbe, call.signal);
  await board.hostKey(call.signal);
  for (const tool of ours.tools.filter(({ kind }) => kind === 'read')) {
    for (const given of questions[tool.spec.name] ?? [{}]) {
      await look(tool.spec.name, () => tool.read(tool.spec.input.parse(given), board, call));
    }
  }
  const member = { entry: shown[0], state: undefined, device: board, learn: () => Promise.resolve(undefined) };
  const match = ours.tools.find(({ spec }) => spec.name === 'ai_match');
  for (const given of [{}, { model: 'qwen3-4b' }])
    await look('ai_match', () => match.readAll(match.spec.input.parse(given), [member], call));
  for (const resource of ours.resources) await look(resource.path, () => resource.read(board, call));
  await fleet.close();
} finally {
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
}

// Where the simulator listened is nobody's business, and another port each time.
const text = lines
  .join('\n')
  .replaceAll(/127\.0\.0\.1:\d+/g, '192.0.2.31:22')
  .replaceAll(/127\.0\.0\.1 port \d+/g, '192.0.2.31 port 22')
  .replaceAll('127.0.0.1 is an address', '192.0.2.31 is an address');
writeFileSync(target, `${text}\n`);
const { size } = statSync(target);
process.stderr.write(`${target}: ${lines.length} lines, ${size} bytes\n`);
if (size > mostBytes) throw new Error(`The sample is larger than ${mostBytes} bytes.`);
