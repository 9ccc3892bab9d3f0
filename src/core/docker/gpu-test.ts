import { z } from 'zod';
import { present } from '../linux/present.js';
import type { Argv } from '../command.js';
import { gpuPython, gpuScript } from './gpu-script.js';
import { runArgv, type EngineCli } from './run-argv.js';
import { ownLabel } from './container-spec.js';

/** How far a container came with the GPU; each stands on the one before. */
export const gpuLevels = ['nothing', 'device files', 'driver', 'memset', 'kernel'] as const;

/** What gpu_test answers. */
export const gpuTestData = z.object({
  image: z.string(),
  level: z.enum(gpuLevels).describe('How far it came.'),
  usesGpu: z.boolean().optional().describe('Absent where this image cannot prove it.'),
  cuda: z.string().optional().describe("The driver's."),
  sm: z.string().optional(),
  says: z.string(),
});
export type GpuTest = z.output<typeof gpuTestData>;

/** The command line that runs the test in an image, in the foreground, and leaves nothing behind. */
export function gpuTestArgv(image: string, change: string, cli: EngineCli): Argv {
  const { argv } = runArgv(
    {
      name: `jetfleet-gpu-test-${change}`,
      image,
      entrypoint: 'sh',
      command: ['-c', gpuScript, 'jetfleet-gpu-test', gpuPython],
      gpu: true,
      env: {},
      ports: [],
      mounts: [],
      devices: [],
      restart: 'no',
      labels: { [ownLabel]: change },
      network: 'none',
      pull: 'never',
    },
    cli,
  );
  const [program, ...words] = argv;
  return [program, ...words.map((word, index) => (index === 1 && word === '--detach' ? '--rm' : word))];
}

const said = (output: string, key: string): string | undefined =>
  new RegExp(`^jetfleet ${key} ([\\w./-]{1,60})\\s*$`, 'm').exec(output)?.[1];

/** What the driver's codes mean, of those that a container on a Jetson meets. */
const codes: Readonly<Record<string, string>> = {
  '2': 'out of memory',
  '3': 'not initialized',
  '35': 'the driver is older than CUDA in the image',
  '100': 'no GPU',
  '101': 'no such GPU',
  '218': 'the code could not be compiled',
  '222': 'the compiler in the driver is older than the code',
  '304': 'an operating system call failed: rights of the device files',
  '801': 'not supported',
  '803': "the driver's parts do not fit each other: libraries of another L4T",
  '999': 'unknown',
  '99999': 'what was read back is wrong',
};
const codeWords = (code: string | undefined): string =>
  `code ${code ?? '-'}${codes[code ?? ''] ? ` (${codes[code ?? ''] ?? ''})` : ''}`;

/** What the output of a test proves, and what it does not. */
export function gpuTestOf(image: string, output: string): GpuTest {
  const [init, count, version, sm, context, alloc, memset, kernel] = [
    ...['init', 'count', 'version', 'sm', 'context', 'alloc', 'memset', 'kernel'],
  ].map((key) => said(output, key));
  const hasFiles = said(output, 'device') !== undefined;
  const cuda = version === undefined ? undefined : Number(version);
  const common = present({
    image,
    cuda:
      cuda === undefined || Number.isNaN(cuda)
        ? undefined
        : `${Math.floor(cuda / 1000)}.${Math.floor((cuda % 1000) / 10)}`,
    sm: /^\d{1,2}\.\d$/.test(sm ?? '') ? sm : undefined,
  });
  const told = (level: GpuTest['level'], usesGpu: boolean | undefined, says: string): GpuTest =>
    present({ ...common, level, usesGpu, says });
  if (kernel === '0')
    return told('kernel', true, 'A kernel was compiled for this GPU, ran on it, and what it wrote was read back.');
  if (memset === '0')
    return told(
      'memset',
      true,
      `The GPU filled memory, which was read back. A kernel did not run: ${codeWords(kernel)}.`,
    );
  if (init === '0' && count !== '0')
    return told(
      'driver',
      false,
      `The driver answers and sees the GPU, and work on it fails: ${codeWords([context, alloc, memset].find((code) => code !== '0'))}. Programs would end, or fall back to the CPU.`,
    );
  if (init !== undefined || said(output, 'driver') === 'absent') {
    const why =
      init === undefined
        ? 'libcuda.so.1 cannot be loaded'
        : `it does not start, ${codeWords(init === '0' ? '100' : init)}`;
    return told(
      hasFiles ? 'device files' : 'nothing',
      false,
      `No CUDA driver in the container: ${why}. Programs in this image fall back to the CPU.`,
    );
  }
  return withoutPython(output, hasFiles, told);
}

function withoutPython(
  output: string,
  hasFiles: boolean,
  told: (level: GpuTest['level'], usesGpu: boolean | undefined, says: string) => GpuTest,
): GpuTest {
  const more = 'This image has no Python to ask the driver with; give an image that has it for a proof.';
  if (said(output, 'smi') === 'yes')
    return told(
      'driver',
      undefined,
      `nvidia-smi sees the GPU: the driver answers. That work runs on it is not proven. ${more}`,
    );
  if (hasFiles && said(output, 'library') === 'yes')
    return told(
      'device files',
      undefined,
      `The runtime gave the container the GPU's device files and the driver's library. That they work is not proven. ${more}`,
    );
  if (hasFiles)
    return told(
      'device files',
      false,
      "The runtime gave device files, and no driver's library is to be seen: programs fall back to the CPU.",
    );
  return told(
    'nothing',
    false,
    'Nothing of the GPU is in the container: programs in it run on the CPU. docker_status tells about the NVIDIA runtime.',
  );
}

/** Names by which images for Jetsons go, the most telling first: those that bring Python come before those that may not. */
const likely: readonly RegExp[] = [
  /l4t-(?:ml|pytorch|tensorflow|jetpack|cuda|tensorrt|base)/,
  /^(?:docker\.io\/)?dustynv\//,
  /nvidia-ai-iot\//,
  /^nvcr\.io\/nvidia\//,
  /(?:cuda|vllm|torch|tensorrt|llama|sglang|mlc|ollama)/,
];

/** Of the images that are there, the one that most likely has what the test needs; undefined where none looks like it. */
export function gpuTestImage(names: readonly string[]): string | undefined {
  for (const pattern of likely) {
    const found = [...names].sort().find((name) => pattern.test(name));
    if (found !== undefined) return found;
  }
  return undefined;
}
