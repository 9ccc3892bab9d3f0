import { lookup } from 'node:dns/promises';
import { request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { abortFailure, Failure } from '../../core/errors.js';
import type { Web, WebPiece } from '../../ports/web.js';
import { isPublicAddress } from './public-address.js';
import { httpFailure, networkFailure } from './web-failures.js';

export interface HttpsWebOptions {
  /** Every address of a host name; the system's own resolver where absent. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Opens a TLS connection to an address that was found public, for that host's certificate. */
  readonly open?: (address: string, host: string) => Socket;
}

const mostRedirects = 5;
const mostBytes = 64 * 1024 * 1024;
const patienceMs = 30_000;
const mostUrlChars = 4096;

const resolveAll = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address);
const openTls = (address: string, host: string): Socket =>
  connect({ host: address, port: 443, servername: host, ALPNProtocols: ['http/1.1'] });

/** HTTPS to public addresses. The address that was checked is the one that is dialled, so that a name cannot turn to another between. */
export class HttpsWeb implements Web {
  readonly #resolve: (host: string) => Promise<readonly string[]>;
  readonly #open: (address: string, host: string) => Socket;

  constructor({ resolve = resolveAll, open = openTls }: HttpsWebOptions = {}) {
    this.#resolve = resolve;
    this.#open = open;
  }

  async range(url: string, from: number, bytes: number, signal: AbortSignal): Promise<WebPiece> {
    if (!Number.isSafeInteger(from) || from < 0 || !Number.isSafeInteger(bytes) || bytes < 1 || bytes > mostBytes) {
      throw new Failure('invalid_input', 'A piece of a file begins at 0 or later and has 1 byte to 64 MiB.');
    }
    const patience = AbortSignal.timeout(patienceMs);
    const either = AbortSignal.any([signal, patience]);
    try {
      let target = checkedUrl(url);
      for (let hops = 0; hops <= mostRedirects; hops++) {
        const answer = await this.#ask(target, from, bytes, either);
        if (!('location' in answer)) return answer;
        target = checkedUrl(answer.location, target);
      }
      throw new Failure('unreachable', 'The address leads from redirect to redirect.', { retry: 'no' });
    } catch (error) {
      if (signal.aborted) throw abortFailure(signal);
      if (patience.aborted) throw new Failure('timeout', 'The server on the internet took too long.', { retry: 'yes' });
      throw error instanceof Failure ? error : networkFailure(error);
    }
  }

  async #ask(
    url: URL,
    from: number,
    bytes: number,
    signal: AbortSignal,
  ): Promise<WebPiece | { readonly location: string }> {
    const address = await this.#publicAddress(url.hostname);
    signal.throwIfAborted();
    const options: RequestOptions = {
      method: 'GET',
      defaultPort: 443,
      // With an agent, also `false`, Node would dial by itself and not ask the function below.
      signal,
      headers: {
        range: `bytes=${from}-${from + bytes - 1}`,
        'accept-encoding': 'identity',
        'user-agent': 'jetfleet',
        connection: 'close',
      },
      createConnection: () => this.#open(address, url.hostname),
    };
    const response = await new Promise<IncomingMessage>((answered, failed) => {
      request(url, options, answered).on('error', failed).end();
    });
    try {
      const { statusCode = 0, headers } = response;
      if (statusCode >= 301 && statusCode <= 308 && headers.location !== undefined)
        return { location: headers.location };
      return await pieceOf(response, from, bytes);
    } finally {
      response.destroy();
    }
  }

  async #publicAddress(hostname: string): Promise<string> {
    const host = hostname.replace(/^\[|\]$/g, '');
    const addresses = isIP(host) === 0 ? await this.#resolve(host) : [host];
    const found = addresses.find(isPublicAddress);
    if (found === undefined) {
      throw new Failure('invalid_input', 'The address does not lead to the public internet.', {
        hint: 'Only servers on the internet are asked, never this machine or its network.',
        retry: 'no',
      });
    }
    return found;
  }
}

function checkedUrl(text: string, base?: URL): URL {
  const url = text.length <= mostUrlChars && URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  const plain = url?.protocol === 'https:' && url.username === '' && url.password === '' && url.port === '';
  if (url === undefined || !plain) {
    throw new Failure('invalid_input', 'Only https addresses without login and port are asked.', {
      hint: 'Write for example https://huggingface.co/OWNER/NAME/resolve/main/FILE.gguf.',
      retry: 'no',
    });
  }
  return url;
}

const totalOf = (contentRange: string | undefined): number | undefined => {
  const total = /\/(\d{1,15})$/.exec(contentRange ?? '')?.[1];
  return total === undefined ? undefined : Number(total);
};

async function pieceOf(response: IncomingMessage, from: number, bytes: number): Promise<WebPiece> {
  const { statusCode = 0, headers } = response;
  if (statusCode === 416) return { bytes: new Uint8Array(), totalBytes: totalOf(headers['content-range']) };
  if (statusCode !== 200 && statusCode !== 206) throw httpFailure(statusCode);
  const start = /^bytes (\d{1,15})-/.exec(headers['content-range'] ?? '')?.[1];
  // 200 is the whole from its begin; another part than the one asked for is no answer.
  if (statusCode === 200 ? from > 0 : Number(start) !== from) {
    throw new Failure('unsupported', 'The server on the internet gives no pieces of files.', { retry: 'no' });
  }
  const length = /^\d{1,15}$/.test(headers['content-length'] ?? '') ? Number(headers['content-length']) : undefined;
  const totalBytes = statusCode === 206 ? totalOf(headers['content-range']) : length;
  const pieces: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    pieces.push(chunk);
    held += chunk.length;
    if (held >= bytes) break;
  }
  return {
    bytes: new Uint8Array(Buffer.concat(pieces)).subarray(0, bytes),
    ...(totalBytes !== undefined && { totalBytes }),
  };
}
