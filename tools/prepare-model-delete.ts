import {
  busyProbe,
  checkOneModel,
  checkUnused,
  deleteProbe,
  deleteSays,
  type ToDelete,
} from '../src/core/ai/model-files/delete-plan.js';
import { formatOf, fileName } from '../src/core/ai/model-files/model-name.js';
import { mayUse, uses, type ModelUser } from '../src/core/ai/model-files/model-users.js';
import { sidecarSuffix } from '../src/core/ai/model-files/sidecar.js';
import { normalPath } from '../src/core/policy/protected-paths.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { modelUsers } from './models-here.js';
import { needsRoot } from './needs-root.js';
import type { Deletion } from './ollama-delete.js';

const rmTimeoutMs = 120_000;

/** What is at the path, by the login user; where he sees nothing, by root. */
async function look(
  path: string,
  device: Device,
  { signal }: Call,
): Promise<{ readonly found: ToDelete; readonly asRoot: boolean }> {
  const found = await device.ask(deleteProbe(path, false), signal);
  if (found.kind !== 'nothing' || (await device.sudoKind(signal)) === 'none') return { found, asRoot: false };
  return { found: await device.ask(deleteProbe(path, true), signal), asRoot: true };
}

const named = (users: readonly ModelUser[]): readonly string[] => users.map(({ name }) => name);

/** Looks whether a path is one model that nothing uses, and makes the step that removes it. */
export async function prepareDelete(asked: string, device: Device, call: Call): Promise<Deletion> {
  const path = normalPath(asked) ?? asked;
  const { found, asRoot: seenByRoot } = await look(path, device, call);
  checkOneModel(path, found);
  const asRoot = seenByRoot || !found.writable;
  if (asRoot) await needsRoot(device, call);
  const users = await modelUsers(device, call.signal);
  const model = { path, origin: hubName(path), format: formatOf(fileName(path)) };
  const using = (users ?? []).filter((user) => uses(user, model));
  checkUnused(named(using), await device.ask(busyProbe(path), call.signal));
  const argv = [
    'rm',
    '-rf',
    '--one-file-system',
    '--',
    path,
    ...(found.kind === 'file' ? [`${path}${sidecarSuffix}`] : []),
  ] as const;
  const seen = {
    mayUse: named((users ?? []).filter((user) => mayUse(user, path))),
    usersKnown: users !== undefined,
    asRoot,
  };
  return {
    says: deleteSays(path, found, seen),
    steps: [{ argv: [...argv], timeoutMs: rmTimeoutMs, ...(asRoot && { sudo: true }) }],
    basis: { kind: found.kind, bytes: found.bytes, files: found.files },
    bytes: found.bytes,
    asRoot: seenByRoot,
  };
}

function hubName(path: string): { readonly name: string } | undefined {
  const [, owner, name] = /\/models--([^/]+?)--([^/]+)(?:\/|$)/.exec(path) ?? [];
  return name === undefined ? undefined : { name: `${owner ?? ''}/${name}` };
}
