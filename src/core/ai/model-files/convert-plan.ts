import { sizeWords } from '../../docker/image-state.js';
import { Failure } from '../../errors.js';
import { parseMeminfo } from '../../linux/meminfo.js';
import { argv, defineProbe, exists, type Answers } from '../../probe/probe.js';
import { builtForOf, builtForReads } from './built-for.js';
import { boxFolder, boxWords, type ConvertBox } from './convert-job.js';
import { quantizeWords, trtexecWords, type ConvertWish } from './convert-request.js';
import { fileName, parentOf, within } from './model-name.js';
import { partSuffix, type BuiltFor, type SidecarFacts } from './sidecar.js';
import type { Argv } from '../../command.js';

/** Where JetPack puts trtexec; no login shell's PATH has it. */
const hostTrtexec = '/usr/src/tensorrt/bin/trtexec';

const reads = {
  ...builtForReads,
  trtexec: exists(hostTrtexec),
  quantize: argv(['sh', '-c', 'command -v llama-quantize', 'jetfleet-which']),
  uid: argv(['id', '-u']),
  gid: argv(['id', '-g']),
};

/** What a device brings for making models. */
export interface ConvertFacts {
  readonly board: Omit<BuiltFor, 'image'>;
  readonly hasTrtexec: boolean;
  readonly hasQuantize: boolean;
  readonly uid: string;
  readonly gid: string;
  readonly availableBytes: number | undefined;
}

/** Looks for the programs, the versions that an engine is tied to, and the memory. */
export const convertProbe = defineProbe({
  name: 'model-convert',
  reads,
  parse: (answers: Answers<typeof reads>): ConvertFacts => {
    const id = ({ text }: { readonly text: string }): string => /^\d{1,10}$/.exec(text.trim())?.[0] ?? '65534';
    return {
      board: builtForOf(answers),
      hasTrtexec: answers.trtexec,
      hasQuantize: answers.quantize.status === 'ok',
      uid: id(answers.uid),
      gid: id(answers.gid),
      availableBytes: parseMeminfo(answers.meminfo.text).values.get('MemAvailable'),
    };
  },
});

/** How it is to be made. */
export interface ConvertHow {
  readonly kind: 'engine' | 'gguf';
  /** Of what is made. */
  readonly path: string;
  readonly sizeBytes: number;
  /** In an image; undefined for a program of the host. */
  readonly box?: Omit<ConvertBox, 'program' | 'gpu' | 'uid' | 'gid'> & { readonly hasNvidia: boolean };
}

/** Throws where neither the host nor an image has the program. */
export function checkProgram({ kind, box }: ConvertHow, { hasTrtexec, hasQuantize }: ConvertFacts): void {
  if (box === undefined && !(kind === 'engine' ? hasTrtexec : hasQuantize))
    throw new Failure(
      'unsupported',
      `The device has no ${kind === 'engine' ? 'trtexec' : 'llama-quantize'} of its own.`,
      {
        hint:
          kind === 'engine'
            ? 'Install TensorRT (ai_install), or give image: one that has trtexec.'
            : 'Give image: one of llama.cpp that fits the board (ai_match with engine llama.cpp names it).',
        retry: 'yes',
      },
    );
  if (box !== undefined && kind === 'engine' && !box.hasNvidia)
    throw new Failure(
      'unsupported',
      'The container engine does not know the NVIDIA runtime, and an engine is built on the GPU.',
      {
        hint: 'docker_setup makes it work.',
        retry: 'no',
      },
    );
}

/** What building takes beside the weights; less, and it ends with an error or takes the board down. */
const spareBytes = { engine: 1.5e9, gguf: 0.7e9 } as const;

/** Throws where there is not enough memory by any measure. */
export function checkMemory({ kind, sizeBytes }: ConvertHow, { availableBytes }: ConvertFacts): void {
  // Building holds the weights, and the engine while it is written; quantising goes tensor by tensor.
  const need = kind === 'engine' ? sizeBytes * 2 + spareBytes.engine : spareBytes.gguf;
  if (availableBytes === undefined || availableBytes >= need) return;
  throw new Failure(
    'invalid_input',
    `The device has ${sizeWords(availableBytes)} of memory free; this takes about ${sizeWords(need)}.`,
    {
      hint: 'Stop what runs (ai_list, container_list), or convert on a larger board: an engine on one of the same SM and TensorRT only.',
      retry: 'yes',
    },
  );
}

/** The program in an image: most have it on their PATH. */
function programIn(image: string, kind: ConvertHow['kind']): string {
  if (kind === 'gguf')
    return /^(?:ghcr\.io\/)?ggml-org\/llama\.cpp[:@]/.test(image) ? '/app/llama-quantize' : 'llama-quantize';
  return /nvcr\.io\/nvidia\/tensorrt[:@]/.test(image) ? 'trtexec' : hostTrtexec;
}

/** The words that make the file. */
export function convertArgv(wish: ConvertWish, { kind, path, box }: ConvertHow, facts: ConvertFacts): Argv {
  const words = (from: string, to: string): string[] =>
    kind === 'engine'
      ? trtexecWords(wish, from, to, box === undefined ? facts.board.tensorrt : undefined)
      : quantizeWords(wish, from, to);
  const part = `${path}${partSuffix}`;
  if (box === undefined) return [kind === 'engine' ? hostTrtexec : 'llama-quantize', ...words(wish.path, part)];
  const folder = parentOf(path);
  if (/[,"]/.test(folder))
    throw new Failure(
      'invalid_input',
      'path: a folder that a container is given has no commas and quotes in its name.',
      { retry: 'yes' },
    );
  const { cli, image, name, hasNvidia } = box;
  const { uid, gid } = facts;
  const args = words(within(boxFolder, fileName(wish.path)), within(boxFolder, fileName(part)));
  return boxWords({ cli, image, name, program: programIn(image, kind), gpu: hasNvidia, uid, gid }, folder, args);
}

/** What is told of the file beside it. */
export function convertFacts(wish: ConvertWish, { kind, box }: ConvertHow, { board }: ConvertFacts): SidecarFacts {
  if (kind === 'gguf') return { source: wish.path, made: wish.quantisation };
  const { tensorrt, ...rest } = board;
  const builtFor =
    box === undefined ? { ...rest, ...(tensorrt !== undefined && { tensorrt }) } : { ...rest, image: box.image };
  return { source: wish.path, made: wish.precision, builtFor };
}

/** What will happen, in a few sentences. */
export function convertSays(
  wish: ConvertWish,
  { kind, path, sizeBytes, box }: ConvertHow,
  { board }: ConvertFacts,
): string {
  const where = box === undefined ? 'by the program of the device' : `in a container of ${box.image}, without network`;
  if (kind === 'gguf')
    return `Quantises ${wish.path} (${sizeWords(sizeBytes)}) to ${wish.quantisation ?? ''} as ${path}, ${where}, as a job that takes minutes.`;
  const tied = [
    board.l4t && `L4T ${board.l4t}`,
    box === undefined && board.tensorrt && `TensorRT ${board.tensorrt}`,
    board.sm && `SM ${board.sm}`,
  ]
    .filter(Boolean)
    .join(', ');
  return `Builds a TensorRT engine (${wish.precision}) of ${wish.path} (${sizeWords(sizeBytes)}) as ${path}, ${where}, as a job that takes minutes to an hour and the whole GPU. It runs only on ${tied === '' ? 'this board and its software' : tied}.`;
}
