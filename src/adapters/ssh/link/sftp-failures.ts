import { Failure } from '../../../core/errors.js';
import type { FileStat } from '../../../ports/files.js';

/** Status codes of the SFTP protocol, version 3. */
const statusEof = 1;
const statusNoSuchFile = 2;
const statusPermissionDenied = 3;

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** Whether a directory listing has come to its end. */
export function isEnd(error: unknown): boolean {
  return codeOf(error) === statusEof;
}

/** Whether there is nothing at a path. */
export function isAbsent(error: unknown): boolean {
  return codeOf(error) === statusNoSuchFile;
}

/** Whether a right is missing. */
export function isDenied(error: unknown): boolean {
  return codeOf(error) === statusPermissionDenied;
}

/** What the device's SFTP server said, in our words. */
export function sftpFailure(error: unknown): Failure {
  switch (codeOf(error)) {
    case statusNoSuchFile:
      return new Failure('invalid_input', 'The device has nothing at that path.', {
        hint: 'List the folder above it; paths are case-sensitive and absolute.',
        retry: 'no',
        cause: error,
      });
    case statusPermissionDenied:
      return new Failure('not_allowed', 'The login user may not read that path.', {
        hint: 'Log in as a user who may, or give that user the right to read it and to enter its folders. Where a path leads is asked as the login user, also for a write with sudo.',
        retry: 'no',
        cause: error,
      });
    default:
      return new Failure('command_failed', "The device's SFTP server could not do that.", {
        retry: 'check_first',
        cause: error,
      });
  }
}

/** A channel that hangs in a request was given up: what waits behind that request is asked again on another. */
export class ChannelStuck extends Failure {
  constructor() {
    super('timeout', "The device's SFTP server does not answer.", {
      hint: 'A disk or a network folder of the device hangs. system_logs tells of it.',
      retry: 'check_first',
    });
  }
}

/** A file that the kernel or a driver makes, and that has nothing to say now. */
export function keepsWaiting(): Failure {
  return new Failure('timeout', 'Reading that file waits for something that does not come.', {
    hint: 'Files of the kernel such as /proc/kmsg wait for news. For kernel messages use system_logs.',
    retry: 'no',
  });
}

export function noSftp(cause: unknown): Failure {
  return new Failure('unsupported', "The device's SSH server offers no file transfer (SFTP).", {
    hint: 'Add `Subsystem sftp internal-sftp` to sshd_config on the device.',
    retry: 'no',
    cause,
  });
}

export function pathRefused(): Failure {
  return new Failure('invalid_input', 'A path on a device is absolute and holds no NUL character.', { retry: 'no' });
}

/** Only regular files are read: opening a pipe or a device file may block for ever, or do something. */
export function notAFile(kind: FileStat['kind']): Failure {
  const what = kind === 'directory' ? 'a directory' : 'neither a file nor a directory (a pipe, a socket or a device)';
  return new Failure('invalid_input', `That path is ${what}; only regular files can be read.`, {
    ...(kind === 'directory' && { hint: 'List it instead.' }),
    retry: 'no',
  });
}

export function notADirectory(): Failure {
  return new Failure('invalid_input', 'That path is not a directory.', {
    hint: 'Read it, or list the folder above it.',
    retry: 'no',
  });
}

export function partMoved(): Failure {
  return new Failure('command_failed', 'The part that was copied so far does not end where this piece begins.', {
    hint: 'Somebody else copies to the same path, or a piece came through after all. Ask how far it is and go on from there.',
    retry: 'check_first',
  });
}

export function partNotAFile(): Failure {
  return new Failure('command_failed', 'Something that is no file stands where the part of this copy belongs.', {
    hint: 'Remove what bears the name of the file followed by `.jetfleet-part`.',
    retry: 'no',
  });
}

/** The part of a copy could not be opened. */
export function folderMissing(denied: boolean, cause: unknown): Failure {
  return denied
    ? new Failure('not_allowed', 'The login user may not write into the folder of that path.', {
        hint: 'Copy into a folder of the login user, or give that user the right to write there.',
        retry: 'no',
        cause,
      })
    : new Failure('command_failed', 'The folder of that path does not exist on the device.', {
        hint: 'Make the folder first, or correct the path.',
        retry: 'no',
        cause,
      });
}

export function noRoomForPiece(cause: unknown): Failure {
  return new Failure(
    'command_failed',
    'The device could not write the next piece of the file; what came before is kept.',
    {
      hint: 'Its disk is full or failing, or a quota is reached: system_storage shows the space. Copying goes on from here.',
      retry: 'check_first',
      cause,
    },
  );
}
