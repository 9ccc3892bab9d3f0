import type { InspectedContainer } from '../../docker/container-inspect.js';
import { containerNow } from '../../docker/container-inspect.js';
import type { FoundModel } from './listing.js';
import { fileName } from './model-name.js';

/** A container that runs, as far as it may use models. */
export interface ModelUser {
  readonly name: string;
  readonly engine: string | undefined;
  /** Its image is one of Ollama. */
  readonly isOllama: boolean;
  /** What an endpoint was launched with. */
  readonly model: string | undefined;
  /** Folders and files of the device in it. */
  readonly sources: readonly string[];
}

/** What of a container tells which models it uses. */
export function modelUser(container: InspectedContainer): ModelUser {
  const { Labels, Image = '' } = container.Config;
  return {
    name: containerNow(container).name,
    engine: Labels['jetfleet.engine'],
    isOllama: /(?:^|\/)ollama(?:[:@]|$)/.test(Image),
    model: Labels['jetfleet.model'],
    sources: container.Mounts.flatMap(({ Source }) => (Source === undefined || Source === '' ? [] : [Source])),
  };
}

const isAt = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** `owner/name`, of `owner/name:Q4_K_M` too. */
const repository = (model: string): string => (model.split(':')[0] ?? model).toLowerCase();

/** Whether a container uses a model: it has just this in it, or serves it by its label. */
export function uses(
  { engine, model = '', sources }: ModelUser,
  { path, origin, format }: Pick<FoundModel, 'path' | 'origin' | 'format'>,
): boolean {
  if (sources.some((source) => isAt(source, path))) return true;
  if (model !== '' && isAt(model, path)) return true;
  if (format === 'ollama') return engine === 'ollama' && withTag(model) === origin?.name;
  const repo = repository(model);
  if (!repo.includes('/')) return false;
  if (origin?.name.toLowerCase() === repo || path.toLowerCase().includes(`/models--${repo.replace('/', '--')}`))
    return true;
  // llama.cpp's own cache.
  return fileName(path)
    .toLowerCase()
    .startsWith(`${repo.replace('/', '_')}_`);
}

const withTag = (name: string): string => (name.includes(':') ? name : `${name}:latest`);

/** Whether a container has the whole folder in it that a model lies in: it may use it, and nothing tells. */
export function mayUse({ sources }: ModelUser, path: string): boolean {
  return sources.some((source) => isAt(path, source));
}
