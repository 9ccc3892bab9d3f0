import type ssh2 from 'ssh2';
import { Failure } from '../../../core/errors.js';
import { checkCopy, partOf } from '../../../core/linux/end-copy.js';
import type { FileCopy } from '../../../core/step.js';
import { LinkLost } from './link-failures.js';
import type { Request, SftpChannel } from './sftp-channel.js';
import { folderMissing, isAbsent, isDenied, noRoomForPiece, partMoved, partNotAFile } from './sftp-failures.js';

/** Requests of this size are on their way at once; sshd takes 256 KiB in one. */
const sliceBytes = 128 * 1024;

/** How far the part of a copy has come. */
export async function copied(channel: SftpChannel, copy: FileCopy, signal: AbortSignal): Promise<number> {
  checkCopy(copy);
  return channel.use(signal, async (sftp, call) => (await partEnd(copy, sftp, call)) ?? 0);
}

/** Puts one piece at the end of that part. */
export async function putPiece(
  channel: SftpChannel,
  copy: FileCopy,
  offset: number,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  checkCopy(copy);
  if (offset + bytes.length > copy.sizeBytes) throw partMoved();
  const began = { writing: false };
  try {
    await channel.use(signal, async (sftp, call) => {
      const end = await partEnd(copy, sftp, call);
      if ((end ?? 0) !== offset) throw partMoved();
      const part = partOf(copy);
      // Made anew, never through a link that somebody put there.
      if (offset === 0 && end !== undefined)
        await call<undefined>((done) => sftp.unlink(part, (error) => done(error, undefined)));
      const flags = offset === 0 ? 'wx' : 'r+';
      const handle = await call<Buffer>((done) => sftp.open(part, flags, done)).catch(refused(folderMissing));
      try {
        began.writing = true;
        await writeAt(sftp, call, handle, offset, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
      } finally {
        sftp.close(handle, () => undefined);
      }
    });
  } catch (error) {
    // Done again on a new link it would meet its own first half.
    throw error instanceof LinkLost && began.writing ? new LinkLost(true, error) : error;
  }
}

async function writeAt(
  sftp: ssh2.SFTPWrapper,
  call: Request,
  handle: Buffer,
  offset: number,
  bytes: Buffer,
): Promise<void> {
  const slices = Array.from({ length: Math.ceil(bytes.length / sliceBytes) }, (_, index) => index * sliceBytes);
  const write = (at: number): Promise<undefined> => {
    const length = Math.min(sliceBytes, bytes.length - at);
    return call<undefined>((done) =>
      sftp.write(handle, bytes, at, length, offset + at, (error) => done(error, undefined)),
    );
  };
  try {
    await Promise.all(slices.map(write));
  } catch (error) {
    if (error instanceof Failure) throw error;
    // A slice that failed leaves no hole that a later look would take for content.
    await call<undefined>((done) => sftp.fsetstat(handle, { size: offset }, (error) => done(error, undefined))).catch(
      () => undefined,
    );
    throw noRoomForPiece(error);
  }
}

/** Where the part ends; 0 for one that is longer than the whole and so of something else; undefined for none. */
async function partEnd(copy: FileCopy, sftp: ssh2.SFTPWrapper, call: Request): Promise<number | undefined> {
  const stats = await call<ssh2.Attributes>((done) => sftp.lstat(partOf(copy), done)).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (stats === undefined) return undefined;
  if ((stats.mode & 0o170000) !== 0o100000) throw partNotAFile();
  return stats.size > copy.sizeBytes ? 0 : stats.size;
}

const refused =
  (failure: (denied: boolean, cause: unknown) => Failure) =>
  (error: unknown): never => {
    throw isAbsent(error) || isDenied(error) ? failure(isDenied(error), error) : error;
  };
