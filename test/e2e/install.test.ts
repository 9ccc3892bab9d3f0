import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bareEnvironment, ensureBuilt, line, opening } from './program.js';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'jetfleet-install-'));

function npm(args: readonly string[], cwd: string): { status: number | null; stderr: string } {
  const env = { ...process.env };
  delete env['NODE_OPTIONS'];
  const { status, stderr } = spawnSync('npm', args, {
    cwd,
    env,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return { status, stderr };
}

describe('a production-only install of the package', () => {
  let reason: string | undefined;
  beforeAll(() => {
    ensureBuilt();
    expect(npm(['pack', '--ignore-scripts', '--pack-destination', folder], root)).toMatchObject({ status: 0 });
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const { status, stderr } = npm(
      ['install', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', join(folder, tarball)],
      folder,
    );
    if (status !== 0) reason = stderr;
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('works', () => {
    expect(reason).toBeUndefined();
  });

  it('lists tools through its bin', () => {
    const bin = join(folder, 'node_modules/.bin', process.platform === 'win32' ? 'jetfleet.cmd' : 'jetfleet');
    const env = bareEnvironment(folder);
    const { status, stdout, stderr } = spawnSync(bin, ['tools'], {
      env,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('hardware_stats');
  });

  it('lets a plug-in import the core, the ports and the base classes', () => {
    const script = `
      const [core, ports, tools] = await Promise.all([import('jetfleet/core'), import('jetfleet/ports'), import('jetfleet/tools')]);
      if (new core.Failure('timeout', 'x').kind !== 'timeout') throw new Error('Failure');
      if (!ports.areas.includes('device')) throw new Error('areas');
      class Mine extends tools.BaseReadTool {}
      if (new Mine().kind !== 'read') throw new Error('BaseReadTool');`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: folder,
      encoding: 'utf8',
      env: bareEnvironment(folder),
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('brings declarations for them, licences, and no sources or tests', () => {
    const at = (path: string): string => join(folder, 'node_modules/jetfleet', path);
    for (const path of [
      'dist/types/src/core/index.d.ts',
      'dist/types/src/ports/index.d.ts',
      'dist/types/tools/base-tool.d.ts',
    ]) {
      expect([path, existsSync(at(path))]).toEqual([path, true]);
    }
    expect(existsSync(at('dist/THIRD-PARTY-LICENSES.txt'))).toBe(true);
    expect([existsSync(at('src')), existsSync(at('test'))]).toEqual([false, false]);
  });
});

describe('the built program in plain Node', () => {
  it('answers initialize and tools/list', () => {
    ensureBuilt();
    const script = `
      import { spawn } from 'node:child_process';
      const child = spawn(process.execPath, [${JSON.stringify(join(root, 'dist/main.js'))}], { stdio: ['pipe', 'pipe', 'inherit'] });
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += chunk;
        if (text.includes('"id":1')) child.stdin.end();
      });
      child.on('exit', (code) => { process.stdout.write(text); process.exit(code ?? 9); });
      child.stdin.write(${JSON.stringify(opening + line(1, 'tools/list'))});`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: bareEnvironment(folder),
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('"protocolVersion":"2025-11-25"');
    expect(stdout).toContain('hardware_stats');
  });
});
