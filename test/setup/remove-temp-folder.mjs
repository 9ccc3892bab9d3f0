import { readdirSync, rmSync } from 'node:fs';

/** Takes the run's temporary folder away, and fails the run where a test left one of its own in it. */
export default function removeTempFolder() {
  const folder = process.env.JETFLEET_TEST_TMP;
  const left = readdirSync(folder).filter((name) => name.startsWith('jetfleet-'));
  rmSync(folder, { recursive: true, force: true });
  if (left.length > 0) throw new Error(`Tests left behind in the temporary folder: ${left.join(', ')}`);
}
