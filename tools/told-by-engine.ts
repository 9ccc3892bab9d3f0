import type { ApiKind } from '../src/core/ai/http/api-kind.js';
import { jsonOf } from '../src/core/ai/http/json-of.js';
import { llamaProps } from '../src/core/ai/http/llama-server.js';
import { ollamaModels } from '../src/core/ai/http/ollama.js';
import { servedModels } from '../src/core/ai/http/openai.js';
import { Failure } from '../src/core/errors.js';
import { present } from '../src/core/linux/present.js';
import { cleanName } from '../src/core/untrusted.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';

/** What an engine says of itself and its model. */
export interface ToldByEngine {
  /** As requests have to name the model. */
  readonly served: string;
  readonly engineVersion?: string | undefined;
  readonly modelDigest?: string | undefined;
}

/** Asks an engine what it serves. Rejects where it does not answer, or serves nothing yet. */
export async function toldByEngine(
  api: ApiKind,
  port: number,
  name: string,
  device: Device,
  { signal }: Call,
): Promise<ToldByEngine> {
  const get = async (path: string): Promise<string> => {
    const answer = await device.http.request({ port, method: 'GET', path }, signal);
    return answer.status === 200 ? answer.body : '';
  };
  const version = jsonOf(api === 'llama-server' ? '' : await get(api === 'ollama' ? '/api/version' : '/version'));
  const told = typeof version === 'object' && version !== null && 'version' in version ? version.version : undefined;
  const engineVersion = typeof told === 'string' ? cleanName(told, 60) : undefined;
  if (api === 'ollama') {
    const models = ollamaModels(await get('/api/tags')) ?? [];
    const own = models.find((each) => [name, `${name}:latest`].includes(each.name));
    return present({ served: own?.name ?? name, engineVersion, modelDigest: own?.digest });
  }
  const [first] = servedModels(await get('/v1/models')) ?? [];
  if (first === undefined) throw notServing();
  const build = api === 'llama-server' ? llamaProps(await get('/props'))?.build : undefined;
  return present({ served: first.id, engineVersion: build ?? engineVersion });
}

const notServing = (): Failure =>
  new Failure('command_failed', 'The endpoint runs, but serves no model yet.', {
    hint: 'It may still load: ai_list tells its health, ai_logs what it writes.',
    retry: 'yes',
  });
