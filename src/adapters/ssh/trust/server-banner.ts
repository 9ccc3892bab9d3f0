import type { Duplex } from 'node:stream';

/** More than any server says before its identification: from here on it is something else that talks. */
const maxBytes = 32 * 1024;

/**
 * Watches the first bytes of a stream, beside its real reader, for an SSH server's identification line. `found` is
 * called once: with the server's software in a closed vocabulary, or with undefined where the bytes are no SSH.
 */
export function watchBanner(stream: Duplex, found: (software: string | undefined) => void): () => void {
  let text = '';
  let bytes = 0;
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    // A line may begin in one chunk and end in the next.
    text = text.slice(text.lastIndexOf('\n') + 1) + chunk.toString('latin1');
    const line = /(?:^|\n)SSH-(?:2\.0|1\.99)-([^\r\n]*)\r?\n/.exec(text)?.[1];
    if (line === undefined && bytes <= maxBytes) return;
    stop();
    found(line === undefined ? undefined : softwareOf(line));
  };
  const stop = (): void => {
    stream.off('data', onData);
  };
  // A stream that is paused on purpose does not begin to flow because somebody listens.
  stream.pause();
  stream.on('data', onData);
  return stop;
}

function softwareOf(line: string): string {
  const [, name, version] =
    /^(OpenSSH|dropbear|ssh2js|libssh)[_-]?v?(\d{1,4}(?:\.\d{1,4}){1,2}(?:p\d{1,2})?)/.exec(line) ?? [];
  return name === undefined || version === undefined ? 'an SSH server' : `${name} ${version}`;
}
