import { Failure } from '../errors.js';
import { packageName } from './request.js';
import { aptExits } from './script.js';

interface Trouble {
  readonly matches: RegExp;
  readonly says: string;
  readonly hint: string;
}

/** What apt and dpkg complain of, in the C locale; the first that is found is told. */
const troubles: readonly Trouble[] = [
  {
    matches:
      /jetfleet: a lock of apt was not let go|Could not get lock|Unable to acquire the dpkg|Unable to lock (?:directory|the)/,
    says: 'Another program holds the lock of apt or dpkg',
    hint: 'It is most often unattended-upgrades, for some minutes after a boot: call again later. Never remove the lock file.',
  },
  {
    matches: /jetfleet: apt would do something else now/,
    says: 'Apt would do something else now than was planned: packages or lists have changed since. Nothing was changed',
    hint: 'Call again for a new plan.',
  },
  {
    matches: /dpkg was interrupted/,
    says: 'An earlier change of packages was cut off in the middle',
    hint: 'Finish it on the device: sudo dpkg --configure -a. Then call again.',
  },
  {
    matches: /No space left on device|don't have enough free space/,
    says: 'The disk of the device is full',
    hint: 'system_storage shows what fills it.',
  },
  {
    matches: /Read-only file system/,
    says: 'The file system of the device is read-only',
    hint: 'system_logs shows why: most often a worn or broken disk. Nothing can be installed until it is mended.',
  },
  {
    matches: /is not valid yet/,
    says: 'The clock of the device is behind: its package lists count as made in the future',
    hint: 'Set the clock (a Jetson without a battery starts with a wrong one until NTP answers), then call again.',
  },
  {
    matches:
      /NO_PUBKEY|EXPKEYSIG|is not signed|unauthenticated packages|signatures? (?:couldn't be|were) (?:verified|invalid)/,
    says: 'A package source has no valid signature',
    hint: 'Look at the sources in /etc/apt on the device; jetfleet installs nothing that is not signed.',
  },
  {
    matches:
      /Temporary failure resolving|Could not resolve|Could not connect|Connection (?:timed out|failed|refused)|Network is unreachable/,
    says: 'The device cannot reach its package servers',
    hint: 'system_network shows its routes and name servers.',
  },
  {
    matches: /Hash Sum mismatch|Failed to fetch|404 {1,2}Not Found/,
    says: 'A package could not be fetched: the lists on the device are older than the servers',
    hint: 'Call the tool with refresh: true, which fetches the lists anew, then again.',
  },
  {
    matches:
      /Unable to locate package|has no installation candidate|Version '[^']*' for '[^']*' was not found|Couldn't find any package/,
    says: "The device's package lists do not have this package",
    hint: 'Call the tool with refresh: true, which fetches the lists anew. If that does not help, no source of the device has it.',
  },
  {
    matches:
      /Packages need to be removed but remove is disabled|held packages were changed|Packages were downgraded and -y/i,
    says: 'Apt would do more than was allowed. Nothing was changed',
    hint: 'Call again for a new plan.',
  },
  {
    matches: /[Uu]nmet dependencies|held broken packages|fix-broken|broken packages/,
    says: 'Packages on the device contradict each other, so apt finds no way',
    hint: 'Held or half-installed packages are the usual cause: apt-mark showhold and sudo apt-get -s -f install show which.',
  },
  {
    matches: /returned an error code|Sub-process \S+ exited unexpectedly|error processing/,
    says: 'A package could not be set up',
    hint: 'job_output with after: 0 shows what its script said.',
  },
];

/** Who holds the lock, where apt says so. */
const holder = /held by process (\d{1,8})(?: \(([\w.-]{1,32})\))?/;

/** Why apt failed, read from what it printed; exit code where it has ended. */
export function aptFailure(text: string, exitCode?: number): Failure {
  const found = troubles.find(({ matches }) => matches.test(text));
  const retry =
    exitCode === undefined || exitCode === aptExits.changed || exitCode === aptExits.locked ? 'yes' : 'check_first';
  if (found === undefined) {
    const says = exitCode === undefined ? 'apt-get could not plan this.' : `apt-get ended with exit code ${exitCode}.`;
    return new Failure('command_failed', says, {
      hint: 'job_output with after: 0 shows what it printed, where it ran.',
      retry,
    });
  }
  const [, pid, program] = holder.exec(text) ?? [];
  const who = pid === undefined ? '' : ` (process ${pid}${program === undefined ? '' : `, ${program}`})`;
  const about = /^dpkg: error processing (?:package|archive) (\S+)/m.exec(text)?.[1];
  const which = about !== undefined && packageName.test(about) ? `: ${about}` : '';
  const { says, hint } = found;
  return new Failure('command_failed', `${says}${which === '' ? who : which}.`, { hint, retry });
}
