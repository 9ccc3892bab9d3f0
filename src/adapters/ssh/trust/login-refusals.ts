import { Failure } from '../../../core/errors.js';

/** What a login that nothing was accepted of has tried. */
export interface RefusedLogin {
  readonly user: string;
  /** The methods that the server says it accepts. */
  readonly accepted: readonly string[];
  readonly tried: { readonly keys: number; readonly password: boolean };
  readonly hasPassword: boolean;
  readonly hasCertificates: boolean;
  readonly partialSuccess: boolean;
  /** Configured keys that could not be offered. */
  readonly problems: readonly Failure[];
}

/** The methods of RFC 4252 and 4256 in a person's words. Whatever else a server names is not repeated. */
const words: Readonly<Record<string, string>> = {
  publickey: 'keys',
  password: 'passwords',
  'keyboard-interactive': 'interactive passwords',
  hostbased: 'host-based login',
  'gssapi-with-mic': 'Kerberos',
};

/** The failure of a login, with the likeliest mend first. */
export function refusedLogin(login: RefusedLogin): Failure {
  const { user, accepted, tried, problems } = login;
  const known = accepted.flatMap((method) => words[method] ?? []);
  const accepts = known.length === 0 ? '' : ` The server accepts ${listed(known)}.`;
  const attempts = [
    ...(tried.keys === 0 ? [] : [tried.keys === 1 ? '1 key' : `${String(tried.keys)} keys`]),
    ...(tried.password ? ['the password'] : []),
  ];
  const [problem] = problems;
  const what =
    attempts.length === 0
      ? `There was nothing to log in with as ${user}.`
      : login.partialSuccess
        ? `The login as ${user} needs one more proof than ${listed(attempts)}.`
        : `The login as ${user} was refused: tried ${listed(attempts)}.`;
  return new Failure('auth_failed', `${problem === undefined ? '' : `${problem.message} `}${what}${accepts}`, {
    hint: problem?.hint ?? hintFor(login),
    retry: 'no',
    cause: problem,
  });
}

function hintFor({ accepted, tried, hasPassword, hasCertificates, user }: RefusedLogin): string {
  if (hasCertificates) {
    return 'OpenSSH user certificates cannot be used: add the plain public key to ~/.ssh/authorized_keys on the board.';
  }
  if (hasPassword && !tried.password) {
    return 'The server takes no password: install a key with `ssh-copy-id` from a machine that may log in, or set PasswordAuthentication yes in its sshd_config.';
  }
  if (tried.password) return `Check the password that the fleet file refers to, and that ${user} is the right user.`;
  if (tried.keys > 0) {
    return `Check \`user\`, and that the public key is in ~${user}/.ssh/authorized_keys on the board: \`ssh-copy-id ${user}@HOST\`.`;
  }
  return accepted.includes('password')
    ? 'Set `identityFile`, or `password: env:NAME`, in the fleet file.'
    : 'Set `identityFile` in the fleet file, or add a key to the agent with `ssh-add`.';
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}
