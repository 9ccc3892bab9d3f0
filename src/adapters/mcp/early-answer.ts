import { PassThrough, Writable, type Readable } from 'node:stream';
import { firstAnswer } from './first-answer.js';

/** A client that waits before its first word is served by the SDK from the start. */
const waitMs = 50;
/** No ordinary opening is longer; what is longer the SDK shall judge. */
const maxOpeningBytes = 64 * 1024;
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
  const early = end < 0 || end > maxOpeningBytes ? undefined : firstAnswer(begun.toString('utf8', 0, end), version);
  const replay = replayed(begun, input);
  if (early === undefined) return { input: replay, output };
  const rest = withoutAnswerTo(early.id, output);
  output.write(early.line);
  return { input: replay, output: rest };
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
    // The error listener stays: one that comes while nobody else listens must not end the process.
    input
      .on('data', onData)
      .on('end', done)
      .on('close', done)
      .on('error', () => undefined);
  });
}

/** What has been read, and then the rest of the input. Ends as the input does, however that is. */
function replayed(begun: Buffer, input: Readable): Readable {
  const replay = new PassThrough();
  replay.on('error', () => undefined);
  if (begun.length > 0) replay.write(begun);
  if (input.destroyed && !input.readableEnded) {
    replay.end();
    return replay;
  }
  input.on('error', (error) => replay.destroy(error));
  input.on('close', () => replay.end());
  input.pipe(replay);
  return replay;
}

/** The SDK writes a message in one piece, a line each. */
function withoutAnswerTo(id: string | number, output: Writable): Writable {
  let dropped = false;
  const rest = new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, encoding, done) => {
      if (!dropped && answers(id, chunk)) {
        dropped = true;
        done();
      } else output.write(chunk, encoding, done);
    },
  });
  // The SDK, which listens to this stream alone, is to hear that the reader has gone; it may not be there yet.
  rest.on('error', () => undefined);
  output.on('error', (error) => rest.destroy(error));
  return rest;
}

/** The SDK may refuse what we took; the client has its one answer then, too. */
function answers(id: string | number, chunk: string | Uint8Array): boolean {
  try {
    const message = JSON.parse(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')) as unknown;
    return (
      typeof message === 'object' && message !== null && 'id' in message && message.id === id && !('method' in message)
    );
  } catch {
    return false;
  }
}
