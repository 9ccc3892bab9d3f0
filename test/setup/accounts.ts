import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { exclusively } from './packages.js';

/** What the login user may do through sudo. `root` logs in as root itself. */
export type Rights = 'none' | 'nopasswd' | 'password' | 'root';

export interface Account {
  readonly user: string;
  /** Undefined for root, whose password the tests leave alone. */
  readonly password: string | undefined;
}

const sudoersFolder = '/etc/sudoers.d';
/** One password for all test accounts: they can log in only where a test's own sshd on loopback says so. */
const testPassword = 'Jetfleet-test 1\'"$x';

function exists(user: string): boolean {
  return readFileSync('/etc/passwd', 'utf8').includes(`\n${user}:`);
}

function shellOf(user: string): string | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${user}:`));
  return line?.split(':')[6];
}

/** The account for some rights, created where missing. Another login shell means another account. */
export function ensureAccount(rights: Rights, shell?: { readonly name: string; readonly path: string }): Account {
  if (rights === 'root') return { user: 'root', password: undefined };
  const suffix = { none: '', nopasswd: '-nopasswd', password: '-passwd' }[rights];
  const user = `jetfleet-test${suffix}${shell === undefined ? '' : `-${shell.name}`}`;
  if (!exists(user)) {
    const create = `getent passwd ${user} >/dev/null || { useradd -m -s /bin/sh ${user} && chpasswd -c SHA512; }`;
    exclusively('sh', ['-c', create], `${user}:${testPassword}\n`);
  }
  if (shell !== undefined && shellOf(user) !== shell.path) exclusively('usermod', ['-s', shell.path, user]);
  return { user, password: testPassword };
}

/** Writes the sudo rules of one server's user, and answers how to take them away. */
export function grantSudo(user: string, rights: Rights): () => void {
  if (rights !== 'nopasswd' && rights !== 'password') return () => undefined;
  sweep();
  const path = `${sudoersFolder}/jetfleet-test-${String(process.pid)}-${String((count += 1))}`;
  const rule = rights === 'nopasswd' ? 'NOPASSWD: ALL' : 'ALL';
  // Without secure_path sudo keeps PATH, so that the stand-in commands are found as root too.
  const rules = `Defaults:${user} !secure_path, !lecture, timestamp_timeout=0\n${user} ALL=(ALL) ${rule}\n`;
  writeFileSync(path, rules, { mode: 0o440 });
  const remove = (): void => rmSync(path, { force: true });
  process.once('exit', remove);
  return () => {
    process.off('exit', remove);
    remove();
  };
}
let count = 0;

/** Removes what a test process that was killed left behind. */
function sweep(): void {
  for (const name of existsSync(sudoersFolder) ? readdirSync(sudoersFolder) : []) {
    const pid = /^jetfleet-test-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(`${sudoersFolder}/${name}`, { force: true });
  }
}

/** Makes an ed25519 (or other) key pair without passphrase, or with one, at `path`. */
export function makeKey(path: string, options: { readonly type?: string; readonly passphrase?: string } = {}): void {
  const { type = 'ed25519', passphrase = '' } = options;
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'jetfleet-test', '-f', path], {
    stdio: 'pipe',
  });
}
