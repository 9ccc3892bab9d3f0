import { jest } from '@jest/globals';
import type { EndpointData } from '../../../src/core/ai/launch/endpoint.js';
import { FakeDevice, fakeCall, type FakeBoard } from '../../fakes/fake-device.js';
import { StandInEngine, type StandInRates } from '../../fakes/stand-in-engine.js';
import { orin, orinFiles } from '../hardware/boards.js';
import { JobBoard } from '../system/job-board.js';

const image = 'ghcr.io/ggml-org/llama.cpp:server-cuda';
export const digest = `sha256:${'d'.repeat(64)}`;
const labels = {
  'jetfleet.change': 'c0ffee0000000001',
  'jetfleet.engine': 'llama.cpp',
  'jetfleet.api': 'llama-server',
  'jetfleet.model': 'llama-3.2-3b',
  'jetfleet.quantisation': 'Q4_K_M',
  'jetfleet.context': '4096',
  'jetfleet.slots': '4',
  'jetfleet.port': '9000',
};
const row = (name: string, state = 'running', own: object = labels): object => ({
  Id: name.padEnd(64, '0'),
  Names: [`/${name}`],
  Image: image,
  ImageID: `sha256:${'1'.repeat(64)}`,
  State: state,
  Labels: own,
});

/** What the board's own probe asks; the engine answers by itself. */
const noDocker = { 'docker --version': { text: '', exitCode: 127 }, 'id -nG': { text: 'nvidia' } };

/** A board on which a model is served by an engine of known rate. */
export function servingBoard(rates: StandInRates, more: FakeBoard = {}, names: readonly string[] = ['chat']) {
  const jobs = new JobBoard();
  jobs.outcome = { output: '' };
  const engine = new StandInEngine(rates);
  const states = new Map<string, string>([
    ...names.map((name) => [name, 'running'] as const),
    ['old', 'exited'] as const,
  ]);
  const control = [...states.keys()].flatMap((name) => [
    [`POST /containers/${name}/start`, (): void => void states.set(name, 'running')] as const,
    [`POST /containers/${name}/stop`, (): void => void states.set(name, 'exited')] as const,
  ]);
  const device = new FakeDevice('orin', {
    ...orin,
    ...jobs.board({ ...orin, ...more, runs: { ...(more.runs ?? orin.runs), ...noDocker } }),
    docker: {
      answers: {
        '/containers/json': (): object[] => [
          ...[...states].map(([name, state]) => row(name, state)),
          row('web', 'running', {}),
        ],
        [`/images/${encodeURIComponent(image)}/json`]: {
          Id: digest,
          RepoDigests: [`${image.split(':')[0] ?? ''}@${digest}`],
        },
        [`/containers/${'chat'.padEnd(64, '0')}/json`]: { Args: ['--model', '/models/x.gguf'] },
        ...more.docker?.answers,
      },
      sends: Object.fromEntries(control),
      ...(more.docker?.execs && { execs: more.docker.execs }),
    },
  });
  Object.assign(device, { http: engine, follow: engine.follow.bind(engine) });
  return { device, engine, jobs, states };
}

/** A call whose clock is that of the timers. */
export function timedCall(): ReturnType<typeof fakeCall> {
  return { ...fakeCall(), now: () => Date.now() };
}

/** Lets time pass until something is done. */
export async function passed<T>(work: Promise<T>): Promise<T> {
  const state = { over: false };
  const settled = work.finally(() => (state.over = true));
  settled.catch(() => undefined);
  for (let n = 0; n < 200_000 && !state.over; n++) await jest.advanceTimersByTimeAsync(25);
  return settled;
}

/** What the store keeps of the endpoint `chat`. */
export const keptChat: EndpointData = {
  engine: 'llama.cpp',
  api: 'llama-server',
  model: 'llama-3.2-3b',
  served: 'chat',
  quantisation: 'Q4_K_M',
  context: 4096,
  slots: 4,
  port: 9000,
  image,
  digest,
  processor: 'gpu',
  change: 'c0ffee0000000001',
};

const cpu = '/sys/devices/system/cpu/cpufreq/policy0';
const gpu = '/sys/class/devfreq/17000000.gpu';
const idle = '/sys/devices/system/cpu/cpu0/cpuidle/state0/disable';

/** A board whose clocks jetson_clocks holds and lets go. */
export function clockedBoard(): FakeBoard {
  const files: Record<string, string> = { ...orinFiles };
  const { 'jetson_clocks --show': _shown, ...runs } = orin.runs ?? {};
  const set = (held: boolean): void => {
    files[`${cpu}/scaling_min_freq`] = held ? (files[`${cpu}/scaling_max_freq`] ?? '') : '729600';
    files[`${gpu}/min_freq`] = held ? (files[`${gpu}/max_freq`] ?? '') : '306000000';
    files[idle] = held ? '1' : '0';
  };
  const emc = (): string =>
    `EMC MinFreq=204000000 MaxFreq=3199000000 CurrentFreq=665600000 FreqOverride=${files[idle] === '1' ? 1 : 0}`;
  return {
    runs,
    files,
    programs: {
      jetson_clocks: ({ argv }) => {
        if (argv[1] === '--show') return { text: `SOC family:tegra234  Machine:x\n${emc()}\n` };
        if (argv[1] === '--store') files['/root/l4t_dfs.conf'] = `${idle}:0\n`;
        else set(argv[1] !== '--restore');
        return { text: '' };
      },
    },
  };
}
