import { z } from 'zod';
import { Failure } from '../../errors.js';
import type { JobReport } from '../../jobs/job-probe.js';
import { jobSentence } from '../../jobs/job-data.js';
import { present } from '../../linux/present.js';
import { builtForData } from './sidecar.js';

/** What model_convert answers. */
export const convertedData = z.object({
  path: z.string(),
  sizeBytes: z.number().optional(),
  sha256: z.string().optional(),
  builtFor: builtForData.optional().describe('It runs on no other.'),
  throughput: z.number().optional().describe('Inferences a second, as trtexec measured.'),
  latencyMs: z.number().optional().describe('Mean, without copying.'),
  says: z.string(),
});
export type Converted = z.output<typeof convertedData>;

/** What trtexec printed. */
export interface TrtexecOutcome {
  readonly passed: boolean | undefined;
  /** `10.3.0` */
  readonly tensorrt?: string | undefined;
  readonly throughput?: number | undefined;
  readonly latencyMs?: number | undefined;
}

const decimal = (text: string, pattern: RegExp): number | undefined => {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
};

/** `v100300` is 10.3.0, `v8502` is 8.5.2: two digits each, and one each before 10. */
function versionOf(digits: string | undefined): string | undefined {
  if (digits === undefined) return undefined;
  const parts =
    digits.length >= 5
      ? [digits.slice(0, -4), digits.slice(-4, -2), digits.slice(-2)]
      : [digits.slice(0, 1), digits.slice(1, 2), digits.slice(2)];
  return parts.map(Number).join('.');
}

/** Reads what trtexec prints at its end. */
export function parseTrtexec(text: string): TrtexecOutcome {
  const last = [...text.matchAll(/^&&&& (PASSED|FAILED) TensorRT\.trtexec \[TensorRT v(\d{4,7})\]/gm)].at(-1);
  return present({
    passed: last === undefined ? undefined : last[1] === 'PASSED',
    tensorrt: versionOf(last?.[2]),
    throughput: decimal(text, /\] Throughput: (\d+(?:\.\d+)?) qps/),
    latencyMs: decimal(text, /\] GPU Compute Time: .*?\bmean = (\d+(?:\.\d+)?) ms/),
  });
}

/** How far it is, in words; undefined where its output does not tell. */
export function convertProgress(text: string): string | undefined {
  if (/^jetfleet-hashing$/m.test(text)) return 'reads what was made for its SHA-256';
  const [, at, of] = [...text.matchAll(/^\[ *(\d{1,5})\/ *(\d{1,5})\] /gm)].at(-1) ?? [];
  if (at !== undefined) return `quantises tensor ${at} of ${of ?? ''}`;
  if (/Starting inference|Warmup completed/.test(text)) return 'measures the engine';
  if (/Start parsing network model|Finished parsing network model|Engine generation|Local timing cache/.test(text))
    return 'builds the engine, which takes minutes to an hour';
  return undefined;
}

const reasons: readonly (readonly [RegExp, string, string])[] = [
  [
    /requantizing from type/,
    'The file is quantised already, and to do it again costs quality.',
    'Take an F16 or BF16 file, or give requantise: true.',
  ],
  [
    /invalid ftype|unknown (?:quantization|type)/i,
    'This llama-quantize does not know that type.',
    'Take another quantisation, or a newer image.',
  ],
  [/importance matrix/i, 'This type needs an importance matrix.', 'Take a K type, such as Q4_K_M.'],
  [
    /No importer registered for op|UNSUPPORTED_NODE|unsupported ONNX|INVALID_NODE/i,
    'TensorRT does not know an operator of this model.',
    'Export it with another opset, or simplify it (onnxsim).',
  ],
  [
    /dynamic (?:shape|input)|optimization profile|min.?Shapes|profile .*not.*defined/i,
    'The model has inputs of open size.',
    'Give shapes: min, opt and max for each such input.',
  ],
  [
    /out of memory|OutOfMemory|NvMapMemAlloc|Cuda Runtime \(out|insufficient memory|std::bad_alloc|Killed/i,
    'There was not enough memory.',
    'Stop what runs (ai_list, container_list), or give workspaceMb a smaller value.',
  ],
  [/no space left/i, 'The disk is full.', 'model_delete makes room.'],
  [
    /no kernel image|insufficient for CUDA runtime|libcuda\.so|libnvinfer[^ ]*: cannot open/i,
    'The program does not fit the driver of this board.',
    'ai_match names images that fit.',
  ],
  [
    /executable file not found|no such file or directory: unknown|exec: /i,
    'The image has no such program.',
    'Name another image: llama.cpp for GGUF, TensorRT for engines (ai_match).',
  ],
  [/permission denied/i, 'A right is missing.', 'The folder of the model has to be writable for the login user.'],
];

/** The SHA-256 of what was made by a job that is through. Throws with the reason where nothing was. */
export function convertedHash({ text, ...job }: JobReport): string {
  const [, word, hash = ''] = [...text.matchAll(/^jetfleet-end ([a-z-]+)(?: (\S+))?$/gm)].at(-1) ?? [];
  if (word === 'ok' && /^[0-9a-f]{64}$/.test(hash)) return hash;
  if (word === 'exists')
    throw new Failure('command_failed', 'There is a file of that name already.', {
      hint: 'Give another name.',
      retry: 'no',
    });
  const found =
    word === undefined && job.state !== 'exited' ? undefined : reasons.find(([pattern]) => pattern.test(text));
  const [, message, hint] = found ?? [
    undefined,
    `The file was not made. ${jobSentence(job)}`,
    'job_output with the id of this change shows what was printed.',
  ];
  throw new Failure('command_failed', message, { hint, retry: 'no' });
}
