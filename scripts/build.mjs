import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** ssh2 tries these compiled parts and falls back to JavaScript when they are not there. */
const optionalNative = /\.node$|^cpu-features$/;

/** @type {import('esbuild').Plugin} */
const replacements = {
  name: 'replacements',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: optionalNative }, ({ path }) => ({ path, namespace: 'absent' }));
    onLoad({ filter: /.*/, namespace: 'absent' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is not part of this build`)});`,
    }));
    // zod carries its messages in fifty languages; ours are English.
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: `export { default as en } from './en.js';`,
    }));
    // The SDK wants a JSON Schema validator (ajv, a third of a megabyte) at start and uses it for forms only. A bundler
    // cannot split off what is required, so it is built as a file of its own: inside, every start would parse it.
    onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, () => ({
      path: join(root, 'scripts/sdk-shims.mjs'),
    }));
    onResolve({ filter: /\/validators\/ajv$/ }, ({ kind }) =>
      kind === 'require-call' ? { path: './validator.cjs', external: true } : undefined,
    );
  },
};

/** Packages whose code is in the bundle; their licences ask to travel with it. */
function licences(inputs) {
  const folders = new Set();
  for (const input of Object.keys(inputs)) {
    const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (folder !== undefined) folders.add(folder);
  }
  return [...folders].sort().map((folder) => {
    const { name, version: of, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const text = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE', 'LICENSE-MIT'].flatMap((file) => {
      try {
        return [readFileSync(join(root, folder, file), 'utf8').trim()];
      } catch {
        return [];
      }
    })[0];
    return `${name} ${of} (${license})\n\n${text ?? ''}\n`;
  });
}

// Built aside and put in place at once, so that a program that runs from dist never meets half of it.
const aside = join(root, `.cache/dist-${process.pid}`);
mkdirSync(aside, { recursive: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: {
    main: 'src/main.ts',
    core: 'src/core/index.ts',
    ports: 'src/ports/index.ts',
    tools: 'tools/base-tool.ts',
  },
  outdir: aside,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  // A name in a stack is worth its bytes.
  keepNames: false,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  mainFields: ['module', 'main'],
  define: { JETFLEET_VERSION: JSON.stringify(version) },
  loader: { '.yaml': 'text', '.jsonl': 'text' },
  banner: {
    js: [
      `import{createRequire as jetfleetRequire}from'node:module';`,
      `import{fileURLToPath as jetfleetPath}from'node:url';`,
      `const require=jetfleetRequire(import.meta.url),__filename=jetfleetPath(import.meta.url),__dirname=jetfleetPath(new URL('.',import.meta.url));`,
    ].join(''),
  },
  metafile: true,
  plugins: [replacements],
  logLevel: 'warning',
});

const validator = await build({
  absWorkingDir: root,
  stdin: { contents: `export * from '@modelcontextprotocol/server/validators/ajv';`, resolveDir: root },
  outfile: join(aside, 'chunks/validator.cjs'),
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  metafile: true,
  plugins: [replacements],
  logLevel: 'warning',
});

const inputs = { ...metafile.inputs, ...validator.metafile.inputs };
writeFileSync(join(aside, 'THIRD-PARTY-LICENSES.txt'), licences(inputs).join('\n----\n\n'));
const tsc = [
  require.resolve('typescript/bin/tsc'),
  '-p',
  join(root, 'scripts/tsconfig.types.json'),
  '--outDir',
  join(aside, 'types'),
];
execFileSync(process.execPath, tsc, { stdio: 'inherit' });
writeFileSync(join(aside, 'meta.json'), JSON.stringify(metafile));

const [dist, old] = [join(root, 'dist'), join(root, `.cache/dist-${process.pid}-old`)];
if (existsSync(dist)) renameSync(dist, old);
renameSync(aside, dist);
rmSync(old, { recursive: true, force: true });
