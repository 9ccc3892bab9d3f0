import { capabilities, identity, instructions, unchanging } from './identity.js';

/** Revisions that the SDK speaks with clients that open by `initialize`. Of others it says itself what it thinks. */
const legacyVersions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'];
const modernVersion = '2026-07-28';
const meta = 'io.modelcontextprotocol/';
const envelope = ['protocolVersion', 'clientInfo', 'clientCapabilities'].map((name) => meta + name);

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const hasOnly = (fields: Fields, names: readonly string[]): boolean =>
  Object.keys(fields).every((name) => names.includes(name));
/** A client with icons is for the SDK, which knows their form. */
const isClient = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['name'] === 'string' &&
  typeof value['version'] === 'string' &&
  !('icons' in value) &&
  Object.values(value).every((each) => typeof each === 'string');

const flags = ['listChanged', 'applyDefaults'];
const maxDepth = 5;

/** Objects in objects, and the two flags of the specification. */
function isPlain(value: unknown, depth = 0): boolean {
  if (!isObject(value) || depth > maxDepth) return false;
  return Object.entries(value).every(([name, each]) =>
    flags.includes(name) ? typeof each === 'boolean' : isPlain(each, depth + 1),
  );
}

/** What a capability of a name of its own says is for those who know that name. */
function isAble(value: unknown): boolean {
  if (!isObject(value)) return false;
  return Object.entries(value).every(([name, each]) =>
    name === 'extensions' || name === 'experimental'
      ? isObject(each) && Object.values(each).every(isObject)
      : isPlain(each),
  );
}

export interface FirstAnswer {
  readonly id: string | number;
  /** The response, as one line. */
  readonly line: string;
}

function initialized(params: Fields, version: string): object | undefined {
  const { protocolVersion, capabilities: able, clientInfo } = params;
  const known = legacyVersions.find((each) => each === protocolVersion);
  if (known === undefined || !hasOnly(params, ['protocolVersion', 'capabilities', 'clientInfo'])) return undefined;
  if (!isAble(able) || !isClient(clientInfo)) return undefined;
  return { protocolVersion: known, capabilities, serverInfo: identity(version), instructions };
}

function discovered(params: Fields, version: string): object | undefined {
  const about = params['_meta'];
  if (!hasOnly(params, ['_meta']) || !isObject(about) || !hasOnly(about, envelope)) return undefined;
  if (about[`${meta}protocolVersion`] !== modernVersion) return undefined;
  if (!isClient(about[`${meta}clientInfo`]) || !isAble(about[`${meta}clientCapabilities`])) return undefined;
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
  if (!hasOnly(message, ['jsonrpc', 'id', 'method', 'params'])) return undefined;
  const { id, method, params } = message;
  if ((typeof id !== 'string' && !Number.isSafeInteger(id)) || !isObject(params)) return undefined;
  const result =
    method === 'initialize'
      ? initialized(params, version)
      : method === 'server/discover'
        ? discovered(params, version)
        : undefined;
  if (result === undefined) return undefined;
  return { id: id as string | number, line: `${JSON.stringify({ result, jsonrpc: '2.0', id })}\n` };
}
