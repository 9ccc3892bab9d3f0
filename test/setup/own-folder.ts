import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { ensurePrograms } from './packages.js';

/** A process in whose view of this machine one folder is another; nobody else sees that. */
export interface OwnFolder {
  readonly pid: number;
  stop(): Promise<void>;
}

/** Why there can be none in place of that folder, or undefined. */
export function ownFolderUnavailable(place: string): string | undefined {
  if (process.platform !== 'linux') return 'mounts of a test’s own are for Linux only';
  const missing = ensurePrograms({ unshare: 'util-linux', nsenter: 'util-linux', setpriv: 'util-linux' });
  if (missing !== undefined) return missing;
  if (!existsSync(place)) return `this machine has no folder ${place}`;
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', place], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'a mount of a test’s own needs root of a whole machine';
  }
}

/** Puts `folder` in the place of another, for what is started `within` the process. */
export async function ownFolder(folder: string, place: string): Promise<OwnFolder> {
  const script = 'mount --bind "$1" "$2" && echo there && exec sleep infinity';
  // The death signal ends it with the test process, even one that was killed.
  const args = ['--pdeathsig', 'KILL', '--', 'unshare', '--mount', 'sh', '-c', script, 'own-folder', folder, place];
  const child = spawn('setpriv', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const gone = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    gone.then(() => Promise.reject(new Error(`${folder} was not mounted at ${place}`))),
  ]);
  child.stdout.destroy();
  child.unref();
  return {
    pid: child.pid ?? -1,
    stop: async () => {
      child.ref();
      child.kill('SIGKILL');
      await gone;
    },
  };
}
