import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

/** New folders of their own for a file's tests. */
export function tempFolders(): () => string {
  const made: string[] = [];
  afterAll(() => {
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'state-'));
    made.push(folder);
    return folder;
  };
}

/** The clock port on a time that tests set. */
export function clockOf(time: { nowMs: number }): { now(): number } {
  return { now: () => time.nowMs };
}
