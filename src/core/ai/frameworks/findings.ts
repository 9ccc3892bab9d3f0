import type { PythonPackage } from './python-packages.js';

/** What is wrong with frameworks, as far as their files tell. */
export interface FrameworkFinding {
  readonly kind: 'cpu_only' | 'perhaps_cpu_only' | 'cuda_differs' | 'several';
  readonly says: string;
}

const major = (version: string): string => version.split('.')[0] ?? '';

/** `cuda` is the device's own; `isJetson` false where it is none, so that builds without the GPU are no finding. */
export function frameworkFindings(
  packages: readonly PythonPackage[],
  cuda: string | undefined,
  isJetson: boolean,
): FrameworkFinding[] {
  const findings = packages.flatMap(({ name, gpu, cuda: builtFor }): FrameworkFinding[] => {
    if (gpu === false && isJetson && name !== 'jax')
      return [
        {
          kind: 'cpu_only',
          says: `A ${name} is built for the CPU only: the generic wheel of PyPI. ai_install puts the Jetson's in an environment of its own.`,
        },
      ];
    if (gpu === undefined && name === 'torch' && isJetson)
      return [
        {
          kind: 'perhaps_cpu_only',
          says: 'A torch does not tell what it was built for, and its version has no mark of CUDA: perhaps it is for the CPU only.',
        },
      ];
    if (builtFor !== undefined && cuda !== undefined && major(builtFor) !== major(cuda))
      return [
        {
          kind: 'cuda_differs',
          says: `A ${name} is built for CUDA ${builtFor}, and the device has ${cuda}: it will not find the GPU.`,
        },
      ];
    return [];
  });
  return [...new Map(findings.map((finding) => [finding.says, finding])).values()];
}
