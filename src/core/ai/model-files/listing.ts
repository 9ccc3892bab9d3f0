import { cleanName } from '../../untrusted.js';
import { argv, type ArgvAnswer, type ArgvRead } from '../../probe/probe.js';
import { modelFolders, volumeFolder } from './model-folders.js';
import { fileName, formatOf, modelEndings, type ModelFormat } from './model-name.js';
import { parseSidecar, partSuffix, sidecarSuffix, type Sidecar } from './sidecar.js';

/** Where a model comes from, as the folders of the hub or of Ollama tell. */
export interface ModelOrigin {
  readonly name: string;
  readonly revision?: string | undefined;
  readonly sha256?: string | undefined;
}

/** A model on the disk of a device. */
export interface FoundModel {
  readonly path: string;
  readonly sizeBytes: number;
  /** Seconds since 1970. */
  readonly modified: number;
  readonly format: ModelFormat | 'ollama';
  /** Of a download or a copy that was cut, or is under way. */
  readonly isPart: boolean;
  readonly sidecar: Sidecar | undefined;
  readonly origin?: ModelOrigin | undefined;
}

export interface Listing {
  readonly models: readonly FoundModel[];
  /** Names with control characters, which are not listed. */
  readonly oddNames: number;
  /** There were more than are looked at. */
  readonly isCut: boolean;
}

/** Most files looked at in one go. */
const mostFiles = 2000;

const named = (ending: string): string => `-name "*.${ending}"`;
const wanted = [...modelEndings, partSuffix.slice(1)].map(named).join(' -o ');
const folders = `set -- "$@" ${modelFolders}`;
const ollamas =
  'set -- "$@" "$HOME/.ollama/models/manifests" /usr/share/ollama/.ollama/models/manifests; for d in "$@"; do set -- "$@" "$d/ollama/models/manifests" "$d/ollama/manifests"; done';
// Links to files are followed, links to folders are not: they could lead anywhere.
const odd = 'find -H "$@" -xdev -maxdepth 9 -name "*[[:cntrl:]]*" -prune';
const files = `${odd} -o -xtype f`;

/**
 * Lists models. Argument 1: `own`, or `volume` for the folder of jetfleet's volume, which root alone may read; then more folders. Prints
 * `SIZE MTIME DEVICE:INODE PATH` for each, `odd` and how many names hold control characters, `--`, then `PATH NUL TEXT` for each sidecar and each manifest of Ollama.
 */
export const listScript = [
  'export LC_ALL=C; w=$1; shift',
  `if [ "$w" = volume ]; then ${volumeFolder}; set -- "$v"; else ${folders}; fi`,
  `${files} "(" ${wanted} ")" -print0 2>/dev/null | head -z -n ${String(mostFiles)} | xargs -0 -r stat -L -c "%s %Y %d:%i %n" 2>/dev/null; echo "odd $(${odd} -exec echo x ";" 2>/dev/null | wc -l)"; echo --`,
  `${files} -name "*${sidecarSuffix}" -size -9k -print0 2>/dev/null | head -z -n ${String(mostFiles)} | xargs -0 -r grep -asHZ -m 1 -e ""`,
  `if [ "$w" = own ]; then ${ollamas}; else set -- "$1/models/ollama/models/manifests" "$1/ollama/models/manifests"; fi`,
  `${files} -size -9k -print0 2>/dev/null | head -z -n 200 | xargs -0 -r grep -asHZ -m 1 -e ""; exit 0`,
].join('; ');

/** The reads of it: for the login user, and for the volume. */
export function listReads(more: readonly string[]): { readonly own: ArgvRead; readonly volume: ArgvRead } {
  const of = (what: string, folders: readonly string[], sudo: boolean): ArgvRead =>
    argv(['sh', '-c', listScript, 'jetfleet-models', what, ...folders], { sudo });
  return { own: of('own', more, false), volume: of('volume', [], true) };
}

/** `models--owner--name/snapshots/REVISION/...` of the hub's cache. */
function hubOrigin(path: string): ModelOrigin | undefined {
  const [, owner, name, revision] = /\/models--([^/]+?)--([^/]+)\/snapshots\/([0-9a-f]{40})\//.exec(path) ?? [];
  return name === undefined
    ? undefined
    : { name: cleanName(`${owner ?? ''}/${name}`), revision: revision?.slice(0, 12) };
}

function ollamaModel(path: string, text: string): FoundModel | undefined {
  const [, library = '', name = '', tag = ''] = /\/manifests\/[^/]+\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (tag === '') return undefined;
  const layers = [...text.matchAll(/\{[^{}]*\}/g)].map(([layer]) => layer);
  const sizes = layers.map((layer) => Number(/"size" ?: ?(\d{1,15})[,}]/.exec(layer)?.[1] ?? 0));
  const weights = layers.find((layer) => layer.includes('application/vnd.ollama.image.model"'));
  const sha256 = /"sha256:([0-9a-f]{64})"/.exec(weights ?? '')?.[1];
  const whole = `${library === 'library' ? '' : `${library}/`}${name}:${tag}`;
  return {
    path,
    sizeBytes: sizes.reduce((sum, size) => sum + size, 0),
    modified: 0,
    format: 'ollama',
    isPart: false,
    sidecar: undefined,
    origin: { name: cleanName(whole), sha256 },
  };
}

const besides = (path: string): string => path.slice(0, -sidecarSuffix.length);

/** What one run of the script printed. */
export function parseListing({ text }: ArgvAnswer): Listing {
  const [head = '', tail = ''] = text.split(/^--$/m);
  const notes = tail.split('\n').flatMap((line): (readonly [string, string])[] => {
    const nul = line.indexOf('\0');
    return nul < 1 ? [] : [[line.slice(0, nul), line.slice(nul + 1)]];
  });
  const sidecars = new Map(
    notes.filter(([path]) => path.endsWith(sidecarSuffix)).map(([path, note]) => [besides(path), note]),
  );
  const seen = new Set<string>();
  const rows = head.split('\n').flatMap((line): FoundModel[] => {
    const [, size, modified, inode = '', path = ''] = /^(\d{1,15}) (\d{1,12}) (\d+:\d+) (\/.*)$/.exec(line) ?? [];
    // One file under two names: folders that lead to each other, snapshots of one repository.
    if (path === '' || seen.has(inode)) return [];
    seen.add(inode);
    const isPart = path.endsWith(partSuffix);
    return [
      {
        path,
        sizeBytes: Number(size),
        modified: Number(modified),
        format: formatOf(fileName(isPart ? path.slice(0, -partSuffix.length) : path)),
        isPart,
        sidecar: parseSidecar(sidecars.get(path) ?? ''),
        origin: hubOrigin(path),
      },
    ];
  });
  const ollama = notes
    .filter(([path]) => !path.endsWith(sidecarSuffix))
    .flatMap(([path, note]) => ollamaModel(path, note) ?? []);
  const oddNames = Number(/^odd (\d{1,6})$/m.exec(head)?.[1] ?? 0);
  return { models: [...rows, ...ollama], oddNames, isCut: head.split('\n').length > mostFiles };
}
