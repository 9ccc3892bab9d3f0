import { Failure } from '../../errors.js';

/** Kinds of files that hold models, and what belongs to them. */
export const modelFormats = ['gguf', 'safetensors', 'onnx', 'engine', 'other'] as const;
export type ModelFormat = (typeof modelFormats)[number];

const formats: Readonly<Record<string, ModelFormat>> = {
  gguf: 'gguf',
  safetensors: 'safetensors',
  onnx: 'onnx',
  engine: 'engine',
  plan: 'engine',
  trt: 'engine',
};

/** The endings of files that are models by themselves. */
export const modelEndings = Object.keys(formats);

const parts =
  /\.(?:gguf|safetensors|onnx|onnx_data|data|engine|plan|trt|cache|bin|pt|ckpt|json|jinja|txt|model|tiktoken|npz|tflite|md)$/i;

/** The format of a file by its name. */
export function formatOf(name: string): ModelFormat {
  return formats[/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''] ?? 'other';
}

/** Whether a file is a model, or lies beside one: weights, settings, vocabulary. Nothing that a program would run. */
export const isModelPart = (name: string): boolean => parts.test(name);

const plainName = /^[A-Za-z0-9][A-Za-z0-9 _.+()=@-]{0,199}$/;

/** The name that a model file is given on a device. Throws where it would be none. */
export function checkedName(name: string, argument: string): string {
  if (plainName.test(name) && isModelPart(name) && !name.includes('..')) return name;
  throw new Failure(
    'invalid_input',
    `${argument}: a model file is named by letters, digits and . _ + ( ) = @ - and ends in .gguf, .safetensors, .onnx, .engine, .json and the like.`,
    { hint: `Give ${argument} as it is to be called on the device, such as qwen3-4b-q4_k_m.gguf.`, retry: 'yes' },
  );
}

/** Last word of a path. */
export const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
/** Folder of a path. */
export const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '/';
/** A name in a folder. */
export const within = (folder: string, name: string): string => `${folder === '/' ? '' : folder}/${name}`;
