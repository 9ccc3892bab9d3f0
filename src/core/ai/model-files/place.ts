import { Failure } from '../../errors.js';
import { sizeWords } from '../../docker/image-state.js';
import { isoOfMs } from '../../iso-time.js';
import { normalPath } from '../../policy/protected-paths.js';
import { argv, defineProbe, type ArgvRead, type Probe } from '../../probe/probe.js';
import { within } from './model-name.js';
import { parseSidecar, type Sidecar } from './sidecar.js';

/** A file that is there. */
export interface PresentModel {
  readonly sizeBytes: number;
  /** Seconds since 1970. */
  readonly modified: number;
}

/** Where a model file is to lie, and what is there. */
export interface Place {
  /** The folder as asked for, or the one that is chosen where none was. */
  readonly folder: string;
  readonly path: string;
  readonly folderIsThere: boolean;
  /** The nearest folder that is there: the folder, or one above. */
  readonly base: string;
  readonly writable: boolean;
  readonly freeBytes: number | undefined;
  readonly file: PresentModel | 'no file' | undefined;
  /** Of a download or a copy that was cut. */
  readonly partBytes: number;
  readonly sidecar: Sidecar | undefined;
}

/** Without single quotes, backslashes and newlines, as every text that a login shell passes on. Arguments: the folder or `-`, the name. */
export const placeScript = [
  // What echo makes of a backslash differs.
  'out() { printf "%s" "$*"; echo; }; f=$1; if [ "$f" = - ]; then if [ -d /data/models ] && [ -w /data/models ]; then f=/data/models; else f=$HOME/models; fi; fi',
  'd=$f; while [ "$d" ] && [ ! -d "$d" ]; do d=${d%/*}; done; d=${d:-/}; out "folder $f"; out "base $d"; if [ -w "$d" ] && [ -x "$d" ]; then echo "writable yes"; fi',
  'out "df $(df -Pk "$d" | tail -n 1)"; p=${f%/}/$2; if [ -f "$p" ]; then out "file $(stat -L -c "%s %Y" "$p")"; elif [ -e "$p" ] || [ -L "$p" ]; then out "file none"; fi',
  'if [ -f "$p.jetfleet-part" ]; then out "part $(stat -c %s "$p.jetfleet-part")"; fi; if [ -f "$p.jetfleet.json" ]; then out "side $(head -c 8192 "$p.jetfleet.json" | tr "[:cntrl:]" " ")"; fi',
].join('; ');

function placeOf(text: string, name: string): Place {
  const value = (key: string): string | undefined => new RegExp(`^${key} (.*)$`, 'm').exec(text)?.[1];
  const folder = normalPath(value('folder') ?? '');
  const base = normalPath(value('base') ?? '');
  if (folder === undefined || base === undefined)
    throw new Failure('unparseable', 'The device did not say what is in that folder.', { retry: 'yes' });
  const free = / (\d{1,15}) +\d{1,3}% /.exec(value('df') ?? '')?.[1];
  const [size, modified] = (/^(\d{1,15}) (\d{1,12})$/.exec(value('file') ?? '') ?? []).slice(1).map(Number);
  const has = value('file') !== undefined;
  return {
    folder,
    path: within(folder, name),
    folderIsThere: folder === base,
    base,
    writable: value('writable') === 'yes',
    freeBytes: free === undefined ? undefined : Number(free) * 1024,
    file: size !== undefined && modified !== undefined ? { sizeBytes: size, modified } : has ? 'no file' : undefined,
    partBytes: Number(/^\d{1,15}$/.exec(value('part') ?? '')?.[0] ?? 0),
    sidecar: parseSidecar(value('side') ?? ''),
  };
}

/** Looks at a folder and at a name in it. Where no folder is named it is /data/models, else a folder `models` in the user's home. */
export function placeProbe(folder: string | undefined, name: string): Probe<Place, { place: ArgvRead }> {
  return defineProbe({
    name: 'model-place',
    reads: { place: argv(['sh', '-c', placeScript, 'jetfleet-place', folder ?? '-', name]) },
    parse: ({ place }) => placeOf(place.text, name),
  });
}

/** Of a board's disk, what must stay free. */
const spareBytes = 1e9;

/** Throws where nothing can be put there, or where it does not fit. */
export function checkPlace({ folder, writable, freeBytes, partBytes }: Place, needed: number | undefined): void {
  if (!writable)
    throw new Failure('invalid_input', 'The login user may not write in that folder.', {
      hint: 'Leave folder away for a folder in the home of the user, or have its rights corrected.',
      retry: 'yes',
    });
  const left = needed === undefined ? undefined : Math.max(0, needed - partBytes);
  if (left === undefined || freeBytes === undefined || freeBytes >= left + spareBytes) return;
  throw new Failure(
    'invalid_input',
    `The disk has ${sizeWords(freeBytes)} free there; the file needs ${sizeWords(left)}, and ${sizeWords(spareBytes)} must stay free.`,
    {
      hint: `model_list and model_delete make room (system_storage tells what fills it), or name a folder on another disk${folder.startsWith('/home') ? ', such as an NVMe' : ''}.`,
      retry: 'yes',
    },
  );
}

/** Whether a file is the one that its sidecar tells of, as far as its size shows. */
export function knownHash({ file, sidecar }: Pick<Place, 'file' | 'sidecar'>): string | undefined {
  if (typeof file !== 'object' || sidecar?.sizeBytes !== file.sizeBytes) return undefined;
  // Written to since: what the sidecar tells is of an earlier file.
  const isLater =
    sidecar.date !== undefined && (isoOfMs((file.modified - 60) * 1000) ?? '').slice(0, 19) > sidecar.date;
  return isLater ? undefined : sidecar.sha256;
}
