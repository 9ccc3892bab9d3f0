/** How far a `docker pull` is, by the lines it prints where it has no terminal. */
export interface PullProgress {
  /** Layers that it has said something of. */
  readonly layers: number;
  readonly downloaded: number;
  /** Downloaded and unpacked, or there before. */
  readonly done: number;
  readonly doneBytes: number;
  /** The registry's name of the image, once it is through. */
  readonly digest?: string | undefined;
}

const layerLine =
  /^([0-9a-f]{12}): (Pulling fs layer|Waiting|Verifying Checksum|Download complete|Pull complete|Already exists)\s*$/gm;
const digestLine = /^Digest: (sha256:[0-9a-f]{64})\s*$/m;

/** Reads them. `sizes` are the layers' sizes by the first twelve digits of their digests. */
export function pullProgress(text: string, sizes: Readonly<Record<string, number>> = {}): PullProgress {
  const states = new Map<string, string>();
  for (const [, layer = '', state = ''] of text.matchAll(layerLine)) states.set(layer, state);
  const count = (...wanted: readonly string[]): string[] =>
    [...states].filter(([, state]) => wanted.includes(state)).map(([layer]) => layer);
  const done = count('Pull complete', 'Already exists');
  const downloaded = [...count('Download complete', 'Verifying Checksum'), ...done];
  return {
    layers: states.size,
    downloaded: downloaded.length,
    done: done.length,
    doneBytes: downloaded.reduce((sum, layer) => sum + (sizes[layer] ?? 0), 0),
    digest: digestLine.exec(text)?.[1],
  };
}

/** The same in a sentence of ours; undefined where nothing was said yet. */
export function pullWords(
  { layers, downloaded, done, doneBytes }: PullProgress,
  totalBytes?: number,
): string | undefined {
  if (layers === 0) return undefined;
  const percent =
    totalBytes === undefined || totalBytes === 0 || doneBytes === 0
      ? ''
      : `, ${Math.min(100, Math.floor((doneBytes / totalBytes) * 100))} % of the download`;
  return `${downloaded} of ${layers} layers downloaded${percent}, ${done} unpacked`;
}
