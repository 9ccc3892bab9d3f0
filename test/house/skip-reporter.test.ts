import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = resolve('.');

/** Runs jest with the reporter on one file of plain JavaScript. */
function run(
  test: string,
  options: { ci: boolean; args?: readonly string[] },
): { exitCode: number | null; lines: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-reporter-'));
  try {
    copyFileSync(join(root, 'test/setup/skip-reporter.cjs'), join(folder, 'skip-reporter.cjs'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    writeFileSync(join(folder, 'package.json'), '{}');
    writeFileSync(join(folder, 'a.test.cjs'), test);
    const config = {
      testMatch: ['**/*.test.cjs'],
      transform: {},
      reporters: ['default', '<rootDir>/skip-reporter.cjs'],
    };
    const args = [
      join(root, 'node_modules/jest/bin/jest.js'),
      '--config',
      JSON.stringify(config),
      ...(options.args ?? []),
    ];
    const env = { ...process.env, NODE_OPTIONS: '', CI: options.ci ? 'true' : '' };
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env });
    return { exitCode: status, lines: stdout.trimEnd().split('\n') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const passes = `test('passes', () => undefined);`;
const skips = (reason: string): string =>
  `describe('suite', () => { test.skip('[skipped: ${reason}]', () => undefined); });`;

describe('the reporter of skipped suites', () => {
  it('prints the reason, and the totals alone on the last line', () => {
    const { exitCode, lines } = run(`${passes}${skips('no sshd here')}`, { ci: false });
    expect(lines).toContain('skipped: suite: no sshd here');
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped');
    expect(exitCode).toBe(0);
  });

  it('fails in CI for what could have run there', () => {
    const { exitCode, lines } = run(`${passes}${skips('no sshd here')}`, { ci: true });
    expect(lines).toContain('could have run in CI: suite: no sshd here');
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped');
    expect(exitCode).toBe(1);
  });

  it.each(['the device recordings are absent (X)', 'installing needs root', 'not on Windows', 'runs as root, who may'])(
    'accepts in CI: %s',
    (reason) => expect(run(`${passes}${skips(reason)}`, { ci: true }).exitCode).toBe(0),
  );

  it('fails in CI for a skip without a reason, but not for what a name filter left out', () => {
    const bare = `${passes}test.skip('later', () => undefined);`;
    expect(run(bare, { ci: true }).exitCode).toBe(1);
    expect(run(bare, { ci: true, args: ['-t', 'passes'] }).exitCode).toBe(0);
  });

  it('counts a file that does not load as a failure', () => {
    const { exitCode, lines } = run('throw new Error("x");', { ci: false });
    expect(lines.at(-1)).toBe('0 passed, 1 failed, 0 skipped');
    expect(exitCode).toBe(1);
  });
});
