import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';

const root = resolve('.');

interface FileReport {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

/** What the lint rules of this repository say of some files: `file: rule`. */
function lint(files: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-lint-'));
  try {
    for (const name of ['eslint.config.js', 'tsconfig.json', 'package.json']) {
      copyFileSync(join(root, name), join(folder, name));
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `${text}\n`);
    }
    const args = [join(root, 'node_modules/eslint/bin/eslint.js'), '.', '--format', 'json'];
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env });
    if (stdout === '') throw new Error(stderr);
    return (JSON.parse(stdout) as FileReport[]).flatMap(({ filePath, messages }) =>
      messages.map(
        ({ ruleId, message }) => `${filePath.slice(folder.length + 1).replaceAll('\\', '/')}: ${ruleId ?? message}`,
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const impure = [
  'Date.now()',
  'process.pid',
  'Buffer.from([])',
  'fetch("x")',
  'crypto.randomUUID()',
  'performance.now()',
  'globalThis.Date.now()',
  'global.setTimeout',
  'queueMicrotask(() => undefined)',
  'new WebSocket("ws://x")',
];
const lines = (count: number): string =>
  Array.from({ length: count }, (_, i) => `export const x${String(i)} = 1;`).join('\n');
const enumerated = `export function f(x: 'a' | 'b'): number { switch (x) { case 'a': return 1; } return 2; }`;

/** One file for each house rule, which must be the only one to speak. */
const planted: readonly [path: string, text: string, rule: string][] = [
  ...impure.map((text, i): [string, string, string] => [
    `src/core/impure-${String(i)}.ts`,
    `export const x = (): unknown => ${text};`,
    'no-restricted-globals',
  ]),
  ['src/core/timer.ts', 'export const x = (): void => void setTimeout(() => undefined, 1);', 'no-restricted-globals'],
  ['src/core/chance.ts', 'export const x = (): number => Math.random();', 'no-restricted-properties'],
  ['src/core/untyped.ts', 'export function x() { return 1; }', '@typescript-eslint/explicit-module-boundary-types'],
  ['src/ports/untyped.ts', 'export function x() { return 1; }', '@typescript-eslint/explicit-module-boundary-types'],
  ['src/app/any.ts', 'export const x = (y: any): void => void y;', '@typescript-eslint/no-explicit-any'],
  ['src/app/bang.ts', 'export const x = (y?: string): string => y!;', '@typescript-eslint/no-non-null-assertion'],
  ['src/app/console.ts', `console.error('x');`, 'no-console'],
  ['src/app/bare.ts', `import { join } from 'path'; join('a');`, 'no-restricted-imports'],
  [
    'src/app/float.ts',
    'export const x = (y: Promise<void>): void => { y; };',
    '@typescript-eslint/no-floating-promises',
  ],
  ['src/app/switch.ts', enumerated, '@typescript-eslint/switch-exhaustiveness-check'],
  [
    'src/app/type.ts',
    `import { z } from 'zod'; export type X = z.ZodType;`,
    '@typescript-eslint/consistent-type-imports',
  ],
  ['src/app/disable.ts', '// eslint-disable-next-line no-console\nexport const x = 1;', 'Unused eslint-disable'],
  ['src/app/long.ts', lines(251), 'max-lines'],
  ['tools/hardware/hardware_long.ts', lines(81), 'max-lines'],
  ['test/long.ts', lines(301), 'max-lines'],
];
const fine: Readonly<Record<string, string>> = {
  'src/core/fine.ts': 'export const x = (y: object): object => structuredClone(y);',
  'src/app/fine.ts': `import { join } from 'node:path';\n${lines(248)}\nexport const y = join('a', String(Date.now()));`,
  'tools/hardware/hardware_fine.ts': lines(80),
  'tools/args.ts': lines(81),
  'test/fine.ts': `console.log('x');\n${lines(298)}`,
  'scripts/fine.mjs': `console.log(process.pid);`,
};

describe('the lint rules of the house', () => {
  let found: string[];
  beforeAll(() => {
    found = lint({ ...fine, ...Object.fromEntries(planted.map(([path, text]) => [path, text])) });
  }, 120_000);

  it.each(planted)('%s is refused', (path, _text, rule) => {
    expect(found.filter((each) => each.startsWith(`${path}: `))).toContainEqual(
      expect.stringMatching(new RegExp(`: ${rule}`)),
    );
  });

  it.each(Object.keys(fine))('%s is not', (path) => {
    expect(found.filter((each) => each.startsWith(`${path}: `))).toEqual([]);
  });
});
