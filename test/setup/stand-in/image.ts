import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestDocker } from '../docker.js';
import { findProgram } from '../packages.js';
import type { Pace } from './pace.js';

const here = import.meta.dirname;
/** What the commands of jetfleet and health checks use in a container. */
const applets = ['sh', 'sleep', 'wget', 'cat'];
const engines = ['llama-server', 'vllm', 'trtllm-serve', 'ollama'];

/** The libraries of a program, its loader included; none where it is static. */
function librariesOf(program: string): readonly string[] {
  try {
    const listed = execFileSync('ldd', [program], { encoding: 'utf8', stdio: 'pipe' });
    return [...listed.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].flatMap(([, path]) => path ?? []);
  } catch {
    return [];
  }
}

/**
 * The root folder of the stand-in image as a tar: the node that runs this, with its libraries, and the stand-in as one script. The
 * caller removes the folder.
 */
export function standInTar(): { readonly tar: string; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-stand-in-'));
  const root = join(folder, 'root');
  for (const each of ['bin', 'tmp', 'etc', 'data']) mkdirSync(join(root, each), { recursive: true });
  cpSync(findProgram('busybox') ?? 'busybox', join(root, 'bin/busybox'), { dereference: true });
  for (const applet of applets) linkSync(join(root, 'bin/busybox'), join(root, 'bin', applet));
  // Links, which tar follows: node is not copied on its way.
  symlinkSync(process.execPath, join(root, 'bin/node'));
  for (const library of librariesOf(process.execPath)) {
    mkdirSync(join(root, dirname(library)), { recursive: true });
    symlinkSync(library, join(root, library));
  }
  for (const engine of engines) {
    const script = join(root, 'bin', engine);
    writeFileSync(script, `#!/bin/sh\nexec node /bin/stand-in.mjs ${engine} "$@"\n`);
    chmodSync(script, 0o755);
  }
  const esbuild = join(here, '../../../node_modules/.bin/esbuild');
  const flags = ['--bundle', '--platform=node', '--format=esm', '--log-level=warning'];
  execFileSync(esbuild, [join(here, 'main.ts'), ...flags, `--outfile=${join(root, 'bin/stand-in.mjs')}`]);
  const tar = join(folder, 'image.tar');
  execFileSync('tar', ['-C', root, '--dereference', '-cf', tar, '.']);
  rmSync(root, { recursive: true });
  return { tar, folder };
}

/** Puts a stand-in of a known pace into an engine, under a name. */
export async function importStandIn(engine: TestDocker, tar: string, name: string, pace: Pace): Promise<void> {
  const { prefillPerSecond, decodePerSecond, seed } = pace;
  const env = `ENV STAND_IN_PREFILL=${prefillPerSecond} STAND_IN_DECODE=${decodePerSecond} STAND_IN_SEED=${seed}`;
  await engine.docker(['import', '--change', env, tar, name]);
}
