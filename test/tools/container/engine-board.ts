import type { Command } from '../../../src/core/command.js';
import type { FakeBoard, FakeRun } from '../../fakes/fake-board.js';
import type { FakeEngine } from '../../fakes/fake-docker.js';
import { JobBoard } from '../system/job-board.js';

const id = (digit: string): string => digit.repeat(64);
export const imageId = `sha256:${id('a')}`;
export const digest = `sha256:${id('d')}`;

/** What GET /info answers on a Jetson with the NVIDIA runtime. */
export const info = {
  DockerRootDir: '/var/lib/docker',
  Architecture: 'aarch64',
  Runtimes: { runc: {}, nvidia: {} },
};

/** An image as the engine tells of it. */
export const imageAnswer = (name: string, more: object = {}): Record<string, unknown> => ({
  Id: imageId,
  RepoDigests: [`${name.replace(/:[^:/]*$/, '')}@${digest}`],
  Size: 187_000_000,
  Architecture: 'arm64',
  ...more,
});

/** A container as the engine tells of it. */
export const containerAnswer = (name: string, state: object = {}, more: object = {}): Record<string, unknown> => ({
  Id: id('c'),
  Name: `/${name}`,
  Image: imageId,
  RestartCount: 0,
  State: {
    Status: 'running',
    Running: true,
    ExitCode: 0,
    OOMKilled: false,
    StartedAt: '2026-11-20T07:00:00Z',
    ...state,
  },
  Config: { Image: 'nginx:1.27', Tty: false, Labels: { 'jetfleet.change': 'c0ffee0000000001' } },
  HostConfig: {},
  ...more,
});

/** One row of the engine's list. */
export const row = (name: string, more: object = {}): Record<string, unknown> => ({
  Id: id('e'),
  Names: [`/${name}`],
  Image: 'nginx',
  State: 'running',
  Status: 'Up 2 days',
  Ports: [],
  ...more,
});

const nothingListens = '  sl  local_address rem_address   st\n';
const programs = (groups: string): Record<string, FakeRun> => ({
  'docker --version': { text: 'Docker version 27.5.1, build 9f9e405\n' },
  'podman --version': { text: '', exitCode: 127 },
  'df -B1 --output=avail /var/lib/docker': { text: '      Avail\n90000000000\n' },
  'id -nG': { text: `${groups}\n` },
});

/** What a registry answers that has an image, as the board sees it, and how much room there is. */
export const registry = (image: string, size: number, freeBytes = 90e9): NonNullable<FakeBoard['runs']> => ({
  [`timeout 15 docker manifest inspect --verbose ${image}`]: {
    text: JSON.stringify([
      {
        Descriptor: { platform: { architecture: 'arm64', os: 'linux' } },
        OCIManifest: { config: { size: 1000 }, layers: [{ digest: `sha256:${id('a')}`, size }] },
      },
    ]),
  },
  'df -B1 --output=avail /var/lib/docker': { text: `      Avail\n${freeBytes}\n` },
});

/** A `readlink` of a board on which `/data/link` is a link. */
export const link =
  (leads: string) =>
  ({ argv }: Command): FakeRun => ({ text: `${argv.at(-1) === '/data/link' ? leads : (argv.at(-1) ?? '')}\n` });

/** A board with an engine and jobs; `engine` and `board` say what else it has. */
export function engineBoard(
  engine: FakeEngine = {},
  board: FakeBoard = {},
  groups = 'nano sudo docker',
): { readonly jobs: JobBoard; readonly board: FakeBoard } {
  const jobs = new JobBoard();
  const files = Object.fromEntries(['tcp', 'tcp6', 'udp', 'udp6'].map((name) => [`/proc/net/${name}`, nothingListens]));
  return {
    jobs,
    board: jobs.board({
      ...board,
      files: { ...files, ...board.files },
      runs: { ...programs(groups), ...board.runs },
      programs: {
        readlink: ({ argv }) => ({ text: `${argv.at(-1) ?? ''}\n` }),
        // Asks a registry, which does not answer.
        timeout: () => ({ text: '', exitCode: 124 }),
        ...board.programs,
      },
      docker: { ...engine, answers: { '/info': info, '/containers/json': [], ...engine.answers } },
    }),
  };
}
