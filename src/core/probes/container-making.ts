import { dockerVersion } from '../linux/docker.js';
import { parseListening, type Listener } from '../linux/listening.js';
import { normalPath } from '../policy/protected-paths.js';
import { argv, defineProbe, exists, file, type ArgvRead, type Probe, type Reads } from '../probe/probe.js';
import type { EngineCli } from '../docker/run-argv.js';

const makingReads = {
  dockerVersion: argv(['docker', '--version']),
  podmanVersion: argv(['podman', '--version']),
  groups: argv(['id', '-nG']),
  cdi: exists('/etc/cdi/nvidia.yaml'),
  tcp: file('/proc/net/tcp'),
  tcp6: file('/proc/net/tcp6'),
  udp: file('/proc/net/udp'),
  udp6: file('/proc/net/udp6'),
};

/** Others count as not seen. */
const mostPaths = 120;

/** What a device brings for making containers, beside its engine. */
export interface MakingFacts {
  /** Undefined where there is no command line of an engine. */
  readonly cli?: EngineCli | undefined;
  /** The login user can use it only as root. */
  readonly needsRoot: boolean;
  readonly hasCdi: boolean;
  readonly listeners: readonly Listener[];
  /** Where a path leads, links followed, as root sees it if it may look; undefined where nobody could see. */
  readonly real: (path: string) => string | undefined;
}

/** Looks at the command line of the engine, what listens, and where the paths of mounts lead. */
export function makingProbe(paths: readonly string[] = []): Probe<MakingFacts> {
  const wanted = [...new Set(paths)].slice(0, mostPaths);
  const links: Record<string, ArgvRead> = Object.fromEntries(
    wanted.flatMap((path, index) => {
      const words = ['readlink', '-f', '--', path] as const;
      return [
        [`link${index}`, argv(words)],
        // The engine is root, and enters folders that the login user may not.
        [`rootLink${index}`, argv(words, { sudo: true })],
      ];
    }),
  );
  const reads = { ...makingReads, ...links };
  return defineProbe<MakingFacts, Reads & typeof makingReads>({
    name: 'container-making',
    reads,
    parse: (answers) => {
      const words = answers.groups.text.split(/\s+/);
      const led = (key: string): string | undefined => {
        const answer = answers[key];
        const ok = typeof answer === 'object' && 'text' in answer && answer.status === 'ok';
        const path = ok ? answer.text.replace(/\n$/, '') : '';
        return /^\/\P{C}*$/u.test(path) ? normalPath(path) : undefined;
      };
      const isDocker = dockerVersion(answers.dockerVersion.text) !== undefined;
      const cli = isDocker ? 'docker' : answers.podmanVersion.status === 'ok' ? 'podman' : undefined;
      const leads = new Map(
        wanted.map((path, index) => [path, led(`rootLink${index}`) ?? led(`link${index}`)] as const),
      );
      return {
        cli,
        needsRoot: words[0] !== 'root' && !(cli === 'docker' && words.includes('docker')),
        hasCdi: answers.cdi,
        listeners: [
          ...parseListening(answers.tcp.text, 'tcp'),
          ...parseListening(answers.tcp6.text, 'tcp'),
          ...parseListening(answers.udp.text, 'udp'),
          ...parseListening(answers.udp6.text, 'udp'),
        ],
        real: (path) => leads.get(path),
      };
    },
  });
}
