import { capabilities, identity, instructions, unchanging } from './identity.js';

/** Revisions that the SDK speaks with clients that open by `initialize`. Of others it says itself what it thinks. */
const legacyVersions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'];
const modernVersion = '2026-07-28';
const meta = 'io.modelcontextprotocol/';

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isClient = (value: unknown): boolean =>
  isObject(value) && typeof value['name'] === 'string' && typeof value['version'] === 'string';

export interface FirstAnswer {
  readonly id: string | number;
  /** The response, as one line. */
  readonly line: string;
}

function initialized(params: Fields, version: string): object | undefined {
  const { protocolVersion, capabilities: able, clientInfo } = params;
  const known = legacyVersions.find((each) => each === protocolVersion);
  if (known === undefined || !isObject(able) || !isClient(clientInfo) || '_meta' in params) return undefined;
  return { protocolVersion: known, capabilities, serverInfo: identity(version), instructions };
}

function discovered(params: Fields, version: string): object | undefined {
  const about = params['_meta'];
  if (!isObject(about) || about[`${meta}protocolVersion`] !== modernVersion) return undefined;
  if (!isClient(about[`${meta}clientInfo`]) || !isObject(about[`${meta}clientCapabilities`])) return undefined;
  return {
    supportedVersions: [modernVersion],
    capabilities,
    instructions,
    resultType: 'complete',
    ...unchanging,
    _meta: { [`${meta}serverInfo`]: identity(version) },
  };
}

/**
 * The answer to a client's opening, where that is an ordinary one: it takes nothing but who we are, and the SDK, which
 * would say the same, takes longer to load than all the rest. Undefined for everything that the SDK should judge.
 */
export function firstAnswer(opening: string, version: string): FirstAnswer | undefined {
  let message: unknown;
  try {
    message = JSON.parse(opening);
  } catch {
    return undefined;
  }
  if (!isObject(message) || message['jsonrpc'] !== '2.0') return undefined;
  const { id, method, params } = message;
  if ((typeof id !== 'string' && !Number.isInteger(id)) || !isObject(params)) return undefined;
  const result =
    method === 'initialize'
      ? initialized(params, version)
      : method === 'server/discover'
        ? discovered(params, version)
        : undefined;
  if (result === undefined) return undefined;
  return { id: id as string | number, line: `${JSON.stringify({ result, jsonrpc: '2.0', id })}\n` };
}
