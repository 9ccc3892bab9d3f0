import { z } from 'zod';
import { sizeWords } from '../../docker/image-state.js';
import { roomWords } from '../../docker/pull-plan.js';
import { Failure } from '../../errors.js';
import { sha256 } from '../../sha256.js';
import type { Command } from '../../command.js';
import type { FileCopy, FileWrite } from '../../step.js';
import { progressWords } from './progress.js';
import { knownHash, type Place } from './place.js';
import { pulledFile, type PulledModel } from './pull-plan.js';
import { sidecarSuffix, sidecarText } from './sidecar.js';

/** What is kept of a copy that goes on. */
export const copyState = z.object({ folder: z.string(), name: z.string(), sizeBytes: z.number(), sha256: z.string() });
export type CopyState = z.output<typeof copyState>;

/** The steps of a copy; the folder only where it is missing. */
export interface CopySteps {
  readonly folder: Command | undefined;
  readonly file: FileCopy;
  readonly sidecar: FileWrite;
}

/** A file of another device. */
export interface SourceFile {
  readonly device: string;
  readonly path: string;
  readonly place: Place;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Makes the steps. */
export async function copySteps(source: SourceFile, place: Place): Promise<CopySteps> {
  const from = `device ${source.device}, ${source.path}`;
  const old = knownHash(source.place) === source.sha256 ? source.place.sidecar : undefined;
  const text = sidecarText({
    sha256: source.sha256,
    sizeBytes: source.sizeBytes,
    verified: old?.verified ?? false,
    source: old?.source ?? from,
    made: old?.made,
    builtFor: old?.builtFor,
  });
  const content = new TextEncoder().encode(text);
  const { path, folder, folderIsThere } = place;
  return {
    folder: folderIsThere ? undefined : { argv: ['mkdir', '-p', '--', folder] },
    file: { copyTo: path, sizeBytes: source.sizeBytes, sha256: source.sha256, from, mode: 0o644 },
    sidecar: { path: `${path}${sidecarSuffix}`, content, sha256: await sha256(content), mode: 0o644 },
  };
}

/** What will happen, in a few sentences. */
export function copySays({ device, path, sizeBytes }: SourceFile, place: Place): string {
  const rest =
    place.partBytes > 0
      ? ` ${sizeWords(place.partBytes)} of it are there from an earlier try, and it goes on from them.`
      : '';
  const room = roomWords(place.freeBytes, sizeBytes - place.partBytes);
  return `Copies ${path} from ${device} to ${place.path} through this machine: ${sizeWords(sizeBytes)}.${rest} It gets its name only where its SHA-256 is right. On the disk ${room}.`;
}

/** How a copy ended whose server has ended. */
export function copyEnd({ name, sizeBytes, sha256: wanted }: CopyState, place: Place): PulledModel {
  const known = knownHash(place);
  if (typeof place.file === 'object' && place.file.sizeBytes === sizeBytes && (known === undefined || known === wanted))
    return { ...pulledFile(place, name, 'It is there, with the SHA-256 of its source.'), sha256: wanted };
  throw new Failure(
    'command_failed',
    `The server that copied ended before it was through: ${progressWords('copied', place.partBytes, sizeBytes)}.`,
    {
      hint: 'Call model_copy again: it goes on from there.',
      retry: 'yes',
    },
  );
}
