import { Failure } from '../errors.js';
import { argv, defineProbe, file, type Answers, type ArgvRead, type FileRead, type Probe } from '../probe/probe.js';
import { packageFormat, parsePackages } from '../linux/packages.js';
import { dangersOf, isBsp, type AptDanger } from './classify.js';
import { aptArgs, aptRisks, type AptRequest } from './request.js';
import { parseSimulation, parseSizes, type Simulation } from './simulation.js';
import { aptFailure } from './troubles.js';

/** A change of packages as apt would do it on one device now. */
export interface AptPlan {
  readonly simulation: Simulation;
  readonly downloadBytes: number;
  /** Below zero where space comes free. */
  readonly diskBytes: number;
  readonly dangers: readonly AptDanger[];
  /** Bytes that can be written, by the mount point where it goes. */
  readonly room: ReadonlyMap<string, number>;
  /** Installed parts of Jetson Linux that are not held yet. */
  readonly unheldBsp: readonly string[];
}

const places = ['/', '/var/cache/apt', '/boot'] as const;

function parseRoom(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split('\n').flatMap((line): [string, number][] => {
      const [, target = '', bytes] = /^(\/\S*)\s+(\d+)$/.exec(line.trim()) ?? [];
      return target === '' ? [] : [[target, Number(bytes)]];
    }),
  );
}

type PlanReads = Record<'simulation' | 'sizes' | 'room' | 'held' | 'bsp', ArgvRead> & { kernel: FileRead };

function planOf(request: AptRequest, answers: Answers<PlanReads>): AptPlan {
  const {
    simulation: { status, text },
    sizes,
    room,
    held,
    bsp,
    kernel,
  } = answers;
  if (status === 'absent')
    throw new Failure('unsupported', 'This device has no apt-get.', {
      hint: 'Its system is no Debian or Ubuntu.',
      retry: 'no',
    });
  if (status !== 'ok') throw aptFailure(text);
  const simulation = parseSimulation(text);
  if (simulation.unknown.length > 0)
    throw new Failure('unparseable', 'Lines of the simulation of apt-get are not understood, so nothing is changed.', {
      retry: 'no',
    });
  const isHeld = new Set(held.text.split('\n').map((name) => name.trim()));
  return {
    simulation,
    ...parseSizes(sizes.text),
    dangers: dangersOf(simulation, request, kernel.text),
    room: parseRoom(room.text),
    unheldBsp: [...parsePackages(bsp.text).versions.keys()].filter((name) => isBsp(name) && !isHeld.has(name)),
  };
}

/** What apt would do, without root, without a lock and without touching anything; one exchange. */
export function aptPlanProbe(request: AptRequest): Probe<AptPlan, PlanReads> {
  const everything = aptArgs({ ...request, allow: aptRisks });
  return defineProbe({
    name: 'apt-plan',
    reads: {
      simulation: argv(['apt-get', '-s', '-o', 'Debug::NoLocking=1', ...everything], { stderr: 'merge' }),
      sizes: argv(['apt-get', '--print-uris', '-y', '-o', 'Debug::NoLocking=1', ...everything]),
      room: argv(['df', '-B1', '--output=target,avail', ...places]),
      held: argv(['apt-mark', 'showhold']),
      bsp: argv(['dpkg-query', '-W', '-f', packageFormat, 'nvidia-l4t-*']),
      kernel: file('/proc/sys/kernel/osrelease'),
    },
    parse: (answers) => planOf(request, answers),
  });
}
