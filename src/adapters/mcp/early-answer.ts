import { PassThrough, Writable, type Readable } from 'node:stream';
import { firstAnswer } from './first-answer.js';

/** A client that waits before its first word is served by the SDK from the start. */
const waitMs = 50;
const newline = 10;

export interface Streams {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * Answers the client's opening before the SDK is loaded. What it returns is for the SDK: an input that still begins with
 * the opening, and an output that drops the SDK's own answer to it, once.
 */
export async function answerEarly({ input, output }: Streams, version: string): Promise<Streams> {
  const begun = await opening(input);
  const end = begun.indexOf(newline);
  const early = end < 0 ? undefined : firstAnswer(begun.toString('utf8', 0, end), version);
  const replay = new PassThrough();
  replay.write(begun);
  input.pipe(replay);
  input.on('error', (error) => replay.destroy(error));
  if (early === undefined) return { input: replay, output };
  output.write(early.line);
  return { input: replay, output: withoutAnswerTo(early.id, output) };
}

/** The first bytes up to a whole line, or what came until the end of the input or of the wait. */
function opening(input: Readable): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const done = (): void => {
      clearTimeout(timer);
      input.off('data', onData).off('end', done).off('close', done);
      input.pause();
      resolve(Buffer.concat(chunks));
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      if (chunk.includes(newline)) done();
    };
    const timer = setTimeout(done, waitMs);
    input.on('data', onData).on('end', done).on('close', done);
  });
}

/** The SDK writes a message in one piece, a line each. */
function withoutAnswerTo(id: string | number, output: Writable): Writable {
  let dropped = false;
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, encoding, done) => {
      if (!dropped && answers(id, chunk)) {
        dropped = true;
        done();
      } else if (output.write(chunk, encoding)) done();
      else output.once('drain', done);
    },
  });
}

function answers(id: string | number, chunk: string | Uint8Array): boolean {
  try {
    const message = JSON.parse(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')) as unknown;
    return typeof message === 'object' && message !== null && 'id' in message && message.id === id && 'result' in message;
  } catch {
    return false;
  }
}
