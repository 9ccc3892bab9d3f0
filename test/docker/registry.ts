import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineHost } from '../setup/engine-host.js';
import { ensurePrograms } from '../setup/packages.js';

/** Why there can be no registry here, or undefined. */
export const registryUnavailable = (): string | undefined => ensurePrograms({ 'docker-registry': 'docker-registry' });

/** A registry on that machine's localhost:5000. */
export interface Registry {
  /** An image of some layers of random bytes, which this registry has and the engine has not; its digest. */
  put(image: string, layerBytes: readonly number[]): Promise<string>;
  /** It answers nobody until it goes on. */
  halt(): void;
  goOn(): void;
  stop(): void;
}

export async function startRegistry(host: EngineHost): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-registry-'));
  const config = join(folder, 'config.yml');
  const storage = join(folder, 'storage');
  mkdirSync(storage);
  writeFileSync(
    config,
    `version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${storage}}}\nhttp: {addr: 127.0.0.1:5000}\n`,
  );
  const child = host.start(['docker-registry', 'serve', config]);
  const pid = (): string =>
    execFileSync('pgrep', ['-f', `docker-registry serve ${config}`], { encoding: 'utf8' }).trim();
  const knock = "fetch('http://127.0.0.1:5000/v2/').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))";
  const answers = (): Promise<boolean> =>
    host.run([process.execPath, '-e', knock]).then(
      () => true,
      () => false,
    );
  while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 50));
  const signal = (name: string): void => {
    for (const each of pid().split('\n')) execFileSync('kill', ['-s', name, each]);
  };
  return {
    put: async (image, layerBytes) => {
      const build = mkdtempSync(join(folder, 'build-'));
      const names = layerBytes.map((bytes, index) => {
        writeFileSync(join(build, `layer${String(index)}`), randomBytes(bytes));
        return `COPY layer${String(index)} /layer${String(index)}\n`;
      });
      writeFileSync(join(build, 'Dockerfile'), `FROM scratch\n${names.join('')}`);
      await host.engine.docker(['build', '-q', '-t', image, build]);
      const pushed = await host.engine.docker(['push', image]);
      await host.engine.docker(['rmi', image]);
      rmSync(build, { recursive: true });
      return /digest: (sha256:[0-9a-f]{64})/.exec(pushed)?.[1] ?? '';
    },
    halt: () => signal('STOP'),
    goOn: () => signal('CONT'),
    stop: () => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
