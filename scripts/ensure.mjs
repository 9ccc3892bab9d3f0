// Brings what a fresh clone lacks, with nothing but Node and npm: `node scripts/ensure.mjs [--built]`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const at = (path) => join(root, path);
const changed = (path) => (existsSync(at(path)) ? statSync(at(path)).mtimeMs : 0);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`jetfleet needs Node 20.19 or newer; this is ${process.version}.\n`);
  process.exit(1);
}

/** Runs a step with its output on stderr; stdout is not ours. */
function attempt(what, command, args, options = {}) {
  process.stderr.write(`${what}\n`);
  const env = { ...process.env };
  delete env.NODE_OPTIONS;
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], env, ...options }).status ?? 1;
}

function npm(what, ...args) {
  const cli = process.env.npm_execpath;
  const words = [...args, '--no-audit', '--no-fund'];
  if (cli !== undefined && /npm-cli\.js$/.test(cli)) return attempt(what, process.execPath, [cli, ...words]);
  return attempt(what, 'npm', words, { shell: process.platform === 'win32' });
}

/** npm notes what it installed; where that note is missing or older than the lock file, the packages are not those of this clone. */
const note = 'node_modules/.package-lock.json';
if (changed(note) < changed('package-lock.json') && !sameVersions()) {
  // `npm ci` wants every optional package of every platform to be in the registry; a mirror may have this one's only.
  const failed =
    npm('Installing packages (npm ci) ...', 'ci') !== 0 &&
    npm('Installing packages (npm install) ...', 'install', '--no-save') !== 0;
  if (failed) process.exit(1);
}

/** A checkout gives the lock file a new time; what counts is what it says. */
function sameVersions() {
  if (!existsSync(at(note))) return false;
  const packagesOf = (path) => JSON.parse(readFileSync(at(path), 'utf8')).packages;
  const [wanted, have] = [packagesOf('package-lock.json'), packagesOf(note)];
  return Object.entries(wanted).every(([name, { version, optional, devOptional }]) => {
    if (name === '') return true;
    return name in have ? have[name].version === version : optional === true || devOptional === true;
  });
}

function newest(path) {
  if (!existsSync(at(path))) return 0;
  const stat = statSync(at(path));
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(at(path)).map((name) => newest(join(path, name))));
}

const stale = () => {
  const sources = [
    'src',
    'tools',
    'config',
    'package.json',
    'package-lock.json',
    'scripts/build.mjs',
    'scripts/sdk-shims.mjs',
  ];
  const built = changed('dist/meta.json');
  return sources.some((path) => newest(path) > built);
};

/** Several test processes may find the build stale at once: one builds, the others wait for it. */
async function alone(work) {
  const lock = at('.cache/build.lock');
  mkdirSync(at('.cache'), { recursive: true });
  for (const begun = Date.now(); ; await pause(100)) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (Date.now() - begun > 120_000)
        throw new Error(`${lock} is held by another build. Remove it if there is none.`);
    }
  }
  process.once('exit', () => rmdirSync(lock));
  work();
}

if (process.argv.includes('--built') && stale()) {
  await alone(() => {
    if (stale()) process.exitCode = attempt('Building ...', process.execPath, [at('scripts/build.mjs')]);
  });
}
