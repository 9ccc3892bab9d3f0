import { Failure } from '../src/core/errors.js';
import { rootFileProbe } from '../src/core/probes/root-file.js';
import { sha256 } from '../src/core/sha256.js';
import { maxWriteBytes, tooLargeToReplace, type PresentFile } from '../src/core/write-plan.js';
import type { FileStat } from '../src/ports/files.js';
import type { Device } from '../src/ports/fleet.js';

const refuse = (message: string, hint: string): Failure => new Failure('invalid_input', message, { hint, retry: 'no' });

/** What a write to this path would replace; undefined for nothing. Throws where nothing can be written there. */
export async function presentFile(
  path: string,
  sudo: boolean,
  device: Device,
  signal: AbortSignal,
): Promise<PresentFile | undefined> {
  const { files } = device;
  // Files as root are looked at by a probe; this is where the policy is asked about the path, and about where its links lead.
  await files.realPath(path, signal);
  if (sudo) return device.ask(rootFileProbe(path), signal);
  const folder = await statOf(path.slice(0, path.lastIndexOf('/')) || '/', device, signal);
  if (folder === undefined)
    throw refuse('The folder of that file does not exist.', 'Make it first, or correct the path.');
  const stat = await statOf(path, device, signal);
  if (stat === undefined) return undefined;
  if (stat.kind !== 'file')
    throw refuse(
      'That path is not a regular file (a folder, a link, a device).',
      'Name a file; of a link, where it leads to.',
    );
  const { sizeBytes, mode } = stat;
  if (sizeBytes > maxWriteBytes) throw tooLargeToReplace();
  const content = await files.read(path, { offset: 0, maxBytes: maxWriteBytes + 1 }, signal);
  return { sizeBytes: content.length, mode, content, sha256: await sha256(content) };
}

async function statOf(path: string, device: Device, signal: AbortSignal): Promise<FileStat | undefined> {
  try {
    return await device.files.stat(path, signal);
  } catch (error) {
    if (error instanceof Failure && error.kind === 'invalid_input') return undefined;
    throw error;
  }
}
