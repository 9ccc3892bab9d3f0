import { Writable } from 'node:stream';

/**
 * Takes stdout for the protocol: from now on whatever else writes to it (a stray `console.log` of a library) lands on
 * `elsewhere`, so that a client never reads anything but JSON-RPC. Returns the stream of the one owner.
 */
export function claimStdout(stdout: Writable, elsewhere: Writable): Writable {
  const write = stdout.write.bind(stdout);
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, encoding, done) => {
      write(chunk, encoding, done);
    },
  });
  stdout.on('error', (error) => stream.destroy(error));
  stdout.write = elsewhere.write.bind(elsewhere);
  return stream;
}

/** Resolves once all that was written before is out, or can no longer go out. */
export function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
