import { Failure } from '../core/errors.js';
import { sha256 } from '../core/sha256.js';
import { stepKey, type FileCopy, type FileWrite, type Step } from '../core/step.js';
import type { DeviceFiles } from '../ports/files.js';

/** Judges a path as asked, then by where its links lead. */
export type OwnGate = (path: string, realPath?: string) => Promise<void>;

interface Guards {
  readonly gate: OwnGate;
  readonly noted: <T>(what: string, work: () => Promise<T>) => Promise<T>;
  /** Begins an approved step that was not begun before, and answers how its end is told; rejects for any other. */
  readonly begin: (step: Step) => Promise<(error?: unknown) => Promise<void>>;
  readonly once: <T>(step: Step, what: string, work: () => Promise<T>) => Promise<T>;
  readonly notApproved: () => Error;
}

/** Files by their asked and by their real path: a link must not lead around the policy. */
export function guardedFiles(files: DeviceFiles, { gate, noted, begin, once, notApproved }: Guards): DeviceFiles {
  const gated = async <T>(what: string, path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    await gate(path);
    await gate(path, await files.realPath(path, signal));
    return noted(`${what} ${path}`, work);
  };
  /** Copies that were begun: their pieces are one step. */
  const copying = new Map<string, (error?: unknown) => Promise<void>>();
  const piece = async <T>(copy: FileCopy, work: () => Promise<T>): Promise<T> => {
    const key = stepKey(copy);
    const end = copying.get(key) ?? (await begin(copy));
    copying.set(key, end);
    try {
      return await work();
    } catch (error) {
      // A link that was cut does not end the step: it goes on from what has come.
      if (error instanceof Failure && error.kind === 'unreachable') throw error;
      copying.delete(key);
      await end(error);
      throw error;
    }
  };
  return {
    stat: (path, signal) => gated('stat', path, signal, () => files.stat(path, signal)),
    read: (path, range, signal) => gated('read', path, signal, () => files.read(path, range, signal)),
    list: (path, limit, signal) => gated('list', path, signal, () => files.list(path, limit, signal)),
    realPath: async (path, signal) => {
      await gate(path);
      const real = await noted(`real path ${path}`, () => files.realPath(path, signal));
      // A tool goes on with what it gets: consent for the path as asked would count for where it leads.
      await gate(path, real);
      return real;
    },
    write: (write, signal) =>
      gated('write', write.path, signal, () =>
        once(write, `write ${write.path}`, async () => {
          if (!(await isAsApproved(write))) throw notApproved();
          return files.write(write, signal);
        }),
      ),
    copied: (copy, signal) => gated('copied', copy.copyTo, signal, () => files.copied(copy, signal)),
    putPiece: (copy, offset, bytes, signal) =>
      gated('put piece', copy.copyTo, signal, () => piece(copy, () => files.putPiece(copy, offset, bytes, signal))),
    endCopy: (copy, signal) =>
      gated('end copy', copy.copyTo, signal, async () => {
        await piece(copy, () => files.endCopy(copy, signal));
        const end = copying.get(stepKey(copy));
        copying.delete(stepKey(copy));
        await end?.();
      }),
  };
}

/** What was approved is a hash; what is written must be what it is of. */
async function isAsApproved({ content, sha256: approved }: FileWrite): Promise<boolean> {
  return (await sha256(content)) === approved;
}
