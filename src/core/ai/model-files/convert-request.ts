import { Failure } from '../../errors.js';
import { checkedName, fileName, formatOf } from './model-name.js';

/** Types of weights that llama-quantize makes. */
export const quantisations = [
  ...(['Q8_0', 'Q6_K', 'Q5_K_M', 'Q5_K_S', 'Q5_0', 'Q4_K_M', 'Q4_K_S', 'Q4_0', 'Q3_K_L', 'Q3_K_M', 'Q3_K_S'] as const),
  ...(['Q2_K', 'IQ4_NL', 'IQ4_XS', 'IQ3_M', 'IQ3_S', 'IQ3_XXS', 'IQ2_M', 'F16', 'BF16'] as const),
] as const;

/** Arithmetic that a TensorRT engine may use. */
export const precisions = ['fp32', 'fp16', 'bf16', 'int8', 'fp8', 'best'] as const;

/** What is to be made of a model file. */
export interface ConvertWish {
  readonly path: string;
  readonly name?: string | undefined;
  readonly quantisation?: (typeof quantisations)[number] | undefined;
  readonly requantise: boolean;
  readonly precision: (typeof precisions)[number];
  readonly shapes?:
    | { readonly min?: string | undefined; readonly opt?: string | undefined; readonly max?: string | undefined }
    | undefined;
  readonly workspaceMb?: number | undefined;
}

const refuse = (message: string, hint: string): Failure =>
  new Failure('invalid_input', message, { hint, retry: 'yes' });

/** `model-q8_0` becomes `model`. */
const withoutType = (stem: string): string => stem.replace(/[-._](?:f16|f32|bf16|i?q\d[\w]*)$/i, '');

/** Which of the two it is, and the name of what is made. Throws where it is neither. */
export function conversion({ path, name, quantisation, precision }: ConvertWish): {
  readonly kind: 'engine' | 'gguf';
  readonly name: string;
} {
  const own = fileName(path);
  const stem = own.replace(/\.[^.]*$/, '');
  const format = formatOf(own);
  if (format === 'onnx') {
    const as = checkedName(name ?? `${stem}-${precision}.engine`, 'name');
    if (formatOf(as) === 'engine') return { kind: 'engine', name: as };
    throw refuse('name: an engine of TensorRT ends in .engine.', 'Correct name, or leave it away.');
  }
  if (format !== 'gguf')
    throw refuse(
      'path: an ONNX file becomes a TensorRT engine, and a GGUF file is quantised; this is neither.',
      'model_list shows the files.',
    );
  if (quantisation === undefined) throw refuse('quantisation: it is not given.', `One of ${quantisations.join(', ')}.`);
  const as = checkedName(name ?? `${withoutType(stem)}-${quantisation}.gguf`, 'name');
  if (formatOf(as) !== 'gguf' || as === own)
    throw refuse('name: it ends in .gguf, and is another than that of the file.', 'Correct name.');
  return { kind: 'gguf', name: as };
}

/** Before 8.4 trtexec has another word for it. */
function workspace(mb: number | undefined, tensorrt: string | undefined): string[] {
  const [major = 99, minor = 0] = (tensorrt ?? '')
    .split('.')
    .filter((part) => part !== '')
    .map(Number);
  if (mb === undefined) return [];
  return [major < 8 || (major === 8 && minor < 4) ? `--workspace=${mb}` : `--memPoolSize=workspace:${mb}`];
}

/** The words after the program that makes an engine. */
export function trtexecWords(
  { precision, shapes = {}, workspaceMb }: ConvertWish,
  from: string,
  to: string,
  tensorrt: string | undefined,
): string[] {
  const { min, opt, max } = shapes;
  const all = Object.entries({ minShapes: min, optShapes: opt, maxShapes: max });
  return [
    `--onnx=${from}`,
    `--saveEngine=${to}`,
    ...(precision === 'fp32' ? [] : [`--${precision}`]),
    ...all.flatMap(([key, value]) => (value === undefined ? [] : [`--${key}=${value}`])),
    ...workspace(workspaceMb, tensorrt),
  ];
}

/** The words after the program that quantises. */
export function quantizeWords(
  { quantisation = 'Q4_K_M', requantise }: ConvertWish,
  from: string,
  to: string,
): string[] {
  return [...(requantise ? ['--allow-requantize'] : []), from, to, quantisation];
}
