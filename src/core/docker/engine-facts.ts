import { z } from 'zod';
import { listOf, readAnswer, text } from './lenient.js';
import type { DockerQuestion } from './request.js';

/** What making a container depends on. */
export interface EngineFacts {
  /** Absolute, where images are kept. */
  readonly dataRoot?: string | undefined;
  readonly hasNvidiaRuntime: boolean;
  /** As Go names it: `arm64`. */
  readonly architecture?: string | undefined;
}

const answer = z.object({
  DockerRootDir: text,
  Architecture: text,
  Runtimes: z.record(z.string(), z.unknown()).catch({}),
  CDISpecDirs: listOf(z.string()),
});

const plainFolder = /^\/[A-Za-z0-9_.,:@+=~%/-]{0,300}$/;
const goNames: Readonly<Record<string, string>> = { aarch64: 'arm64', x86_64: 'amd64', armv7l: 'arm' };

/** The architecture as images name it: `arm64` for `aarch64`; undefined for what is none. */
export function goArchitecture(name: string | undefined): string | undefined {
  const known = goNames[name ?? ''] ?? name;
  return known !== undefined && /^[a-z0-9_]{2,16}$/.test(known) ? known : undefined;
}

/** Asks the engine for them. */
export const engineFactsQuestion: DockerQuestion<EngineFacts> = {
  name: 'engine-facts',
  path: '/info',
  parse: (given) => {
    const { DockerRootDir, Architecture, Runtimes } = readAnswer(answer, given);
    return {
      dataRoot: plainFolder.test(DockerRootDir ?? '') ? DockerRootDir : undefined,
      hasNvidiaRuntime: Object.hasOwn(Runtimes, 'nvidia'),
      architecture: goArchitecture(Architecture),
    };
  },
};
