import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The official Inspector and a Node that runs it. */
export interface Inspector {
  readonly node: string;
  /** The launcher, to be run with `--cli`. */
  readonly script: string;
}

const folder = join(import.meta.dirname, '../../.cache/inspector');
const packages = { '@modelcontextprotocol/inspector': '2.12.0', node: '22.23.3' };
const leastNode = [22, 19] as const;

/** Brings the Inspector from npm into `.cache/`, once; answers why that could not be. */
export function ensureInspector(): Inspector | string {
  const wanted = JSON.stringify({ private: true, dependencies: packages });
  const done = join(folder, 'done.json');
  if (!existsSync(done) || readFileSync(done, 'utf8') !== wanted) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), wanted);
    const env = { ...process.env };
    delete env['NODE_OPTIONS'];
    const args = ['install', '--no-audit', '--no-fund', '--no-package-lock'];
    const { status } = spawnSync('npm', args, { cwd: folder, env, shell: process.platform === 'win32', stdio: 'pipe' });
    if (status !== 0) return 'npm could not bring the Inspector';
    writeFileSync(done, wanted);
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  const brought = join(folder, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const node = good ? process.execPath : brought;
  if (!existsSync(node)) return `no Node >= ${leastNode.join('.')}: the package "node" brought none for this platform`;
  return { node, script: join(folder, 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js') };
}
