import { z } from 'zod';

const versionFile = z.object({ cuda: z.object({ version: z.string().regex(/^\d+(?:\.\d+)+$/) }) });

/** CUDA of `/usr/local/cuda/version.json`, `12.6.11`. */
export function cudaOfJson(text: string): string | undefined {
  try {
    const parsed = versionFile.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.cuda.version : undefined;
  } catch {
    return undefined;
  }
}

/** CUDA of `version.txt`, as JetPack 4 has it: `CUDA Version 10.2.300`. */
export function cudaOfText(text: string): string | undefined {
  return /^CUDA Version (\d+(?:\.\d+)+)/m.exec(text)?.[1];
}

/** CUDA of `nvcc --version`: `12.6.68` of `release 12.6, V12.6.68`. */
export function cudaOfNvcc(text: string): string | undefined {
  return /\brelease \d+\.\d+, V(\d+(?:\.\d+)+)/.exec(text)?.[1];
}
