import { sizeWords } from '../src/core/docker/image-state.js';
import { Failure } from '../src/core/errors.js';
import type { PresentModel } from '../src/core/ai/model-files/place.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { pause } from './pause.js';

/** The answer must be out before the call's deadline. */
const spareMs = 4000;
const longestMs = 3_600_000;
const mostKept = 200;

/** SHA-256 of large files. What takes longer than a call goes on, and a later call finds it. It only reads. */
export class FileHashes {
  readonly #known = new Map<string, Promise<string>>();

  /** Of a file as it is now. Throws `timeout` where it has to be asked again later. */
  async of(path: string, { sizeBytes, modified }: PresentModel, device: Device, call: Call): Promise<string> {
    const key = JSON.stringify([device.name, path, sizeBytes, modified]);
    const hash = this.#known.get(key) ?? this.#begin(key, path, device);
    const over = new AbortController();
    const late = pause(
      Math.max(0, call.deadlineMs - call.now() - spareMs),
      AbortSignal.any([call.signal, over.signal]),
    );
    call.progress(`reads ${sizeWords(sizeBytes)} for its SHA-256`);
    const found = await Promise.race([hash, late]).finally(() => over.abort());
    if (found !== undefined) return found;
    throw new Failure(
      'timeout',
      `The SHA-256 of the file is not known yet: to read ${sizeWords(sizeBytes)} takes longer than a call.`,
      {
        hint: 'It goes on: call again in a minute. Files that model_pull or model_copy brought have it beside them.',
        retry: 'yes',
      },
    );
  }

  #begin(key: string, path: string, device: Device): Promise<string> {
    const hash = hashOn(path, device);
    if (this.#known.size >= mostKept) this.#known.clear();
    this.#known.set(key, hash);
    hash.catch(() => this.#known.delete(key));
    return hash;
  }
}

async function hashOn(path: string, device: Device): Promise<string> {
  let found: string | undefined;
  const onLine = (line: string): 'enough' => {
    // A name with a backslash puts one before the line.
    found = /^\\?([0-9a-f]{64}) /.exec(line)?.[1];
    return 'enough';
  };
  await device.follow({ argv: ['sha256sum', '--', path] }, onLine, AbortSignal.timeout(longestMs));
  if (found !== undefined) return found;
  throw new Failure('command_failed', 'The device did not tell the SHA-256 of the file.', {
    hint: 'The login user may not read it, or it is gone.',
    retry: 'no',
  });
}
