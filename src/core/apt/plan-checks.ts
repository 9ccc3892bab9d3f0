import { Failure } from '../errors.js';
import type { AptDanger } from './classify.js';
import type { AptPlan } from './plan.js';
import { packageName, type AptRequest } from './request.js';
import { changesOf } from './simulation.js';

const mib = 1024 * 1024;
/** What stays free beside the packages themselves, for logs and for what their scripts make. */
const spareBytes = 200 * mib;
/** An initial RAM disk and a kernel, twice. */
const bootBytes = 200 * mib;
const inMb = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

/** Refuses where the packages would fill a disk. */
export function checkRoom({ downloadBytes, diskBytes, dangers, room, simulation }: AptPlan): void {
  if (changesOf(simulation).every(({ to }) => to === undefined)) return;
  const mounted = (place: string): string =>
    [...room.keys()]
      .filter((target) => target === place || place.startsWith(target === '/' ? '/' : `${target}/`))
      .sort((a, b) => b.length - a.length)[0] ?? '/';
  const needs = new Map<string, number>();
  const add = (place: string, bytes: number): unknown =>
    needs.set(mounted(place), (needs.get(mounted(place)) ?? 0) + bytes);
  add('/', Math.max(0, diskBytes) + spareBytes);
  add('/var/cache/apt', downloadBytes);
  if (dangers.some(({ risk }) => risk === 'kernel')) add('/boot', bootBytes);
  for (const [target, bytes] of needs) {
    const free = room.get(target);
    if (free === undefined || free >= bytes) continue;
    const where = /^\/[\w./-]{0,100}$/.test(target) ? target : 'a file system';
    throw new Failure(
      'command_failed',
      `The packages need ${inMb(bytes)} on ${where}, and ${inMb(free)} are free there. Nothing was changed.`,
      {
        hint: 'system_storage shows what fills the disk; image_prune frees what old container images take.',
        retry: 'no',
      },
    );
  }
}

const riskWords: Readonly<Record<AptDanger['risk'], string>> = {
  bsp: 'change parts of Jetson Linux itself, which can write firmware',
  kernel: 'change the kernel',
  bootloader: 'change the boot loader: a board that fails to start afterwards must be flashed',
  docker: 'replace Docker or what it runs on, which stops containers',
  docker_known_bad: "install Docker 28 or later, which cannot publish ports of containers on this Jetson's kernel",
  remove: 'remove packages',
  downgrade: 'put older versions in place',
  held: 'change packages that are held',
};
const most = 6;
const few = (names: readonly string[]): string =>
  `${names
    .filter((name) => packageName.test(name))
    .slice(0, most)
    .join(', ')}${names.length > most ? ` and ${names.length - most} more` : ''}`;

/** Refuses what was not allowed by its word, and always what the system cannot do without. */
export function refuseDangers({ dangers, simulation }: AptPlan, { allow }: AptRequest): void {
  if (simulation.essential.length > 0)
    throw new Failure(
      'not_allowed',
      `Apt would remove what the system cannot do without: ${few(simulation.essential)}. Nothing was changed.`,
      { retry: 'no' },
    );
  const missing = dangers.filter(({ risk }) => !allow.includes(risk));
  if (missing.length === 0) return;
  const says = missing.map(({ risk, packages }) => `${riskWords[risk]} (${few(packages)})`).join('; ');
  const words = JSON.stringify([...new Set([...allow, ...missing.map(({ risk }) => risk)])]);
  throw new Failure('not_allowed', `Apt would also ${says}. Nothing was changed.`, {
    hint: `Only where the user wants exactly that: call again with allow: ${words}.`,
    retry: 'no',
  });
}

const counted = (count: number, what: string): string[] => (count === 0 ? [] : [`${what} ${count}`]);

/** What apt will do, in a sentence: `installs 12, upgrades 1, downloads 85 MB, takes 240 MB of disk`. */
export function aptSentence(
  { simulation, downloadBytes, diskBytes, dangers }: AptPlan,
  keptFiles: readonly string[],
): string {
  const { install, upgrade, downgrade, remove } = simulation;
  const words = [
    ...counted(install.length, 'installs'),
    ...counted(upgrade.length, 'upgrades'),
    ...counted(downgrade.length, 'downgrades'),
    ...counted(remove.length, 'removes'),
    `downloads ${inMb(downloadBytes)}`,
    diskBytes < 0 ? `frees ${inMb(-diskBytes)} of disk` : `takes ${inMb(diskBytes)} of disk`,
  ];
  const takes = dangers.map(({ risk, packages }) => ` It will ${riskWords[risk]}: ${few(packages)}.`).join('');
  const kept =
    keptFiles.length === 0
      ? ''
      : ` Settings files changed on the device stay as they are: ${keptFiles.slice(0, most).join(', ')}.`;
  return `Apt ${words.join(', ')}.${takes}${kept}`;
}
