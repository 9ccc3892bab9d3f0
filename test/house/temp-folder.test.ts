import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = resolve('.');
const parts = ['make-temp-folder.mjs', 'remove-temp-folder.mjs'];

/** Runs jest with the folder on one test; answers what it leaves beside it too. */
function run(body: string): { exitCode: number | null; stderr: string; left: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-temp-'));
  try {
    for (const part of parts) copyFileSync(join(root, 'test/setup', part), join(folder, part));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    writeFileSync(join(folder, 'package.json'), '{}');
    const text = `const fs = require('node:fs'), path = require('node:path'), os = require('node:os');
      test('one', () => { const made = fs.mkdtempSync(path.join(os.tmpdir(), 'jetfleet-x-')); ${body} });`;
    writeFileSync(join(folder, 'a.test.cjs'), text);
    const config = {
      testMatch: ['**/*.test.cjs'],
      transform: {},
      globalSetup: `<rootDir>/${parts[0] ?? ''}`,
      globalTeardown: `<rootDir>/${parts[1] ?? ''}`,
    };
    const place = mkdtempSync(join(folder, 'tmp-'));
    const args = [join(root, 'node_modules/jest/bin/jest.js'), '--config', JSON.stringify(config)];
    const env = { ...process.env, NODE_OPTIONS: '', TMPDIR: place, TEMP: place, TMP: place };
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env });
    return { exitCode: status, stderr, left: readdirSync(place).filter((name) => name.startsWith('jf-')) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the temporary folder of a run', () => {
  it('is gone after it', () => {
    expect(run('fs.rmdirSync(made);')).toMatchObject({ exitCode: 0, left: [] });
  });

  it('tells and fails for what a test left in it, and is gone all the same', () => {
    const { exitCode, stderr, left } = run('');
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/left behind in the temporary folder: jetfleet-x-/);
    expect(left).toEqual([]);
  });
});
