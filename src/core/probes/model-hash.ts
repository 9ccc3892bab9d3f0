import { parseSidecar, sidecarSuffix } from '../ai/model-files/sidecar.js';
import { argv, defineProbe, file, type ArgvRead, type FileRead, type Probe } from '../probe/probe.js';

/**
 * The SHA-256 of a model that is a file, `sha256:...`, as the file beside it tells that model_pull wrote; undefined where there is none, or
 * the model has another size by now. Throws for a path that no probe reads.
 */
export function modelHashProbe(path: string): Probe<string | undefined, { sidecar: FileRead; size: ArgvRead }> {
  return defineProbe({
    name: 'model-hash',
    reads: { sidecar: file(`${path}${sidecarSuffix}`), size: argv(['stat', '-L', '-c', '%s', path]) },
    parse: ({ sidecar: { text }, size }): string | undefined => {
      const known = parseSidecar(text);
      return known?.sizeBytes === Number(size.text.trim() || NaN) ? `sha256:${known.sha256}` : undefined;
    },
  });
}
