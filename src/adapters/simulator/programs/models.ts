import { formatOf } from '../../../core/ai/model-files/model-name.js';
import { freeBytes, usedBytes } from './storage.js';
import { homeOf, uidOfCaller, unsupported, type ProgramCall } from './program.js';

const volumeFolder = '/var/lib/docker/volumes/jetfleet-models/_data';
const mostDeep = 9;

/** The folders of models that everybody looks in, of those that a simulated board can have. */
const foldersOf = (call: ProgramCall): string[] => [`${homeOf(call)}/models`, '/data/models'];

/** Model files below a folder, as one user sees them. */
function filesBelow(call: ProgramCall, folder: string, depth = 0): string[] {
  const { files } = call;
  const uid = uidOfCaller(call);
  const node = files.node(folder, uid);
  if (node?.kind !== 'directory' || depth > mostDeep || !files.mayEnter(node, uid)) return [];
  return files.children(folder).flatMap((name) => {
    const path = `${folder === '/' ? '' : folder}/${name}`;
    const kind = files.node(path, uid)?.kind;
    if (kind === 'directory') return filesBelow(call, path, depth + 1);
    return kind === 'file' && formatOf(name) !== 'other' ? [path] : [];
  });
}

/** What core's `listScript` prints. */
export function listModels(call: ProgramCall): number {
  const [what, ...more] = call.args;
  const { device, files } = call;
  if (what === 'volume') {
    // Only root may look into Docker's folder.
    const models = call.caller.root ? device.docker.models : [];
    const ollama = models.filter(({ path }) => path.includes('/manifests/'));
    for (const [index, { path, sizeBytes, atMs }] of models.entries())
      if (path.endsWith('.gguf'))
        call.out(`${sizeBytes} ${Math.floor(atMs / 1000)} 45825:${index + 1} ${volumeFolder}/${path}\n`);
    call.out('odd 0\n--\n');
    for (const { path, sizeBytes, digest } of ollama) {
      const layer = { mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${digest}`, size: sizeBytes };
      call.out(`${volumeFolder}/${path}\0${JSON.stringify({ schemaVersion: 2, layers: [layer] })}\n`);
    }
    return 0;
  }
  if (what !== 'own') return unsupported(call);
  const found = [...new Set([...more, ...foldersOf(call)].flatMap((folder) => filesBelow(call, folder)))];
  for (const [index, path] of found.entries()) {
    const node = files.node(path, 0);
    const modified = Math.floor((node?.modifiedMs ?? device.nowMs() - device.uptimeMs()) / 1000);
    const size = (node && files.contentOf(node)?.length) ?? 0;
    call.out(`${size} ${modified} 45826:${index + 1} ${path}\n`);
  }
  call.out('odd 0\n--\n');
  for (const path of found) {
    const note = files.node(`${path}.jetfleet.json`, uidOfCaller(call));
    const text = note && files.contentOf(note)?.toString().split('\n')[0];
    if (text !== undefined) call.out(`${path}.jetfleet.json\0${text}\n`);
  }
  return 0;
}

/** What core's `freeScript` prints: the last line of `df -Pk`. */
export function freeForModels({ device, out }: ProgramCall): number {
  const [free, used] = [freeBytes(device), usedBytes(device)].map((bytes) => Math.floor(bytes / 1024));
  const share = Math.ceil((100 * (used ?? 0)) / ((used ?? 0) + (free ?? 1)));
  out(`/dev/${device.spec.disk.device}p1 ${(used ?? 0) + (free ?? 0)} ${used ?? 0} ${free ?? 0} ${share}% /\n`);
  return 0;
}
