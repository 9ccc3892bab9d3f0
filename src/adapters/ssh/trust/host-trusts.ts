import type { Logger } from '../../../ports/logger.js';
import { judgeHostKey } from './host-key.js';
import { notRecorded } from './host-key-refusals.js';
import type { HostTrust } from './host-trust.js';
import { KnownHostsFiles } from './known-hosts-files.js';
import type { ShownKey } from './shown-key.js';
import type { Target } from './target.js';

/** What this machine knows of hosts, and where it writes down new ones. */
export class HostTrusts {
  readonly #files: KnownHostsFiles;

  constructor(logger: Logger) {
    this.#files = new KnownHostsFiles(logger);
  }

  /** What is known of a host now. */
  async of(target: Target): Promise<HostTrust> {
    const { knownAs, knownAsWithoutPort, userKnownHosts, globalKnownHosts, hostKeys } = target;
    const files = [...userKnownHosts, ...globalKnownHosts];
    const listed = await this.#files.find(files, knownAs);
    // It decides only where the port's own name has no key; every lookup among hashed names costs.
    const needsBoth = knownAsWithoutPort !== undefined && listed.every((key) => key.marker !== undefined);
    const listedWithoutPort = needsBoth ? await this.#files.find(files, knownAsWithoutPort) : [];
    return { policy: hostKeys, name: knownAs, listed, listedWithoutPort, file: fileForNew(target) };
  }

  /** Writes a new key down. Rejects with `not_allowed` where that fails, or another key was written in the meantime. */
  async record(target: Target, key: ShownKey): Promise<void> {
    const file = fileForNew(target);
    const line = { name: target.knownAs, type: key.type, base64: key.base64 };
    try {
      await this.#files.add(file, line, target.hashKnownHosts);
    } catch (cause) {
      throw notRecorded(key, file, cause);
    }
    const verdict = judgeHostKey(key, { ...(await this.of(target)), policy: 'strict' });
    if (!verdict.trusted) throw verdict.failure;
  }
}

function fileForNew({ userKnownHosts }: Target): string {
  return userKnownHosts[0] ?? '';
}
