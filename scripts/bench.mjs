// Measures the budgets: `node scripts/bench.mjs [--json] [--strict] [--only GROUP,...]`. See test/bench/README.md.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const ensured = spawnSync(process.execPath, [join(root, 'scripts/ensure.mjs'), '--built'], { stdio: ['ignore', 2, 2] });
if (ensured.status !== 0) process.exit(ensured.status ?? 1);
const { build } = await import('esbuild');

/** Bundled sources find their neighbours in the tree by the folder they came from. */
const ownFolder = {
  name: 'own-folder',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]test[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
      loader: 'ts',
    }));
  },
};

const outdir = join(root, `.cache/bench-${process.pid}`);
mkdirSync(outdir, { recursive: true });
try {
  await build({
    absWorkingDir: root,
    entryPoints: { run: 'test/bench/run.ts', 'simulator-process': 'test/bench/simulator-process.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    loader: { '.yaml': 'text', '.jsonl': 'text' },
    plugins: [ownFolder],
    logLevel: 'warning',
  });
  const { status } = spawnSync(process.execPath, [join(outdir, 'run.mjs'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
