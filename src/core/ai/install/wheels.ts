import { Failure } from '../../errors.js';
import type { Soc } from '../../jetson/modules.js';

/** Frameworks that come as wheels built for Jetsons. */
export const wheelNames = ['torch', 'torchvision', 'tensorflow', 'onnxruntime', 'jax'] as const;
export type WheelName = (typeof wheelNames)[number];

/** Where the wheels of one framework for one JetPack are. */
export interface WheelSource {
  /** The only index that is asked: PyPI beside it would win with a build for the CPU. */
  readonly index?: string;
  /** PyPI is asked too, as the first has this package alone; then the requirement names a version that only the first has. */
  readonly alsoPyPI?: boolean;
  readonly requirements: readonly string[];
  /** Debian packages that it needs. */
  readonly packages: readonly string[];
  /** Disk it takes unpacked, roughly. */
  readonly diskBytes: number;
  /** Where this is known from: `S` public sources of 2025 and 2026, `K` general knowledge, not checked. */
  readonly mark: 'S' | 'K';
}

interface Line {
  /** Releases, as they begin. */
  readonly l4t: readonly string[];
  readonly soc?: readonly Soc[];
  readonly python: string;
  readonly wheels: Partial<Readonly<Record<WheelName, WheelSource>>>;
}

const gb = 1e9;
const lab = 'https://pypi.jetson-ai-lab.io';
const redist = 'https://developer.download.nvidia.com/compute/redist/jp';
const ofLab = (
  path: string,
  requirements: readonly string[],
  diskBytes: number,
  mark: 'S' | 'K',
  packages: readonly string[] = [],
): WheelSource => ({
  index: `${lab}/${path}/+simple`,
  requirements,
  packages,
  diskBytes,
  mark,
});
const ofNvidia = (path: string, requirement: string, diskBytes: number): WheelSource => ({
  index: `${redist}/${path}`,
  alsoPyPI: true,
  requirements: [requirement],
  packages: ['libopenblas0'],
  diskBytes,
  mark: 'K',
});

/** Of the Jetson AI Lab: built on NumPy 1 for JetPack 6. */
const jp6 = 'jp6/cu126';
const sbsa = 'sbsa/cu130';

const lines: readonly Line[] = [
  {
    // JetPack 6.1 and later: CUDA 12.6.
    l4t: ['36.4', '36.5'],
    python: '3.10',
    wheels: {
      torch: ofLab(jp6, ['torch', 'numpy<2'], 4 * gb, 'S', ['libopenblas0']),
      torchvision: ofLab(jp6, ['torch', 'torchvision', 'numpy<2'], 4 * gb, 'S', ['libopenblas0']),
      onnxruntime: ofLab(jp6, ['onnxruntime-gpu', 'numpy<2'], 1 * gb, 'K'),
      jax: ofLab(jp6, ['jax', 'jaxlib', 'jax-cuda12-plugin', 'jax-cuda12-pjrt'], 2 * gb, 'K'),
      tensorflow: ofNvidia('v61', 'tensorflow==2.16.1+nv24.8', 3 * gb),
    },
  },
  {
    l4t: ['36.3'],
    python: '3.10',
    wheels: { tensorflow: ofNvidia('v60', 'tensorflow==2.15.0+nv24.5', 3 * gb) },
  },
  {
    l4t: ['36.2'],
    python: '3.10',
    wheels: {
      torch: {
        requirements: [
          `${redist}/v60dp/pytorch/torch-2.3.0a0+ebedce2.nv24.02-cp310-cp310-linux_aarch64.whl`,
          'numpy<2',
        ],
        alsoPyPI: true,
        packages: ['libopenblas0'],
        diskBytes: 3 * gb,
        mark: 'S',
      },
    },
  },
  {
    l4t: ['35.2', '35.3', '35.4', '35.5', '35.6'],
    python: '3.8',
    wheels: {
      torch: ofNvidia('v511', 'torch==2.0.0+nv23.5', 3 * gb),
      tensorflow: ofNvidia('v512', 'tensorflow==2.12.0+nv23.6', 3 * gb),
    },
  },
  {
    // Built as for Arm servers. That these hold code for Orin (sm_87), which R39 runs on as well, is not known.
    l4t: ['38.', '39.'],
    soc: ['tegra264'],
    python: '3.12',
    wheels: {
      torch: ofLab(sbsa, ['torch'], 8 * gb, 'S', ['libopenblas0']),
      torchvision: ofLab(sbsa, ['torch', 'torchvision'], 8 * gb, 'S', ['libopenblas0']),
      onnxruntime: ofLab(sbsa, ['onnxruntime-gpu'], 1 * gb, 'K'),
    },
  },
];

/** The board, as far as wheels depend on it. */
export interface WheelBoard {
  readonly l4t?: string | undefined;
  readonly soc?: string | undefined;
  /** `3.10` */
  readonly python?: string | undefined;
}

const begins = (l4t: string, start: string): boolean =>
  start.endsWith('.') ? l4t.startsWith(start) : l4t === start || l4t.startsWith(`${start}.`);

/** The wheels for this board. An unknown pair is an honest no, never the nearest. */
export function wheelsFor(what: WheelName, { l4t, soc, python }: WheelBoard): WheelSource {
  const refuse = (message: string): never => {
    throw new Failure('unsupported', message, {
      hint: 'Use a container instead: ai_match names the image that fits, and generic wheels would run on the CPU only.',
      retry: 'no',
    });
  };
  if (l4t === undefined)
    return refuse('The L4T release of this device is not known, so neither is which wheels fit it.');
  const line = lines.find(
    (each) =>
      each.l4t.some((start) => begins(l4t, start)) && (each.soc === undefined || each.soc.some((one) => one === soc)),
  );
  if (line === undefined) return refuse('No wheels are known that are built for this L4T release and this board.');
  if (python !== line.python)
    return refuse(
      `The wheels for this L4T release are for Python ${line.python}, and python3 of the device is another.`,
    );
  return line.wheels[what] ?? refuse(`No wheel of ${what} is known for this L4T release.`);
}
