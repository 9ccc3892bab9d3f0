import { checkUnused } from '../src/core/ai/model-files/delete-plan.js';
import { homeWords } from '../src/core/ai/model-files/ollama.js';
import { uses } from '../src/core/ai/model-files/model-users.js';
import type { Command } from '../src/core/command.js';
import type { DockerExec } from '../src/core/docker/request.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { modelUsers } from './models-here.js';
import { ollamaOf } from './pull-ollama.js';

/** A removal as it is planned. */
export interface Deletion {
  readonly says: string;
  readonly steps: readonly (Command | DockerExec)[];
  readonly basis: Readonly<Record<string, string | number>>;
  readonly bytes?: number;
  readonly asRoot?: boolean;
}

/** Has Ollama remove one of its models. */
export async function prepareOllamaDelete(name: string, device: Device, call: Call): Promise<Deletion> {
  const users = (await modelUsers(device, call.signal)) ?? [];
  const model = {
    path: '/',
    origin: { name: name.includes(':') ? name : `${name}:latest` },
    format: 'ollama',
  } as const;
  checkUnused(
    users
      .filter((user) => user.engine === 'ollama' && uses({ ...user, sources: [] }, model))
      .map(({ name: user }) => user),
    undefined,
  );
  const home = await ollamaOf(device, call);
  const argv = ['ollama', 'rm', name] as const;
  const step = home.kind === 'host' ? { argv } : { docker: 'exec' as const, container: home.name, argv };
  return {
    says: `Has ${homeWords(home)} remove ${name}. Layers that other models share are kept.`,
    steps: [step],
    basis: { name },
  };
}
