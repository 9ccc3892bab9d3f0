import type { IncomingMessage } from 'node:http';
import { engineRefusal } from '../../core/docker/engine-errors.js';
import { Pieces } from './frames.js';
import { notJson, tooLong } from './failures.js';

/** Throws what the engine refuses with. */
export async function refused(response: IncomingMessage): Promise<void> {
  const { statusCode: status = 0 } = response;
  if (status < 200 || status > 299) throw engineRefusal(status, await readMessage(response));
}

/** The body as it comes. */
export async function* chunksOf(response: IncomingMessage): AsyncIterable<Buffer> {
  try {
    yield* response as AsyncIterable<Buffer>;
  } catch (error) {
    // Why the connection broke says more than that it did.
    throw response.socket.errored ?? error;
  }
}

/** The whole body of an answer. */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunksOf(response)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) break;
  }
  if (length > maxBytes) throw tooLong(maxBytes);
  return Buffer.concat(chunks);
}

/** The body as JSON; undefined where there is none. */
export async function readJson(response: IncomingMessage, maxBytes: number): Promise<unknown> {
  const body = await readBody(response, maxBytes);
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    throw notJson();
  }
}

/** Waits for the end of a progress in JSON lines, of which one may be a refusal that came after the head. */
export async function readProgress(response: IncomingMessage): Promise<void> {
  let message: string | undefined;
  const pieces = new Pieces('json', ({ text }) => {
    try {
      const { error } = JSON.parse(text) as { readonly error?: unknown };
      if (typeof error === 'string') message = error;
    } catch {
      throw notJson();
    }
  });
  for await (const chunk of chunksOf(response)) pieces.add(chunk);
  pieces.end();
  if (message !== undefined) throw engineRefusal(500, message);
}

/** What an engine says where it refuses: `{"message": "..."}`, Podman's with a cause. For the vocabulary and the log only. */
export async function readMessage(response: IncomingMessage): Promise<string> {
  const text = (await readBody(response, 1024 * 1024)).toString('utf8');
  try {
    const { message, cause } = JSON.parse(text) as { readonly message?: unknown; readonly cause?: unknown };
    return [cause, message].filter((each) => typeof each === 'string').join(': ');
  } catch {
    return text;
  }
}
