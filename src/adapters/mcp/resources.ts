import {
  type CompleteRequest,
  type CompleteResult,
  type ListResourcesResult,
  type ListResourceTemplatesResult,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
} from '@modelcontextprotocol/server';
import { Failure } from '../../core/errors.js';
import type { Engine } from './engine.js';
import { completeTool, readSchema, schemaTemplate } from './schema-resources.js';

const mimeType = 'application/json';
const devicesPerPage = 30;
const mostCompletions = 100;

/** The answer to `resources/templates/list`. */
export function listTemplates({ resources }: Engine): ListResourceTemplatesResult {
  const ofDevices = resources.templates().map(({ uri, ...words }) => ({ uriTemplate: uri, ...words, mimeType }));
  return { resourceTemplates: [...ofDevices, schemaTemplate] };
}

/** The answer to `resources/list`: what is of the fleet as a whole, then what each device has, in pages; a fleet of one goes by its short URIs. */
export function listResources({ resources }: Engine, cursor: string | undefined): ListResourcesResult {
  const general = resources.general().map((resource) => ({ ...resource, mimeType }));
  const short = resources.listed();
  if (short.length > 0) return { resources: [...general, ...short.map((resource) => ({ ...resource, mimeType }))] };
  const from = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isInteger(from) || from < 0) {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'That cursor is not from resources/list.');
  }
  const devices = resources.complete('');
  const next = from + devicesPerPage;
  const ofDevices = devices.slice(from, next).flatMap((device) =>
    resources.templates().map(({ uri, name, title, description }) => ({
      uri: uri.replace('{device}', device),
      name: `${device} ${name}`,
      title: `${device}: ${title}`,
      description,
      mimeType,
    })),
  );
  return {
    resources: from === 0 ? [...general, ...ofDevices] : ofDevices,
    ...(next < devices.length && { nextCursor: String(next) }),
  };
}

/** Calls `listener` whenever `resources/list` would answer something else than before. Returns the way to stop. */
export function onListChange({ resources, inventory }: Engine, listener: () => void): () => void {
  const list = (): string => {
    const short = resources.listed();
    return JSON.stringify(short.length > 0 ? short : resources.complete(''));
  };
  let before = list();
  return inventory.onChange(() => {
    const now = list();
    if (now === before) return;
    before = now;
    listener();
  });
}

/** The answer to `resources/read`. */
export async function readResource(
  { resources, catalog }: Engine,
  uri: string,
  signal: AbortSignal,
): Promise<ReadResourceResult> {
  try {
    const schema = readSchema(catalog, uri);
    if (schema !== undefined) return { contents: [{ uri, ...schema }] };
    return { contents: [{ uri, mimeType, text: await resources.read(uri, signal) }] };
  } catch (error) {
    if (error instanceof Failure && error.kind === 'invalid_input') throw notFound(uri, error);
    throw error;
  }
}

/** Refuses a subscription to what can never change or is not there. */
export function checkSubscribable({ resources }: Engine, uri: string): void {
  if (!resources.serves(uri))
    throw notFound(uri, new Failure('invalid_input', 'There is no resource to watch at this address.'));
}

/** The answer to `completion/complete`: devices and tools by what was typed so far. */
export function complete(
  { resources, catalog }: Engine,
  { argument: { name, value } }: CompleteRequest['params'],
): CompleteResult {
  const values = name === 'device' ? resources.complete(value) : name === 'tool' ? completeTool(catalog, value) : [];
  const shown = values.slice(0, mostCompletions);
  return { completion: { values: [...shown], total: values.length, hasMore: values.length > shown.length } };
}

function notFound(uri: string, { message, hint }: Failure): ResourceNotFoundError {
  return new ResourceNotFoundError(uri.slice(0, 256), hint === undefined ? message : `${message} ${hint}`);
}
