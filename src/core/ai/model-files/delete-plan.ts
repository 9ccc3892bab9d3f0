import { z } from 'zod';
import { sizeWords } from '../../docker/image-state.js';
import { Failure } from '../../errors.js';
import { argv, defineProbe, type ArgvRead, type Probe } from '../../probe/probe.js';
import { modelFolders, volumeFolder } from './model-folders.js';
import { fileName, isModelPart, modelEndings } from './model-name.js';
import { partSuffix } from './sidecar.js';

/** What model_delete answers. */
export const deletedData = z.object({
  what: z.string(),
  freedBytes: z.number().optional(),
  says: z.string(),
});
export type Deleted = z.output<typeof deletedData>;

/** What stands at a path. */
export interface ToDelete {
  readonly kind: 'file' | 'folder' | 'link' | 'nothing';
  /** The path leads through a link. */
  readonly isLinked: boolean;
  readonly bytes: number;
  readonly files: number;
  /** Folders in it that hold models. */
  readonly modelFolders: number;
  /** It lies below a folder of models. */
  readonly isPlaced: boolean;
  readonly hasSidecar: boolean;
  /** The login user may remove it. */
  readonly writable: boolean;
}

const names = modelEndings.map((ending) => `-name "*.${ending}"`).join(' -o ');

/** Without single quotes, backslashes and newlines, as every text that a login shell passes on. Arguments: the path, `own` or `volume`. */
export const lookScript = [
  'export LC_ALL=C; p=$1; r=$(readlink -f -- "$p"); [ "$r" = "$p" ] || echo linked; if [ -L "$p" ]; then echo "kind link"; elif [ -d "$p" ]; then echo "kind folder"; elif [ -f "$p" ]; then echo "kind file"; else exit 0; fi',
  `echo "kib $(du -skx -- "$p" | cut -f 1)"; echo "files $(find "$p" -xdev -type f 2>/dev/null | head -n 100000 | wc -l)"; echo "folders $(find "$p" -xdev "(" ${names} ")" -print0 2>/dev/null | xargs -0 -r dirname -z -- | sort -zu | tr -dc "[:cntrl:]" | wc -c)"`,
  'd=${p%/*}; if [ -w "${d:-/}" ]; then echo writable; fi; if [ -f "$p.jetfleet.json" ]; then echo sidecar; fi',
  `if [ "$2" = volume ]; then ${volumeFolder}; set -- "$v"; else set -- ${modelFolders}; fi; for f in "$@"; do f=$(readlink -f -- "$f") && case $r in "$f"/?*) echo placed;; esac; done; exit 0`,
].join('; ');

/** Looks at what is to be removed; as root in the volume of endpoints' models. */
export function deleteProbe(path: string, asRoot: boolean): Probe<ToDelete, { look: ArgvRead }> {
  const look = argv(['sh', '-c', lookScript, 'jetfleet-look', path, asRoot ? 'volume' : 'own'], { sudo: asRoot });
  return defineProbe({
    name: 'model-to-delete',
    reads: { look },
    parse: ({ look: { text } }) => {
      const number = (key: string): number => Number(new RegExp(`^${key} (\\d{1,12})$`, 'm').exec(text)?.[1] ?? 0);
      const has = (word: string): boolean => new RegExp(`^${word}$`, 'm').test(text);
      const kinds = ['file', 'folder', 'link'] as const;
      return {
        kind: kinds.find((kind) => has(`kind ${kind}`)) ?? 'nothing',
        isLinked: has('linked'),
        bytes: number('kib') * 1024,
        files: number('files'),
        modelFolders: number('folders'),
        isPlaced: has('placed'),
        hasSidecar: has('sidecar'),
        writable: has('writable'),
      };
    },
  });
}

/** Prints which processes have a large file of it in their memory. Argument: the path. */
export const busyScript =
  'find -H "$1" -xdev -type f -size +1000k -exec stat -c " %i " {} + 2>/dev/null | head -n 200 | grep -lsF -f - /proc/[0-9]*/maps | head -n 20; exit 0';

/** How many processes have files of it in their memory; undefined where root cannot look. */
export function busyProbe(path: string): Probe<number | undefined, { busy: ArgvRead }> {
  return defineProbe({
    name: 'model-in-memory',
    reads: { busy: argv(['sh', '-c', busyScript, 'jetfleet-busy', path], { sudo: true }) },
    parse: ({ busy }) => (busy.status === 'ok' ? [...busy.text.matchAll(/^\/proc\/\d+\/maps$/gm)].length : undefined),
  });
}

const refuse = (message: string, hint: string): Failure =>
  new Failure('invalid_input', `path: ${message}`, { hint, retry: 'yes' });

const isHubFolder = (path: string): boolean => /^models--[^/]+--[^/]+$/.test(fileName(path));

/** Refuses what is not one model. */
export function checkOneModel(path: string, found: ToDelete): void {
  const { kind, isPlaced, hasSidecar, isLinked } = found;
  const list = 'model_list names what can be removed.';
  if (kind === 'nothing') throw refuse('there is nothing there.', list);
  if (kind === 'link')
    throw refuse(
      'this is a link, and removing it frees nothing.',
      "Of the hub's cache name the folder models--owner--name, else what the link leads to.",
    );
  if (isLinked) throw refuse('a folder in it is a link.', 'Name the path that it leads to, without links.');
  if (!isPlaced && !hasSidecar)
    throw refuse(
      'it lies in no folder of models, and jetfleet did not put it there.',
      `${list} Other files are removed by command_run.`,
    );
  const name = fileName(path);
  if (kind === 'file' && !isModelPart(name.endsWith(partSuffix) ? name.slice(0, -partSuffix.length) : name))
    throw refuse('this is no model file by its name.', list);
  if (kind === 'folder' && !isHubFolder(path) && found.modelFolders !== 1)
    throw refuse(
      found.modelFolders === 0 ? 'there is no model in that folder.' : 'there is more than one model in that folder.',
      `Name one file, or the folder of one model. ${list}`,
    );
}

/** Container names that may stand in a sentence of ours. */
const plain = /^[a-zA-Z0-9][\w.-]{0,100}$/;

/** Refuses what is in use. */
export function checkUnused(users: readonly string[], processes: number | undefined): void {
  const named = users.filter((name) => plain.test(name)).join(', ');
  if (users.length > 0)
    throw new Failure('invalid_input', `path: a container uses it${named === '' ? '' : `: ${named}`}.`, {
      hint: 'Stop it first (ai_stop, container_control), or leave the model.',
      retry: 'yes',
    });
  if (processes !== undefined && processes > 0)
    throw new Failure(
      'invalid_input',
      `path: ${processes === 1 ? 'a process has' : `${processes} processes have`} it in memory.`,
      {
        hint: 'ai_list and system_processes show what runs; stop it first.',
        retry: 'yes',
      },
    );
}

/** What will happen, in a few sentences. */
export function deleteSays(
  path: string,
  { kind, bytes, files }: ToDelete,
  seen: { readonly mayUse: readonly string[]; readonly usersKnown: boolean; readonly asRoot: boolean },
): string {
  const what = kind === 'folder' ? `the folder ${path} with ${files} files` : path;
  const may = seen.mayUse.filter((name) => plain.test(name));
  const caution = may.length === 0 ? '' : ` Its folder is also in ${may.join(', ')}, which may use it.`;
  const blind = seen.usersKnown ? '' : ' Whether a container uses it could not be seen.';
  return `Removes ${what}${seen.asRoot ? ' as root' : ''}: ${sizeWords(bytes)} are freed. It is not kept.${caution}${blind}`;
}
