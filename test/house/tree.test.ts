import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = resolve('.');
const generated = new Set(['node_modules', '.git', 'dist', 'coverage', '.cache']);

/** Every file of the repository, by its path from the root. */
function filesIn(folder: string): string[] {
  return readdirSync(resolve(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (generated.has(entry.name)) return [];
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

const files = filesIn('.');
const text = (path: string): string => readFileSync(resolve(root, path), 'utf8');
const own = files.filter((path) => /^(?:src|tools|config|test|scripts|examples)\//.test(path));
const toolFiles = files.filter((path) => /^tools\/(?!resources\/)[^/]+\/[^/]+\.ts$/.test(path));

describe('the tree', () => {
  it('has sources, or the tests below would prove nothing', () => expect(own.length).toBeGreaterThan(50));

  it('is in files that a person can read at one go', () => {
    const limit = (path: string): number => (path.startsWith('test/') ? 300 : toolFiles.includes(path) ? 80 : 250);
    const sources = own.filter((path) => /\.(?:ts|mjs|cjs|js)$/.test(path));
    expect(sources.filter((path) => text(path).trimEnd().split('\n').length > limit(path))).toEqual([]);
  });

  it('has names in kebab-case, and tools by their own names', () => {
    const kebab = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;
    const tool = /^[a-z]+(?:_[a-z]+)+(?:\.test)?\.ts$/;
    const named = own.filter(
      (path) => !/^test\/(?:fixtures|.*\/golden)\//.test(path) && basename(path) !== 'README.md',
    );
    const ofTool = (path: string): boolean =>
      toolFiles.includes(path) || toolFiles.includes(path.replace(/^test\/(tools\/.*)\.test\.ts$/, '$1.ts'));
    const odd = (path: string): boolean => !(ofTool(path) ? tool : kebab).test(basename(path));
    expect(named.filter(odd)).toEqual([]);
  });

  it("gives a test of one tool that tool's name", () => {
    const underscored = (path: string): string =>
      path.replace(
        /^test\/(tools\/[^/]+\/)([^/]+)\.test\.ts$/,
        (_, folder: string, name: string) => `${folder}${name.replaceAll('-', '_')}.ts`,
      );
    const misnamed = own.filter((path) => toolFiles.includes(underscored(path)) && path.includes('-'));
    expect(misnamed.filter((path) => path.startsWith('test/'))).toEqual([]);
  });

  it('names no folder that says nothing', () => {
    expect(own.filter((path) => /(?:^|\/|[-_])(?:utils?|helpers?|common|managers?)(?:[-_./]|$)/.test(path))).toEqual(
      [],
    );
  });

  it('holds no path of one machine', () => {
    const machine = [root, homedir()].filter((path) => path.split(/[\\/]/).length > 2);
    // A board has a root's home too, and NVIDIA's store of clocks is in it.
    const folders = ['root/(?!l4t_dfs\\.conf)', 'work/'];
    const pathIn = (of: readonly string[]): RegExp => new RegExp(`(?:^|[^\\w.~])/(?:${of.join('|')})[a-z.]`, 'm');
    const told = (path: string): boolean =>
      pathIn(path.startsWith('test/') ? folders.slice(1) : folders).test(text(path)) ||
      (!path.startsWith('test/') && machine.some((each) => text(path).includes(each)));
    expect(files.filter((path) => path !== 'LICENSE' && told(path))).toEqual([]);
  });

  it('names no package registry', () => {
    const registry = new RegExp(
      ['npm' + 'js\\.(?:org|com)', 'registry\\.(?:yarnpkg|npmmirror)', '"resolved":\\s*"http'].join('|'),
    );
    expect(files.filter((path) => registry.test(text(path)))).toEqual([]);
  });

  it('skips no test without saying why', () => {
    const skips = new RegExp('\\b(?:it|test|describe)\\.(?:' + 'skip|todo|only' + ')\\b|\\bx(?:it|describe)\\(');
    const allowed = ['test/setup/suite.ts', 'test/house/skip-reporter.test.ts'];
    const tests = own.filter((path) => path.startsWith('test/') && path.endsWith('.ts') && !allowed.includes(path));
    expect(tests.filter((path) => skips.test(text(path)))).toEqual([]);
  });

  it('has no private members by underscore', () => {
    const sources = own.filter((path) => /^(?:src|tools|config)\/.*\.ts$/.test(path));
    expect(sources.filter((path) => /\bthis\._[a-z]/.test(text(path)))).toEqual([]);
  });
});

interface Spec {
  readonly name: string;
  readonly area: string;
}
type ToolClass = new () => { readonly spec: Spec };

describe('tools', () => {
  it('exist', () => expect(toolFiles.length).toBeGreaterThan(0));

  it.each(toolFiles)('%s holds the one tool of its name and area', async (path) => {
    const module = (await import(pathToFileURL(resolve(root, path)).href)) as Record<string, unknown>;
    const classes = Object.values(module).filter(
      (value): value is ToolClass => typeof value === 'function' && /^class\b/.test(String(value)),
    );
    const specs = classes.map((each) => new each().spec);
    expect(specs.map(({ area, name }) => `tools/${area}/${name}.ts`)).toEqual([path]);
  });
});
