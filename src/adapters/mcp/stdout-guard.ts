import { Writable } from 'node:stream';

/** stdout, kept for one owner. */
export interface ClaimedStdout {
  /** Writes to the real stdout. */
  readonly stream: Writable;
  /** Gives stdout back. */
  release(): void;
}

/**
 * Takes stdout for the protocol: from now on whatever else writes to it (a stray `console.log` of a library) lands on
 * `elsewhere`, so that a client never reads anything but JSON-RPC.
 */
export function claimStdout(stdout: Writable, elsewhere: Writable): ClaimedStdout {
  const original = stdout.write;
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, encoding, done) => {
      original.call(stdout, chunk, encoding, done);
    },
  });
  const fail = (error: Error): void => void stream.destroy(error);
  stdout.on('error', fail);
  stdout.write = elsewhere.write.bind(elsewhere) as typeof stdout.write;
  return {
    stream,
    release: () => {
      stdout.write = original;
      stdout.off('error', fail);
    },
  };
}
