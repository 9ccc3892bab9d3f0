import { Failure } from '../src/core/errors.js';
import { progressWords } from '../src/core/ai/model-files/progress.js';
import type { FileCopy } from '../src/core/step.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { pause } from './pause.js';

const pieceBytes = 4 * 1024 * 1024;
/** Without a byte more, with longer and longer breaks: about ten minutes. */
const mostTries = 8;
const breakMs = (tries: number, firstMs: number): number => Math.min(firstMs * 2 ** tries, 120_000);

interface Copying {
  readonly copy: FileCopy;
  /** Of the file on the other device. */
  readonly path: string;
  readonly from: Device;
  readonly to: Device;
  /** Told before each piece. */
  readonly onPiece: () => void;
}

async function copyRest({ copy, path, from, to, onPiece }: Copying, call: Call): Promise<void> {
  const { sizeBytes } = copy;
  const { signal } = call;
  const read = (offset: number): Promise<Uint8Array> => {
    const piece = from.files.read(path, { offset, maxBytes: Math.min(pieceBytes, sizeBytes - offset) }, signal);
    piece.catch(() => undefined);
    return piece;
  };
  let at = await to.files.copied(copy, signal);
  let next = at < sizeBytes || sizeBytes === 0 ? read(at) : undefined;
  while (next !== undefined) {
    const bytes = await next;
    if (bytes.length === 0 && sizeBytes > 0)
      throw new Failure('command_failed', 'The file became shorter while it was copied.', { retry: 'no' });
    const end = at + bytes.length;
    next = end < sizeBytes ? read(end) : undefined;
    onPiece();
    await to.files.putPiece(copy, at, bytes, signal);
    at = end;
    call.progress(progressWords('copied', at, sizeBytes));
  }
  call.progress('checks its SHA-256');
  await to.files.endCopy(copy, signal);
}

/** Copies a file in pieces through the links of both devices. A link that is cut is opened again, and the copy goes on where it ends. */
export async function copyPieces(copying: Copying, call: Call, firstBreakMs = 1000): Promise<void> {
  let reached = -1;
  for (let tries = 0; ; tries++) {
    try {
      await copyRest(copying, call);
      return;
    } catch (error) {
      const isCut = error instanceof Failure && (error.kind === 'unreachable' || error.kind === 'timeout');
      if (!isCut || call.signal.aborted) throw error;
      const now = await copying.to.files.copied(copying.copy, call.signal).catch(() => reached);
      if (now > reached) tries = 0;
      reached = Math.max(reached, now);
      if (tries >= mostTries) throw error;
      call.progress('a link was cut: opens it again');
      await pause(breakMs(tries, firstBreakMs), call.signal);
    }
  }
}
