import type { DeviceFiles } from '../../ports/files.js';
import type { Noting } from './noting.js';
import { requests } from './request.js';
import { bytesToJson } from './values.js';

const nothing = { toJson: (): null => null };

/** The files of a `RecordingDevice`. */
export function recordingFiles(files: DeviceFiles, noting: Noting): DeviceFiles {
  const { of } = requests;
  return {
    stat: (path, signal) => noting.noted(of('stat', path), signal, () => files.stat(path, signal)),
    list: (path, limit, signal) => noting.noted(of('list', path, limit), signal, () => files.list(path, limit, signal)),
    realPath: (path, signal) => noting.noted(of('realPath', path), signal, () => files.realPath(path, signal)),
    read: (path, range, signal) =>
      noting.noted(of('read', path, range.offset, range.maxBytes), signal, () => files.read(path, range, signal), {
        toJson: (bytes) => bytesToJson(bytes, noting.clean),
      }),
    write: (write, signal) => noting.noted(requests.write(write), signal, () => files.write(write, signal), nothing),
    copied: (copy, signal) => noting.noted(requests.copied(copy), signal, () => files.copied(copy, signal)),
    putPiece: (copy, offset, bytes, signal) =>
      noting.noted(
        requests.putPiece(copy, offset, bytes),
        signal,
        () => files.putPiece(copy, offset, bytes, signal),
        nothing,
      ),
    endCopy: (copy, signal) => noting.noted(requests.endCopy(copy), signal, () => files.endCopy(copy, signal), nothing),
  };
}
