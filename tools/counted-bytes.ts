const betweenMs = 2000;

/** The same bytes; tells how many have gone by, now and then. */
export async function* countedBytes(
  content: AsyncIterable<Uint8Array>,
  now: () => number,
  tell: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  let bytes = 0;
  let toldMs = -Infinity;
  for await (const piece of content) {
    yield piece;
    bytes += piece.length;
    if (now() - toldMs < betweenMs) continue;
    toldMs = now();
    tell(bytes);
  }
}
