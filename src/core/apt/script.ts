import { renderArgv } from '../command.js';

/** How the script ends where apt changed nothing. */
export const aptExits = { changed: 90, locked: 91 } as const;

const title = 'jetfleet-apt';
const refreshTitle = 'jetfleet-apt-update';

const quiet =
  'export LC_ALL=C DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l NEEDRESTART_SUSPEND=1 UCF_FORCE_CONFFOLD=1 APT_LISTCHANGES_FRONTEND=none';

/**
 * `go WORDS...` runs apt-get, and waits and runs it again as long as another program holds a lock; `left` seconds in all. Locks are looked
 * for in /proc/locks, as apt before 1.9.11 waits for none; what is taken in between shows in its message.
 */
const go = [
  'held() { for f in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; do n=$(stat -c %i $f) && grep -q ":$n 0 EOF" /proc/locks && return 0; done 2>/dev/null; return 1; }',
  `nap() { [ $left -gt 0 ] || { echo "jetfleet: a lock of apt was not let go"; exit ${String(aptExits.locked)}; }; [ "$said" ] || echo "jetfleet: waits for a lock of apt"; said=1; left=$((left-2)); sleep 2; }`,
  'go() { while :; do while held; do nap; done; { e=$(apt-get -y -q "$@" 2>&1 >&3); s=$?; } 3>&1; if [ "$e" ]; then echo "$e"; fi',
  'case $s,$e in 0,*) return 0;; *"Could not get lock"*|*"Unable to lock"*|*"Unable to acquire"*) nap;; *) return $s;; esac; done; }',
].join('; ');

/**
 * The job of a change, as root. What apt would do must be what was approved, told by the hash of the simulation's lines; else it ends
 * with `changed`. Without single quotes, backslashes and newlines, as every text that a login shell passes on.
 * Arguments: seconds to wait for locks, that hash, packages to hold meanwhile and packages to hold afterwards (each joined by commas, or
 * `-`), and the words for apt-get.
 */
export const aptScript = [
  quiet,
  'left=$1 sha=$2 during=$3 after=$4 said=; shift 4',
  go,
  'list() { echo "$1" | tr , " "; }; back() { if [ "$during" != - ]; then apt-mark -q unhold $(list "$during"); fi; }',
  'trap back EXIT; trap "exit 143" HUP INT TERM; while held; do nap; done',
  'if [ "$during" != - ]; then apt-mark -q hold $(list "$during") || exit 1; fi',
  'h=$(apt-get -s -y -o Debug::NoLocking=1 "$@" | grep -E "^(Inst|Remv|Purg) " | sort | sha256sum)',
  `if [ "\${h%% *}" != "$sha" ]; then echo "jetfleet: apt would do something else now than was approved"; exit ${String(aptExits.changed)}; fi`,
  'go -o DPkg::Lock::Timeout=60 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" || exit $?',
  'if [ "$after" != - ]; then apt-mark -q hold $(list "$after"); fi',
].join('; ');

/** The job that fetches the lists of packages anew. Argument: seconds to wait for locks. */
export const aptRefreshScript = [quiet, 'left=$1 said=', go, 'go update'].join('; ');

/** The program of such a job. */
export function aptProgram(
  lockSeconds: number,
  {
    sha,
    during,
    after,
    args,
  }: { sha: string; during: readonly string[]; after: readonly string[]; args: readonly string[] },
): readonly ['sh', ...string[]] {
  const list = (names: readonly string[]): string => (names.length === 0 ? '-' : names.join(','));
  return ['sh', '-c', aptScript, title, String(lockSeconds), sha, list(during), list(after), ...args];
}

/** The program of the job that fetches the lists. */
export function aptRefreshProgram(lockSeconds: number): readonly ['sh', ...string[]] {
  return ['sh', '-c', aptRefreshScript, refreshTitle, String(lockSeconds)];
}

/** Such a program as a person reads it, without the text around it; undefined for any other. */
export function shownApt([
  shell,
  option,
  script,
  name,
  seconds = '',
  ,
  during = '-',
  after = '-',
  ...args
]: readonly string[]): string | undefined {
  if (shell !== 'sh' || option !== '-c') return undefined;
  const waits = `waits up to ${seconds} s for locks`;
  if (script === aptRefreshScript && name === refreshTitle) return `apt-get update (${waits})`;
  if (script !== aptScript || name !== title) return undefined;
  const holds = [
    ...(during === '-' ? [] : [`holds ${during.split(',').length} BSP packages meanwhile`]),
    ...(after === '-' ? [] : [`then apt-mark hold ${after.replaceAll(',', ' ')}`]),
  ];
  return `apt-get -y ${renderArgv(args)} (${[waits, 'only what is listed', 'changed settings files stay', ...holds].join('; ')})`;
}
