import type ssh2 from 'ssh2';
import { Failure } from '../../../core/errors.js';
import type { Logger } from '../../../ports/logger.js';
import { agentKeys, type AgentKey, type SingleKeyAgent } from './agent-keys.js';
import type { LoadedKey, PrivateKeys } from './private-keys.js';
import type { IdentityFile, Target } from './target.js';

/** A key to offer: with its private half, or through the agent. */
export type KeyCandidate =
  | { readonly from: 'file'; readonly key: ssh2.ParsedKey }
  | { readonly from: 'agent'; readonly key: ssh2.ParsedKey; readonly agent: SingleKeyAgent };

/** What the candidates are made from. */
export interface KeySources {
  readonly keys: PrivateKeys;
  readonly logger: Logger;
  /** Resolves the target's passphrase; undefined where it has none. */
  readonly passphrase: (() => Promise<string>) | undefined;
  /** Hears of configured keys that cannot be used. */
  readonly onProblem: (failure: Failure) => void;
}

/**
 * The keys for a login in the order they are offered: files that were named, then the agent's keys (unless
 * IdentitiesOnly), then the default files. A named file whose key the agent holds is offered through the agent.
 */
export async function* keyCandidates(target: Target, sources: KeySources): AsyncGenerator<KeyCandidate, void> {
  const held = target.agent === undefined ? [] : await agentKeys(target.agent, sources.logger);
  const offered = new Set<string>();
  const isNew = ({ key }: KeyCandidate): boolean => {
    const id = key.getPublicSSH().toString('base64');
    return !offered.has(id) && offered.add(id).size > 0;
  };
  const named = target.identityFiles.filter(({ namedBy }) => namedBy !== 'default');
  for (const file of named) {
    const candidate = await fromFile(file, held, sources);
    if (candidate !== undefined && isNew(candidate)) yield candidate;
  }
  if (!target.identitiesOnly) {
    for (const each of held) {
      const candidate: KeyCandidate = { from: 'agent', ...each };
      if (isNew(candidate)) yield candidate;
    }
  }
  for (const file of target.identityFiles.filter(({ namedBy }) => namedBy === 'default')) {
    const candidate = await fromFile(file, held, sources);
    if (candidate !== undefined && isNew(candidate)) yield candidate;
  }
}

async function fromFile(
  file: IdentityFile,
  held: readonly AgentKey[],
  sources: KeySources,
): Promise<KeyCandidate | undefined> {
  const { keys, logger, passphrase, onProblem } = sources;
  const { path } = file;
  const loaded = await keys.load(path, undefined);
  const publicKey = loaded.kind === 'private' ? loaded.key : loaded.kind === 'locked' ? loaded.publicKey : undefined;
  const inAgent = held.find(({ key }) => publicKey?.getPublicSSH().equals(key.getPublicSSH()) === true);
  if (inAgent !== undefined) return { from: 'agent', ...inAgent };
  if (loaded.kind === 'private') return { from: 'file', key: loaded.key };
  if (loaded.kind === 'locked' && loaded.encrypted && passphrase !== undefined) {
    try {
      const opened = await keys.load(path, passphrase);
      return opened.kind === 'private' ? { from: 'file', key: opened.key } : undefined;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      onProblem(error);
      return undefined;
    }
  }
  const problem = problemOf(loaded, file);
  if (problem !== undefined) {
    logger.log('debug', 'An identity file is left out.', { path, reason: problem.message });
    if (file.namedBy !== 'default') onProblem(problem);
  }
  return undefined;
}

function problemOf(loaded: LoadedKey, { path, namedBy }: IdentityFile): Failure | undefined {
  const failure = (message: string, hint: string): Failure =>
    new Failure('auth_failed', message, { hint, retry: 'no' });
  switch (loaded.kind) {
    case 'private':
      return undefined;
    case 'missing':
      // OpenSSH passes over missing files of its config without a word, and many configs rely on it.
      return namedBy === 'fleet'
        ? failure(
            `The identityFile ${path} does not exist.`,
            'Correct `identityFile` in the fleet file, or make the key with `ssh-keygen -t ed25519` and install it with `ssh-copy-id`.',
          )
        : undefined;
    case 'unusable':
      return failure(
        `The identityFile ${path} ${loaded.reason}.`,
        'Check the path and the permissions; `ssh-keygen -t ed25519` makes a key that works.',
      );
    case 'locked':
      return loaded.encrypted
        ? failure(
            `The identityFile ${path} is encrypted, and no passphrase is configured.`,
            'Add the key to the agent with `ssh-add`, or set `passphrase: env:NAME` for the device.',
          )
        : failure(`${path} is a public key, and no agent holds its private half.`, 'Add the key with `ssh-add`.');
  }
}
