import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives a run a folder of its own for temporary files, so that what its tests forget is seen (remove-temp-folder.mjs). */
export default function makeTempFolder() {
  sweep();
  // Short, for the sockets in it; open like /tmp, for the users that log in.
  const folder = mkdtempSync(join(tmpdir(), `jf-${process.pid}-`));
  chmodSync(folder, 0o1777);
  process.env.JETFLEET_TEST_TMP = folder;
  for (const name of process.platform === 'win32' ? ['TEMP', 'TMP'] : ['TMPDIR']) process.env[name] = folder;
}

/** Removes what a run that was killed left behind. */
function sweep() {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^jf-(\d+)-\w{6}$/.exec(name)?.[1];
    if (pid === undefined || !existsSync('/proc/self') || existsSync(`/proc/${pid}`)) continue;
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
