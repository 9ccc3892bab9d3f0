import { z } from 'zod';
import { present } from '../../linux/present.js';
import { glob, type GlobAnswer, type GlobRead } from '../../probe/probe.js';
import { cleanName } from '../../untrusted.js';

/** The frameworks that are told of, by the name of their package without what comes after it. */
export const frameworkNames = [
  'torch',
  'torchvision',
  'tensorflow',
  'onnxruntime',
  'jax',
  'tensorrt',
  'opencv',
] as const;
export type FrameworkName = (typeof frameworkNames)[number];

export const pythonPackage = z.object({
  name: z.enum(frameworkNames),
  version: z.string(),
  python: z.string().describe('"3.10"; "3" is the system\'s.'),
  where: z.string().describe('Folder that holds its lib.'),
  gpu: z.boolean().optional().describe('Built for the GPU, by its own files; absent where they do not tell.'),
  cuda: z.string().optional().describe('CUDA it was built for.'),
});
export type PythonPackage = z.output<typeof pythonPackage>;

/** Where Python looks, and where people put environments. */
const places = [
  '/usr/lib',
  '/usr/local/lib',
  '/home/*/.local/lib',
  '/home/*/*/lib',
  '/home/*/*/*/lib',
  '/home/*/.virtualenvs/*/lib',
  '/home/*/*/envs/*/lib',
  '/opt/*/lib',
] as const;
const packages = ['torch', 'tensor', 'onnxruntime', 'jax', 'opencv'] as const;
/** Small texts in which a package says what it was built for. */
const builds = [
  'torch/version.py',
  'tensorflow/python/platform/build_info.py',
  'onnxruntime/capi/build_and_package_info.py',
] as const;

/** Reads of the places `lib` (patterns are allowed): names and versions from the files' paths, builds from their text. */
export function pythonReads(libs: readonly string[] = places): Readonly<Record<string, GlobRead>> {
  const reads: Record<string, GlobRead> = {};
  for (const lib of libs) {
    for (const name of packages) reads[`${lib} ${name}`] = glob(`${lib}/python3*/*-packages/${name}*.dist-info/WHEEL`);
    for (const file of builds) reads[`${lib} ${file}`] = glob(`${lib}/python3*/*-packages/${file}`);
  }
  return reads;
}

const wheel = /^(.*)\/lib\/python(3[\d.]*)\/([a-z]+-packages)\/([A-Za-z0-9_.]+?)-([^-/]+)\.dist-info\/WHEEL$/;
const versionText = /^[\w.+!~]{1,80}$/;

/** `onnxruntime_gpu` is onnxruntime, `opencv_contrib_python` opencv; undefined for what is only near one of them (`torchaudio`, `tensorboard`). */
function nameOf(distribution: string): FrameworkName | undefined {
  const plain = distribution.toLowerCase().replaceAll('_', '-');
  if (/^tensorflow(?:-cpu|-gpu|-aarch64)?$/.test(plain)) return 'tensorflow';
  if (/^onnxruntime(?:-gpu)?$/.test(plain)) return 'onnxruntime';
  if (/^opencv-(?:contrib-)?python(?:-headless|-rolling)*$/.test(plain)) return 'opencv';
  return frameworkNames.find((name) => name === plain);
}

interface Build {
  readonly gpu?: boolean | undefined;
  readonly cuda?: string | undefined;
}

const number = (text: string | undefined): string | undefined =>
  /^\d{1,2}(?:\.\d{1,3}){0,2}$/.test(text ?? '') ? text : undefined;

/** What torch's version.py says, else what the version itself tells: a local part of `cpu`, `cu126` or NVIDIA's `nv24.08`. */
function torchBuild(text: string | undefined, version: string): Build {
  const said = /^cuda(?:\s*:[^=\n]+)?\s*=\s*(?:['"]([^'"]*)['"]|None)/m.exec(text ?? '');
  if (said !== null) return { gpu: said[1] !== undefined, cuda: number(said[1]) };
  if (version.includes('+cpu')) return { gpu: false };
  const [, digits] = /\+cu(\d{2,3})/.exec(version) ?? [];
  if (digits !== undefined) return { gpu: true, cuda: `${digits.slice(0, -1)}.${digits.slice(-1)}` };
  return /[.+]nv\d/.test(version) ? { gpu: true } : {};
}

const builtWith = (text: string): string | undefined =>
  number(/["']?cuda_version["']?\s*[=:,]\s*["']?([\d.]+)/.exec(text)?.[1]);

/** Frameworks of Python that these files show, never by running any of them. */
export function pythonPackagesOf(answers: Readonly<Record<string, GlobAnswer | undefined>>): PythonPackage[] {
  const files = new Map(Object.values(answers).flatMap((answer) => [...(answer?.files ?? [])]));
  const found = new Map<string, PythonPackage>();
  for (const path of files.keys()) {
    const [, where = '', python = '', folder = '', distribution = '', version = ''] = wheel.exec(path) ?? [];
    const name = nameOf(distribution);
    if (name === undefined || !versionText.test(version)) continue;
    const site = `${where}/lib/python${python}/${folder}`;
    const text = (file: string): string | undefined => files.get(`${site}/${file}`);
    const jaxParts = [...files.keys()].some((each) => each.startsWith(`${site}/jax_cuda`));
    const build = ((): Build => {
      switch (name) {
        case 'torch':
          return torchBuild(text(builds[0]), version);
        case 'tensorflow': {
          const said = /["']is_cuda_build["']\s*[,:]\s*(True|False)/.exec(text(builds[1]) ?? '')?.[1];
          return said === undefined ? {} : { gpu: said === 'True', cuda: builtWith(text(builds[1]) ?? '') };
        }
        case 'onnxruntime': {
          const cuda = builtWith(text(builds[2]) ?? '');
          const known = text(builds[2]) !== undefined || /gpu/i.test(distribution);
          return known ? { gpu: cuda !== undefined || /gpu/i.test(distribution), cuda } : {};
        }
        case 'jax':
          return { gpu: jaxParts };
        default:
          return {};
      }
    })();
    const told = { name, version, python, where: cleanName(where, 200), gpu: build.gpu, cuda: build.cuda };
    found.set(`${site} ${name}`, present(told));
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name) || a.where.localeCompare(b.where));
}
