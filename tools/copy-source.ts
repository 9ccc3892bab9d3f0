import { Failure } from '../src/core/errors.js';
import type { SourceFile } from '../src/core/ai/model-files/copy-plan.js';
import { fileName, parentOf } from '../src/core/ai/model-files/model-name.js';
import { knownHash, placeProbe, type Place } from '../src/core/ai/model-files/place.js';
import { isThere } from '../src/core/ai/model-files/pull-plan.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import type { FileHashes } from './file-hashes.js';

/** The file on the other device, with its hash: from beside it, else by reading it. */
export async function sourceFile(name: string, path: string, hashes: FileHashes, call: Call): Promise<SourceFile> {
  const peer = await call.peer(name);
  // Here the policy is asked about the path there, and about where its links lead.
  await peer.files.realPath(path, call.signal);
  const place = await peer.ask(placeProbe(parentOf(path), fileName(path)), call.signal);
  if (typeof place.file !== 'object')
    throw new Failure('invalid_input', 'path: that device has no file there.', {
      hint: 'model_list on it names what it has.',
      retry: 'yes',
    });
  const sha256 = knownHash(place) ?? (await hashes.of(path, place.file, peer, call));
  return { device: name, path, place, sizeBytes: place.file.sizeBytes, sha256 };
}

/** Whether the file is there already, by its hash where nothing beside it tells. Throws where another one is in its place. */
export async function hasIt(
  place: Place,
  { sha256, sizeBytes }: SourceFile,
  hashes: FileHashes,
  device: Device,
  call: Call,
): Promise<boolean> {
  const there = isThere(place, { sha256, sizeBytes });
  if (there !== 'perhaps' || typeof place.file !== 'object') return there === 'yes';
  if ((await hashes.of(place.path, place.file, device, call)) === sha256) return true;
  throw new Failure(
    'invalid_input',
    'There is another file of the same size at that path, and a copy replaces nothing.',
    {
      hint: 'Give another name or folder, or remove it first by model_delete.',
      retry: 'yes',
    },
  );
}
