import type { DockerPiece } from '../../core/docker/request.js';
import type { Clean } from './values.js';

/** Pieces of a stream as lines of a transcript. A secret that lies across pieces is seen where they stand together. */
export function piecesToLines(pieces: readonly DockerPiece[], clean: Clean): string[] {
  const each = pieces.map(({ from, text }) => ({ from, text: clean(text) }));
  const together = clean(pieces.map(({ text }) => text).join('\n'));
  const whole = each.map(({ text }) => text).join('\n') === together;
  const from = pieces[0]?.from ?? 'stdout';
  const kept = whole ? each : together.split('\n').map((text) => ({ from, text }));
  return kept.map((piece) => JSON.stringify([piece.from, piece.text]));
}

export function pieceFromLine(line: string): DockerPiece {
  const [from, text] = JSON.parse(line) as [DockerPiece['from'], string];
  return { from, text };
}

/** Chunks of a body, each with the time since the request, as lines of a transcript. */
export function chunksToLines(chunks: readonly (readonly [afterMs: number, text: string])[], clean: Clean): string[] {
  const each = chunks.map(([afterMs, text]) => [afterMs, clean(text)] as const);
  const together = clean(chunks.map(([, text]) => text).join(''));
  const whole = each.map(([, text]) => text).join('') === together;
  const kept = whole ? each : [[chunks[0]?.[0] ?? 0, together] as const];
  return kept.map((chunk) => JSON.stringify(chunk));
}
