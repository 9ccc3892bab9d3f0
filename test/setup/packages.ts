import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const folders = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** Where a system program is, or undefined. */
export function findProgram(name: string): string | undefined {
  return folders.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
}

/** Runs a system step that must not run twice at once, whichever jest worker asks for it. */
export function exclusively(program: string, args: readonly string[], input?: string): void {
  execFileSync('flock', ['/tmp/jetfleet-test.lock', program, ...args], { stdio: 'pipe', input: input ?? '' });
}

/** Brings Debian packages where a program is missing; answers why that could not be, or undefined. */
export function ensurePrograms(needs: Readonly<Record<string, string>>): string | undefined {
  const missing = Object.keys(needs).filter((program) => findProgram(program) === undefined);
  if (missing.length === 0) return undefined;
  const absent = `missing here: ${missing.join(', ')}`;
  if (process.getuid?.() !== 0) return `${absent}, and installing needs root`;
  if (findProgram('apt-get') === undefined) return `${absent}, and there is no apt-get`;
  const packages = [...new Set(missing.map((program) => needs[program] ?? program))].join(' ');
  const install = `DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${packages}`;
  try {
    exclusively('sh', ['-c', `${install} || { apt-get update && ${install}; }`]);
  } catch {
    return `${absent}, and apt-get could not install ${packages}`;
  }
  return undefined;
}
