import { Failure } from '../src/core/errors.js';
import { copySays, copySteps, type CopySteps } from '../src/core/ai/model-files/copy-plan.js';
import { checkedName, fileName } from '../src/core/ai/model-files/model-name.js';
import { checkPlace, placeProbe } from '../src/core/ai/model-files/place.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call, Prepared } from '../src/ports/tool.js';
import { hasIt, sourceFile } from './copy-source.js';
import type { FileHashes } from './file-hashes.js';
import { judgedPath } from './judged-path.js';

const minute = 60_000;

/** Looks at both devices and makes the steps of a copy; none where the file is there. */
export async function prepareCopy(
  {
    from,
    path,
    folder,
    name,
  }: {
    readonly from: string;
    readonly path: string;
    readonly folder?: string | undefined;
    readonly name?: string | undefined;
  },
  hashes: FileHashes,
  device: Device,
  call: Call,
): Promise<Prepared & { readonly copy?: CopySteps }> {
  const as = checkedName(name ?? fileName(path), name === undefined ? 'path' : 'name');
  const place = await device.ask(placeProbe(folder, as), call.signal);
  if (from === device.name && place.path === path)
    throw new Failure('invalid_input', 'from: that is the device itself.', {
      hint: 'Leave it out of the selector.',
      retry: 'yes',
    });
  await judgedPath(place.path, place.base, device, call.signal);
  const source = await sourceFile(from, path, hashes, call);
  const { sizeBytes, sha256 } = source;
  if (await hasIt(place, source, hashes, device, call))
    return { says: `It is there already: ${place.path}.`, steps: [] };
  checkPlace(place, sizeBytes);
  const copy = await copySteps(source, place);
  const steps = [...(copy.folder === undefined ? [] : [copy.folder]), copy.file, copy.sidecar];
  return {
    says: copySays(source, place),
    steps,
    copy,
    basis: { sha256, sizeBytes },
    resolved: { path: { is: place.path } },
    awaits: {
      state: { folder: place.folder, name: as, sizeBytes, sha256 },
      says: `copies ${as} from ${from}`,
      patienceMs: 2 * 24 * 60 * minute,
      outlives: true,
      overdue: {
        message: 'The copy was not through within two days.',
        hint: 'Call model_copy again: it goes on where it ended.',
      },
    },
  };
}
