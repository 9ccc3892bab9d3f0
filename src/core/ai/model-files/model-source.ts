import { Failure } from '../../errors.js';
import { isHubReference, isOllamaName } from '../launch/model-from.js';
import { checkedName } from './model-name.js';

/** Where a model file comes from. */
export type ModelSource =
  | {
      readonly kind: 'url';
      readonly url: string;
      readonly name: string;
      /** Where the hub tells hash and size of the file; absent for other sites. */
      readonly pointer?: string | undefined;
    }
  | { readonly kind: 'ollama'; readonly name: string };

/** The one host that a hub's token is sent to. */
export const hubHost = 'huggingface.co';

const refuse = (message: string, hint: string): Failure =>
  new Failure('invalid_input', `from: ${message}`, { hint, retry: 'yes' });

const asHub = 'For a file of a hub write hf:owner/repository/file.gguf, with @revision where it is not main.';

function hubSource(text: string, as: string | undefined): ModelSource {
  const [, repo = '', path = '', revision = 'main'] =
    /^([^/@]+\/[^/@]+)\/([^@]+?)(?:@([A-Za-z0-9][\w.-]{0,99}))?$/.exec(text) ?? [];
  const words = path.split('/');
  const isPath = words.every((word) => /^[A-Za-z0-9_][\w.+()=-]{0,199}$/.test(word));
  if (!isHubReference(repo) || !isPath) throw refuse('this names no file of a hub.', asHub);
  const [last = ''] = words.slice(-1);
  const base = `https://${hubHost}/${repo}`;
  const end = `${revision}/${words.map(encodeURIComponent).join('/')}`;
  return {
    kind: 'url',
    url: `${base}/resolve/${end}`,
    name: checkedName(as ?? last, as === undefined ? 'from' : 'name'),
    pointer: `${base}/raw/${end}`,
  };
}

/** Names of machines that are not on the internet. */
const privateName =
  /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|arpa|test|invalid|onion)$/i;

/** An address of the internet. What its name leads to is checked on the device, where it is asked. */
function checkedUrl(text: string): URL {
  const url = /^[\x21-\x7e]{1,2000}$/.test(text) && !/["'\\<>^`{|}]/.test(text) ? parsed(text) : undefined;
  if (url?.protocol !== 'https:')
    throw refuse(
      'only addresses that begin with https:// are loaded.',
      'Write the whole address, or hf:... or ollama:...',
    );
  if (url.username !== '' || url.password !== '')
    throw refuse('an address must not hold a password.', 'For a gated model of the hub give tokenFile.');
  const { hostname } = url;
  const isName = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*$/i.test(hostname);
  if (!isName || privateName.test(hostname) || url.port !== '')
    throw refuse(
      'this is not the name of a machine on the internet, on its usual port.',
      'What lies on another device of the fleet is copied by model_copy.',
    );
  return url;
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function lastWord({ pathname }: URL): string {
  const [word = ''] = pathname.split('/').slice(-1);
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

/** What a caller named, checked. `as` is the name that the file is to have. Throws `invalid_input`. */
export function modelSource(from: string, as?: string): ModelSource {
  const [, kind, rest = ''] = /^(hf|ollama):(.*)$/s.exec(from) ?? [];
  if (kind === 'hf') return hubSource(rest, as);
  if (kind === 'ollama') {
    if (isOllamaName(rest)) return { kind: 'ollama', name: rest };
    throw refuse("this is no name of Ollama's library.", 'Write ollama:qwen3:4b.');
  }
  const url = checkedUrl(from);
  // The page of a file instead of the file is what people copy.
  const page = /^\/([^/]+\/[^/]+)\/(?:resolve|blob|raw)\/([^/]+)\/(.+)$/.exec(url.pathname);
  if (url.hostname === hubHost && page !== null)
    return hubSource(`${page[1] ?? ''}/${decodeURI(page[3] ?? '')}@${page[2] ?? ''}`, as);
  return { kind: 'url', url: url.href, name: checkedName(as ?? lastWord(url), 'name') };
}

/** What the hub says of a large file. */
export interface FilePointer {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Reads the pointer that the hub keeps in place of a large file; undefined where it is none. */
export function parsePointer(text: string): FilePointer | undefined {
  const match =
    /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:[^\n]*\n)*?oid sha256:([0-9a-f]{64})\nsize (\d{1,15})\n?$/.exec(
      text,
    );
  return match === null ? undefined : { sha256: match[1] ?? '', sizeBytes: Number(match[2]) };
}
