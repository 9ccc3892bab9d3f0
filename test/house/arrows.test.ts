import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';

const root = resolve('.');
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

interface Report {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

/** A tree of files that import one another, judged by the rules of this repository: `file: rule`, sorted. */
function violations(files: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-arrows-'));
  try {
    for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
      copyFileSync(join(root, name), join(folder, name));
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    for (const [path, text] of Object.entries({ ...cleanTree, ...files })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `${text}\n`);
    }
    const args = [cruiser, 'src', 'tools', 'config', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      env,
      maxBuffer: 1 << 26,
    });
    if (stdout === '') throw new Error(stderr);
    const found = (JSON.parse(stdout) as Report).summary.violations;
    return [...new Set(found.map(({ from, rule }) => `${from}: ${rule.name}`))].sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every arrow that is allowed. */
const cleanTree = {
  'src/core/a.ts': `import { z } from 'zod'; import './b.js'; export const a = z;`,
  'src/core/b.ts': 'export const b = 1;',
  'src/ports/p.ts': `import type { a } from '../core/a.js'; export type P = typeof a;`,
  'src/app/x.ts': `import '../core/a.js'; import '../ports/p.js'; import 'node:events';`,
  'src/adapters/ssh/s.ts': `import ssh2 from 'ssh2'; import config from 'ssh-config'; import '../../ports/p.js'; import './t.js'; ssh2; config;`,
  'src/adapters/ssh/t.ts': 'export const t = 1;',
  'src/adapters/simulator/s.ts': `import ssh2 from 'ssh2'; ssh2;`,
  'src/adapters/mcp/m.ts': `import '../../app/x.js'; import '@modelcontextprotocol/server';`,
  'src/adapters/cli/c.ts': `import '../../app/x.js'; import 'yaml';`,
  'src/adapters/inventory/i.ts': `import 'yaml'; import '../../core/a.js';`,
  'src/adapters/logging/l.ts': `import 'winston';`,
  'src/later.ts': 'export const later = 1;',
  'src/main.ts': `import './adapters/ssh/s.js'; import './app/x.js'; import '../tools/t.js'; import '../config/c.js'; import './engine.js';`,
  'src/engine.ts': `import './adapters/inventory/i.js'; import './app/x.js'; import '../tools/t.js'; import '../config/c.js'; import 'node:crypto';`,
  'tools/t.ts': `import '../src/core/a.js'; import '../src/ports/p.js'; import 'zod';`,
  'config/c.ts': `import '../src/core/a.js'; import 'node:path';`,
};

/** The rule that keeps a ring from what is not named in it. */
const ringRule = (folder: string): string =>
  ({ 'src/core': 'core-is-pure', 'src/ports': 'ports-see-core', 'src/app': 'app-sees-core-and-ports' })[folder] ??
  'adapters-see-no-more';

/** One file for each arrow that is not, and the rule that must say so. */
const planted: readonly [path: string, text: string, rule: string][] = [
  ['src/core/port.ts', `import type { P } from '../ports/p.js'; export type Q = P;`, 'core-is-pure'],
  ['src/core/config.ts', `import '../../config/c.js';`, 'core-is-pure'],
  ['src/core/package.ts', `import 'yaml';`, 'core-knows-only-zod'],
  ['src/core/files.ts', `import 'node:fs';`, 'core-has-no-node'],
  ['src/core/bare-files.ts', `import type { Stats } from 'fs'; export type S = Stats;`, 'core-has-no-node'],
  ['src/ports/app.ts', `import '../app/x.js';`, 'ports-see-core'],
  ['src/ports/package.ts', `import 'ssh2';`, 'ports-know-only-zod'],
  ['src/ports/files.ts', `import 'node:fs';`, 'ports-have-no-node'],
  ['src/app/adapter.ts', `import '../adapters/ssh/t.js';`, 'app-sees-core-and-ports'],
  ['src/app/tool.ts', `import '../../tools/t.js';`, 'app-sees-core-and-ports'],
  ['src/app/ssh.ts', `import ssh2 from 'ssh2'; ssh2;`, 'ssh2-lives-in-(ssh|simulator)'],
  [
    'src/app/ssh-types.ts',
    `import type ssh2 from 'ssh2'; export type C = ssh2.Client;`,
    'ssh2-lives-in-(ssh|simulator)',
  ],
  ['src/app/lazy-ssh.ts', `export const load = () => import('ssh2');`, 'ssh2-lives-in-(ssh|simulator)'],
  ['src/app/sdk.ts', `import '@modelcontextprotocol/server';`, '@modelcontextprotocol/[^/]+-lives-in-mcp'],
  ['src/adapters/docker/client.ts', `import Dockerode from 'dockerode'; Dockerode;`, 'dockerode-is-for-the-bench'],
  ['src/app/log.ts', `import 'winston';`, 'winston-lives-in-logging'],
  ['src/app/yaml.ts', `import 'yaml';`, 'yaml-lives-in-(inventory|policy|cli|yaml|catalog)'],
  ['src/app/main.ts', `import '../main.js';`, 'nobody-sees-main'],
  ['src/adapters/ssh/other.ts', `import '../inventory/i.js';`, 'adapters-are-islands'],
  ['src/adapters/ssh/app.ts', `import '../../app/x.js';`, 'only-driving-adapters-see-app'],
  ['src/adapters/mcp/tool.ts', `import '../../../tools/t.js';`, 'adapters-see-no-more'],
  ['src/adapters/inventory/config.ts', `import '../../../config/c.js';`, 'adapters-see-no-more'],
  ['tools/app.ts', `import '../src/app/x.js';`, 'tools-see-core-and-ports'],
  ['tools/adapter.ts', `import '../src/adapters/ssh/t.js';`, 'tools-see-core-and-ports'],
  ['tools/config.ts', `import '../config/c.js';`, 'tools-see-core-and-ports'],
  ['tools/files.ts', `import 'node:fs';`, 'tools-have-no-node'],
  ['tools/package.ts', `import 'p-limit';`, 'tools-know-only-zod'],
  ['config/port.ts', `import '../src/ports/p.js';`, 'config-sees-core'],
  ...['src/core', 'src/ports', 'src/app', 'src/adapters/cli', 'src/adapters/simulator', 'src/adapters/logging'].flatMap(
    (folder): [string, string, string][] => {
      const up = '../'.repeat(folder.split('/').length - 1);
      return [
        [`${folder}/to-engine.ts`, `import '${up}engine.js';`, 'only-the-root-sees-the-root'],
        [`${folder}/to-new-file.ts`, `import '${up}later.js';`, ringRule(folder)],
      ];
    },
  ),
  ['tools/to-engine.ts', `import '../src/engine.js';`, 'only-the-root-sees-the-root'],
  ['tools/to-new-file.ts', `import '../src/later.js';`, 'tools-see-core-and-ports'],
  ['config/to-engine.ts', `import '../src/engine.js';`, 'only-the-root-sees-the-root'],
  ['src/main-seen.ts', `import './main.js';`, 'nobody-sees-main'],
  ['src/core/round.ts', `import './trip.js'; export const round = 1;`, 'no-cycles'],
  ['src/core/nowhere.ts', `import './absent.js';`, 'no-unresolvable'],
];

/** The other half of the circle; the rule tells it once. */
const trip = { 'src/core/trip.ts': `import './round.js'; export const trip = 1;` };

describe('the arrows between the rings', () => {
  let found: string[];
  beforeAll(() => {
    found = violations({ ...trip, ...Object.fromEntries(planted.map(([path, text]) => [path, text])) });
  }, 60_000);

  it.each(planted)('%s (%s) is refused by %s', (path, _text, rule) => expect(found).toContain(`${path}: ${rule}`));

  it('refuse nothing else', () => {
    const files = new Set(planted.map(([path]) => path));
    expect(found.filter((each) => !files.has(each.slice(0, each.indexOf(': '))))).toEqual([]);
  });

  it('are silent where all is well', () => expect(violations({})).toEqual([]), 60_000);
});
