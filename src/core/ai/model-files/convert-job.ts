import { renderArgv, type Argv } from '../../command.js';
import { sidecarTemplate, writeSidecar, type SidecarFacts } from './sidecar.js';

const title = 'jetfleet-convert';

/**
 * Runs a program that makes a file under another name, and gives it its own where the program succeeds. Without single quotes, backslashes and
 * newlines. Arguments: the path of the file, its sidecar's template, the program with its words.
 */
export const convertScript = [
  'umask 022; export LC_ALL=C; p=$1 t=$1.jetfleet-part side=$2; shift 2; end() { echo "jetfleet-end $*"; exit 3; }',
  writeSidecar,
  '[ ! -e "$p" ] || end exists; rm -f "$t"; "$@"; s=$?; if [ $s != 0 ]; then rm -f "$t"; echo "jetfleet-end failed $s"; exit $s; fi; [ -s "$t" ] || end empty',
  'echo "jetfleet-hashing"; sha=$(sha256sum <"$t") || end no-write; sha=${sha%% *} ok=true; sync "$t"; mv -f "$t" "$p" || end no-write; sidecar || end no-write',
  'chown --reference="${p%/*}" "$p" "$p.jetfleet.json" 2>/dev/null; echo "jetfleet-end ok $sha"; exit 0',
].join('; ');

/** The program of a job that makes a model file. */
export function convertProgram(path: string, facts: SidecarFacts, argv: Argv): readonly ['sh', ...string[]] {
  return ['sh', '-c', convertScript, title, path, sidecarTemplate(facts), ...argv];
}

/** That program as a person reads it; undefined for any other. */
export function shownConvert(words: readonly string[]): string | undefined {
  const [shell, option, script, name, path = '', , ...argv] = words;
  if (shell !== 'sh' || option !== '-c' || script !== convertScript || name !== title) return undefined;
  return `${renderArgv(argv)} (then named ${path}, with its SHA-256 beside it)`;
}

/** In a container: its image and what runs it. */
export interface ConvertBox {
  readonly cli: string;
  readonly image: string;
  /** Name of the container, of the change that makes it. */
  readonly name: string;
  /** The program in the image. */
  readonly program: string;
  readonly gpu: boolean;
  readonly uid: string;
  readonly gid: string;
}

/** Where the folder of the model stands in that container. */
export const boxFolder = '/models';

/** The words that run a program in a container that has the GPU and the folder of the model, and nothing else: no network either. */
export function boxWords(
  { cli, image, name, program, gpu, uid, gid }: ConvertBox,
  folder: string,
  args: readonly string[],
): Argv {
  return [
    cli,
    'run',
    '--rm',
    // As the first process of a container a program is deaf to TERM, and would outlive its job.
    '--init',
    `--name=${name}`,
    ...(gpu
      ? ['--runtime=nvidia', '--env=NVIDIA_VISIBLE_DEVICES=all', '--env=NVIDIA_DRIVER_CAPABILITIES=compute,utility']
      : []),
    '--network=none',
    '--cap-drop=ALL',
    `--user=${uid}:${gid}`,
    `--mount=type=bind,source=${folder},target=${boxFolder}`,
    `--entrypoint=${program}`,
    image,
    ...args,
  ];
}
