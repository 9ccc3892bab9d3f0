import { z } from 'zod';
import { Failure } from '../../errors.js';
import { argv, defineProbe, type ArgvRead, type GlobRead, type Probe } from '../../probe/probe.js';
import { pythonPackage, pythonPackagesOf, pythonReads, type PythonPackage } from '../frameworks/python-packages.js';
import type { WheelName } from './wheels.js';

/** What ai_install answers. */
export const installData = z.object({
  version: z.string().optional(),
  environment: z.string().optional().describe('Folder; its bin/python has it.'),
  package: pythonPackage.optional(),
  missingLibraries: z.array(z.string()).optional().describe('Shared libraries that it will not find.'),
  job: z.string().optional().describe('Serves it; job_stop ends it.'),
  forward: z.string().optional().describe('Run on your own machine, then open url.'),
  url: z.string().optional(),
  tokenFile: z.string().optional().describe('On the device: cat it over SSH.'),
  says: z.string(),
});
export type InstallData = z.output<typeof installData>;

/** Names the libraries that the dynamic loader would not find, without running anything of theirs. */
const lddScript =
  'for f in "$1"/lib/python3*/site-packages/torch/lib/libtorch_cuda.so; do if [ -e "$f" ]; then echo "there"; ldd "$f"; fi; done';

/** What a probe sees of an environment. */
export interface EnvironmentNow {
  readonly packages: readonly PythonPackage[];
  /** libtorch_cuda.so is there. */
  readonly torchCuda: boolean;
  readonly missing: readonly string[];
}

/** Looks into one environment. */
export function insideProbe(environment: string): Probe<EnvironmentNow, Record<string, GlobRead | ArgvRead>> {
  const globs = pythonReads([`${environment}/lib`]);
  return defineProbe<EnvironmentNow, Record<string, GlobRead | ArgvRead>>({
    name: 'ai-environment-inside',
    reads: { ...globs, ldd: argv(['sh', '-c', lddScript, 'jetfleet-ldd', environment]) },
    parse: ({ ldd, ...rest }) => {
      const text = ldd !== undefined && 'text' in ldd ? ldd.text : '';
      const files = Object.fromEntries(
        Object.entries(rest).flatMap(([key, answer]) => ('files' in answer ? [[key, answer]] : [])),
      );
      return {
        packages: pythonPackagesOf(files),
        torchCuda: /^there$/m.test(text),
        missing: [...text.matchAll(/^\s*(lib[\w.+-]{1,60}\.so[\d.]*) => not found/gm)].map(([, name = '']) => name),
      };
    },
  });
}

/** What came of wheels. Throws where what is there is not what was wanted: missing, or built for the CPU. */
export function installedWheel(
  what: WheelName,
  environment: string,
  { packages, torchCuda, missing }: EnvironmentNow,
): InstallData {
  const found = packages.find(({ name }) => name === what);
  if (found === undefined)
    throw new Failure('command_failed', 'The installation ended well, and the package is not in the environment.', {
      hint: 'job_output with the id of this change and after: 0 shows what pip printed.',
      retry: 'check_first',
    });
  const ofTorch = what === 'torch' || what === 'torchvision';
  if (found.gpu === false || (ofTorch && !torchCuda))
    throw new Failure('command_failed', 'What was installed is built for the CPU only.', {
      hint: 'The index gave a generic wheel. Remove the environment and use a container instead (ai_match).',
      retry: 'no',
    });
  const lacks = missing.length === 0 ? '' : ' It lacks shared libraries and will not start without them.';
  return {
    version: found.version,
    environment,
    package: found,
    ...(missing.length > 0 && { missingLibraries: [...missing] }),
    says: `It is installed${ofTorch || found.gpu === true ? ' and built for the GPU' : ''}.${lacks} Use bin/python of the environment.`,
  };
}
