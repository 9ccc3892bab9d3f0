/** How an account of a simulated device becomes root. */
export type AccountSudo = 'root' | 'nopasswd' | 'password' | 'none';

/** One login of a simulated device. */
export interface Account {
  readonly name: string;
  readonly sudo: AccountSudo;
  /** For login, and for sudo where it asks. Without one, only keys open the account. */
  readonly password?: string | undefined;
  /** Public keys in `ssh-ed25519 AAAA...` form that open the account, or any key at all. */
  readonly keys?: readonly string[] | 'any' | undefined;
}

/** The password of every default account, for login and for sudo. It guards nothing but a simulator. */
export const simulatorPassword = 'jetfleet-simulator';

/** The logins every simulated device has, one of each kind; any key opens them. */
export const defaultAccounts: readonly Account[] = (
  [
    ['root', 'root'],
    ['ops', 'nopasswd'],
    ['nvidia', 'password'],
    ['guest', 'none'],
  ] as const
).map(([name, sudo]) => ({ name, sudo, keys: 'any', password: simulatorPassword }));

/** The numeric id of an account: root is 0, others count from 1000 as on Ubuntu. */
export function uidOf(account: Account, accounts: readonly Account[]): number {
  return account.sudo === 'root'
    ? 0
    : 999 + Math.max(1, accounts.filter((other) => other.sudo !== 'root').indexOf(account) + 1);
}

/** Whether an account is in group docker, or root. */
export const usesDocker = ({ sudo }: Account): boolean => sudo !== 'none';
