import { z } from 'zod';
import { Failure } from '../errors.js';

/** What can be asked of apt. `upgrade` installs nothing new and removes nothing; `full-upgrade` may do both. */
export const aptActions = ['install', 'remove', 'purge', 'upgrade', 'full-upgrade'] as const;
export type AptAction = (typeof aptActions)[number];

/** What a change by apt may take with it, each refused until it is allowed by its word. */
export const aptRisks = [
  'bsp',
  'kernel',
  'bootloader',
  'docker',
  'docker_known_bad',
  'remove',
  'downgrade',
  'held',
] as const;
export type AptRisk = (typeof aptRisks)[number];

/** The argument by which a tool takes them. */
export const allowArg = z
  .array(z.enum(aptRisks))
  .max(aptRisks.length)
  .default([])
  .describe('What apt may take with it, as a refusal named it.');

/** One change of packages. */
export interface AptRequest {
  readonly action: AptAction;
  /** `name`, `name:arch` or `name=version`; none for the two upgrades. */
  readonly packages: readonly string[];
  readonly allow: readonly AptRisk[];
  /** Packages that are recommended only come too. */
  readonly recommends?: boolean | undefined;
  /** Packages that stay as they are from then on, so that no upgrade undoes the choice of a version. */
  readonly holdAfter?: readonly string[] | undefined;
  /** Holds the installed BSP packages while apt works. */
  readonly holdBsp?: boolean | undefined;
}

/** Names of Debian packages, with the architecture where it is not the board's own. */
export const packageName = /^[a-z0-9][a-z0-9+.-]*(?::[a-z0-9-]+)?$/;
/** Versions of Debian packages. */
export const packageVersion = /^[A-Za-z0-9][A-Za-z0-9.+:~-]*$/;

/** The words of a package as asked for. Refuses what apt would read as something else: a dash at the end means removal. */
function checkedPackage(word: string): string {
  const [name = '', version, ...more] = word.split('=');
  const isPlain = packageName.test(name) && !name.endsWith('-') && name.length > 1 && more.length === 0;
  if (isPlain && (version === undefined || packageVersion.test(version))) return word;
  throw new Failure('invalid_input', 'A package is written name, name:arch or name=version, as Debian has them.', {
    hint: 'Correct the name: small letters, digits and + . - only, and no dash at its end.',
    retry: 'yes',
  });
}

/** What apt-get is told, without what is about this run only. Throws `invalid_input`. */
export function aptArgs({ action, packages, allow, recommends }: AptRequest): readonly string[] {
  if (packages.length === 0 && !action.endsWith('upgrade'))
    throw new Failure('invalid_input', 'Name at least one package.', { retry: 'yes' });
  const may = (risk: AptRisk, option: string): string[] => (allow.includes(risk) ? [option] : []);
  return [
    ...(recommends === true ? [] : ['--no-install-recommends']),
    ...may('downgrade', '--allow-downgrades'),
    ...may('held', '--allow-change-held-packages'),
    ...(allow.includes('remove') || action === 'remove' || action === 'purge' ? [] : ['--no-remove']),
    action === 'full-upgrade' ? 'dist-upgrade' : action,
    '--',
    ...packages.map(checkedPackage),
  ];
}
