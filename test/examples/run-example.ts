import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ensureBuilt } from '../e2e/program.js';

const root = join(import.meta.dirname, '../..');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(script: string): Promise<Ended> {
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}

/** The words of a file of the example that are replaced, so that something in it is not as expected any more. */
export interface Damage {
  readonly file: string;
  readonly words: string;
  readonly instead: string;
}

/** An example has to succeed as it is, and to notice each damage. */
export function testExample(name: string, says: string, damages: readonly Damage[]): void {
  const copy = mkdtempSync(join(tmpdir(), 'jetfleet-examples-'));
  beforeAll(() => {
    ensureBuilt();
    cpSync(join(root, 'examples'), join(copy, 'examples'), { recursive: true });
    mkdirSync(join(copy, 'dist'));
    for (const folder of ['scripts', 'node_modules']) symlinkSync(join(root, folder), join(copy, folder), 'junction');
    cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
    cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  }, 120_000);
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('runs by itself', async () => {
    const ended = await run(join(root, 'examples', name, 'run.mjs'));
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining(says) });
    expect(ended.stdout).toMatch(/^As expected\.$/m);
  }, 120_000);

  it.each(damages)(
    'exits non-zero where $file has $instead',
    async ({ file, words, instead }) => {
      const path = join(copy, 'examples', name, file);
      const text = readFileSync(path, 'utf8');
      expect(text).toContain(words);
      writeFileSync(path, text.replace(words, instead));
      try {
        const { code, stdout } = await run(join(copy, 'examples', name, 'run.mjs'));
        expect(code).toBe(1);
        expect(stdout).not.toContain('As expected.');
      } finally {
        writeFileSync(path, text);
      }
    },
    120_000,
  );
}
