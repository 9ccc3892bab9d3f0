import type { Command } from '../../src/core/command.js';
import type { FakeBoard, FakeRun } from './fake-board.js';

/** Packages of a fake host, and what its apt would do with them. */
export interface FakeApt {
  /** What `apt-get -s` prints. */
  readonly simulation: string;
  readonly exitCode?: number;
  /** What `apt-get --print-uris` prints. */
  readonly sizes?: string;
  /** Lines of `df --output=target,avail`. */
  readonly room?: string;
  readonly held?: readonly string[];
  /** Version by name; of all that dpkg is asked about. */
  installed: Record<string, string>;
  /** Packages that dpkg did not set up. */
  readonly halfDone?: readonly string[];
  /** What `apt-cache` prints, by its first word. */
  readonly cache?: Readonly<Record<string, string>>;
  /** Settings files that were changed. */
  readonly conffiles?: readonly string[];
}

const dpkgRows = ({ installed, halfDone = [] }: FakeApt, names: readonly string[]): string =>
  Object.entries(installed)
    .filter(([name]) =>
      names.some((each) => each === name || (each.endsWith('*') && name.startsWith(each.slice(0, -1)))),
    )
    .map(([name, version]) => `${name}\t${version}\t${halfDone.includes(name) ? 'iF' : 'ii'} \n`)
    .join('');

/** The programs of such a host. */
export function aptPrograms(apt: FakeApt): NonNullable<FakeBoard['programs']> {
  const answer = (text: string, exitCode = 0): FakeRun => ({ text, exitCode });
  return {
    'apt-get': ({ argv }: Command) =>
      argv.includes('-s')
        ? answer(apt.simulation, apt.exitCode)
        : answer(
            apt.sizes ??
              'Need to get 12.3 MB of archives.\nAfter this operation, 1,024 kB of additional disk space will be used.\n',
          ),
    df: () =>
      answer(
        apt.room ?? 'Mounted on        Avail\n/          90000000000\n/          90000000000\n/          90000000000\n',
      ),
    'apt-mark': ({ argv }) =>
      answer(argv[1] === 'showhold' ? (apt.held ?? []).map((name) => `${name}\n`).join('') : ''),
    'apt-cache': ({ argv }) => answer(apt.cache?.[argv[1] ?? ''] ?? ''),
    'dpkg-query': ({ argv }) => answer(dpkgRows(apt, argv.slice(4))),
  };
}
