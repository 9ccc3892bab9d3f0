import type { SocFacts } from '../jetson/modules.js';
import { socFacts } from '../jetson/modules.js';
import { compareVersions } from '../selector/versions.js';
import type { AiBoard } from './ai-board.js';
import type { KnownImage } from './images.js';

/** How an image and a board go together. */
export interface ImageVerdict {
  readonly fits: 'yes' | 'no' | 'not_known';
  /** For `no` and `not_known` the first reason; for `yes` what speaks for it. */
  readonly why: readonly string[];
  readonly cautions: readonly string[];
  /** What of the board would have to be known. */
  readonly notKnown?: string | undefined;
  /** How well it fits, among those that do; less is better. */
  readonly rank: number;
}

const no = (why: string): ImageVerdict => ({ fits: 'no', why: [why], cautions: [], rank: 0 });
const unknown = (notKnown: string, why: string): ImageVerdict => ({
  fits: 'not_known',
  why: [why],
  cautions: [],
  notKnown,
  rank: 0,
});

const major = (version: string): number => Number(version.split('.')[0]);
const minor = (version: string): number => Number(version.split('.')[1] ?? 0);

/** JetPack lines whose rules are known; a release of another line gets no image by guess. */
const knownMajors = new Set([32, 34, 35, 36, 38, 39]);
/** From JetPack 7 on, Jetson's driver is like any Arm server's. */
const firstSbsa = 38;

/**
 * Whether what was built on one release runs on another: R36 before and after 36.4 apart (CUDA 12.2 and 12.6), within R35, R32.7 among
 * itself; everything else only on its own release. jetson-containers takes any image on R38 and R39, which is wrong: images of JetPack 6
 * bring Tegra's libraries of another driver.
 */
function releaseVerdict(image: string, board: string): string | undefined {
  const [a, b] = [major(image), major(board)];
  if (a >= firstSbsa && b >= firstSbsa) {
    return compareVersions(board, image) === -1
      ? `It is built for L4T ${image} or newer; this is ${board}.`
      : undefined;
  }
  if (a !== b) return `It is built on L4T R${a}, whose driver libraries do not fit R${b}.`;
  if (a === 36 && minor(image) < 4 !== minor(board) < 4) {
    return `It is built on L4T ${image}; R36 before and from 36.4 on have different CUDA (12.2 and 12.6).`;
  }
  if (a === 32 && compareVersions(board, '32.7') === -1)
    return `It is built on L4T ${image}; ${board} is older than 32.7.`;
  return undefined;
}

/** Kernels for 8.0 run on 8.7; those for 9.0 do not. */
const hasKernels = (sms: readonly string[], sm: string): boolean =>
  sms.some((each) => major(each) === major(sm) && minor(each) <= minor(sm));

interface Leaning {
  readonly why: string[];
  readonly cautions: string[];
  rank: number;
}

/** Why it cannot be, or undefined. Adds what speaks for and against it to `leaning`. */
function cudaVerdict(
  wanted: string,
  { cudaDriver }: AiBoard,
  sbsa: boolean,
  leaning: Leaning,
): ImageVerdict | undefined {
  if (cudaDriver === undefined) {
    if (sbsa) return unknown('CUDA version of the driver', 'Which CUDA its driver has is not known.');
    leaning.cautions.push('Which CUDA the driver has is not known.');
    leaning.rank += 2;
    return undefined;
  }
  const order = compareVersions(wanted, cudaDriver) ?? 0;
  if (major(wanted) > major(cudaDriver)) return no(`It needs CUDA ${wanted}; the driver has ${cudaDriver}.`);
  if (order > 0) {
    leaning.cautions.push(
      `It has CUDA ${wanted}, newer than the driver's ${cudaDriver}: it runs, but what compiles kernels at run time may fail.`,
    );
    leaning.rank += 3;
  } else {
    leaning.why.push(`CUDA ${wanted} on a driver with ${cudaDriver}`);
  }
  return undefined;
}

function socVerdict(image: KnownImage, { soc, sm }: AiBoard, leaning: Leaning): ImageVerdict | undefined {
  const wanted: SocFacts | undefined = image.needs.soc === undefined ? undefined : socFacts(image.needs.soc);
  if (wanted !== undefined && soc === undefined)
    return unknown('SoC', `It is for ${wanted.codename}; the SoC is not known.`);
  if (wanted !== undefined && soc !== wanted.soc) return no(`It is for ${wanted.codename} only.`);
  if (image.sms === undefined) {
    leaning.cautions.push(
      `Whether it has kernels for SM ${sm ?? 'of this board'} is not listed: \`no kernel image is available\` means that it has not.`,
    );
    leaning.rank += 2;
    return undefined;
  }
  if (sm === undefined) return unknown('SM (compute capability)', 'Which kernels the GPU needs is not known.');
  if (!hasKernels(image.sms, sm)) {
    return no(`It is known to have kernels for SM ${image.sms.join(', ')} only; this GPU is ${sm}.`);
  }
  leaning.why.push(`kernels for SM ${sm}`);
  return undefined;
}

function l4tVerdict(image: KnownImage, { l4t }: AiBoard, leaning: Leaning): ImageVerdict | undefined {
  const { needs, own } = image;
  if (l4t === undefined) return unknown('L4T release', 'Which L4T it runs is not known.');
  if (!knownMajors.has(major(l4t))) {
    return unknown(`rules for L4T R${major(l4t)}`, `L4T ${l4t} is of a line whose rules are not known.`);
  }
  if (needs.sbsa === true && major(l4t) < firstSbsa) {
    return no(`It is built for Arm servers with CUDA ${needs.cuda ?? '13'}: JetPack 7 (L4T 38) or newer.`);
  }
  if (image.leastL4t !== undefined && compareVersions(l4t, image.leastL4t) === -1) {
    return no(`It needs L4T ${image.leastL4t} or newer; this is ${l4t}.`);
  }
  const wrong = needs.l4t === undefined ? undefined : releaseVerdict(needs.l4t, l4t);
  if (wrong !== undefined) return no(wrong);
  if (needs.l4t !== undefined) {
    leaning.why.push(`built on L4T ${needs.l4t}, this is ${l4t}`);
    if (major(needs.l4t) !== major(l4t)) leaning.rank += 1;
  } else if (needs.sbsa === true) {
    leaning.why.push(`for any Arm server, as L4T ${l4t} is one`);
    leaning.rank += 1;
  } else if (own !== true) {
    return unknown('what the image is built for', 'Its name does not say for which L4T it is built.');
  }
  return undefined;
}

/** Whether an image can run on a board, by its name and what the catalog knows of it. */
export function imageVerdict(image: KnownImage, board: AiBoard): ImageVerdict {
  const leaning: Leaning = { why: [], cautions: [...image.cautions], rank: 0 };
  if (board.arch !== undefined && board.arch !== 'arm64') return no('It is for arm64.');
  const stopped =
    l4tVerdict(image, board, leaning) ??
    socVerdict(image, board, leaning) ??
    (image.needs.cuda === undefined
      ? undefined
      : cudaVerdict(image.needs.cuda, board, image.needs.sbsa === true, leaning));
  if (stopped !== undefined) return stopped;
  if (image.name.moves)
    leaning.cautions.push('The tag moves: the digest is what was pulled, and is recorded at launch.');
  return { fits: 'yes', ...leaning };
}
