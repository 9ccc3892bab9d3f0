import { isImageReference, registryOf, repositoryOf } from '../docker/image-reference.js';
import type { Soc } from '../jetson/modules.js';
import type { EngineName } from './engines.js';

/** Where an image comes from, as far as its name tells. */
export type ImageSource = 'dustynv' | 'nvidia-ai-iot' | 'nvidia' | 'local' | 'other';

/** What an image wants of a board by its tag; what the tag does not say is absent. */
export interface ImageNeeds {
  /** Release it was built on, as exactly as the tag has it: `36.4`. */
  readonly l4t?: string | undefined;
  /** `12.8` */
  readonly cuda?: string | undefined;
  readonly ubuntu?: string | undefined;
  readonly soc?: Soc | undefined;
  /** Built for any Arm server, against the driver as JetPack 7 has it, not against Tegra's own libraries. */
  readonly sbsa?: boolean | undefined;
}

/** An image's name, understood. */
export interface ImageName {
  /** `docker.io` where the name has none. */
  readonly registry: string;
  /** Between registry and tag, `dustynv/ollama`. */
  readonly path: string;
  /** Its last word, `ollama`. */
  readonly repository: string;
  /** `latest` where the name has none and no digest. */
  readonly tag: string;
  readonly digest?: string | undefined;
  readonly source: ImageSource;
  readonly engine?: EngineName | undefined;
  /** Version of what is in it, `0.6.8`, `b5283`. */
  readonly version?: string | undefined;
  /** A step of a build by jetson-containers that is not its end: `opencv` of `vllm:r38.2.aarch64-cu130-24.04-opencv`. */
  readonly stage?: string | undefined;
  /** The tag is moved to newer images: what was pulled by it once is not what it gives later. */
  readonly moves: boolean;
  readonly needs: ImageNeeds;
}

const engineOf: Readonly<Record<string, EngineName>> = {
  llama_cpp: 'llama.cpp',
  'llama.cpp': 'llama.cpp',
  llamacpp: 'llama.cpp',
  tensorrt_llm: 'tensorrt-llm',
  'tensorrt-llm': 'tensorrt-llm',
  tensorrt_edgellm: 'tensorrt-edge-llm',
  tensorrt_edge_llm: 'tensorrt-edge-llm',
  vllm: 'vllm',
  'vllm-openai': 'vllm',
  ollama: 'ollama',
  sglang: 'sglang',
  mlc: 'mlc',
};

function sourceOf(registry: string, path: string): ImageSource {
  if (registry === 'docker.io' && path.startsWith('dustynv/')) return 'dustynv';
  if (registry === 'ghcr.io' && path.startsWith('nvidia-ai-iot/')) return 'nvidia-ai-iot';
  if (registry === 'nvcr.io') return 'nvidia';
  // `docker images` shows what was built on the board without a registry; so are the official images of Docker Hub.
  return registry === 'docker.io' && !path.includes('/') && Object.hasOwn(engineOf, path) ? 'local' : 'other';
}

/** `130` of `cu130` as `13.0`. */
const cudaOf = (digits: string): string => `${digits.slice(0, -1)}.${digits.slice(-1)}`;

/** `r36.4`, `r36.4.0`, `r38.2.arm64-sbsa`, `r36.4-tegra-aarch64`, with what comes before and after. */
const l4tTag =
  /^(?:(?<version>[\w.]+(?:-[a-z]+)?)-)?r(?<l4t>\d{2}\.\d{1,2}(?:\.\d{1,2})?)(?:[.-](?<abi>arm64-sbsa|tegra-aarch64|aarch64))?(?:-cu(?<cuda>\d{3}))?(?:-(?<ubuntu>\d{2}\.\d{2}))?(?:-(?<stage>[\w.-]+))?$/;
const boardTag = /^(?<version>[\w.]+)-(?:jetson-)?(?<board>orin|thor|xavier)$/;
const boards: Readonly<Record<string, Soc>> = { orin: 'tegra234', thor: 'tegra264', xavier: 'tegra194' };
const movingTag = /^(?:latest|main|nightly|dev)(?:-|$)/;

interface TagParts {
  readonly version?: string | undefined;
  readonly stage?: string | undefined;
  readonly needs: ImageNeeds;
}

function tagParts(tag: string, repository: string): TagParts {
  const release = l4tTag.exec(tag)?.groups;
  if (release !== undefined) {
    const { version, l4t, abi, cuda, ubuntu, stage } = release;
    // Releases from 38 on run what is built for any Arm server; older ones have Tegra's own libraries.
    const sbsa = abi === 'arm64-sbsa' || Number(l4t?.split('.')[0]) >= 38;
    return {
      version,
      stage: stage === undefined || stage === repository ? undefined : stage,
      needs: { l4t, cuda: cuda === undefined ? undefined : cudaOf(cuda), ubuntu, ...(sbsa && { sbsa }) },
    };
  }
  const board = boardTag.exec(tag)?.groups;
  if (board !== undefined) {
    const version = movingTag.test(tag) ? undefined : board['version'];
    return { version, needs: { soc: boards[board['board'] ?? ''] } };
  }
  return { version: /^v?(\d+(?:\.\d+)+\w*|b\d{4,5})(?:-|$)/.exec(tag)?.[1], needs: {} };
}

/** Understands an image's name as `docker pull` takes it or `docker images` shows it; undefined for what is none. */
export function imageNameOf(text: string): ImageName | undefined {
  if (!isImageReference(text)) return undefined;
  const registry = registryOf(text);
  const whole = repositoryOf(text);
  const path = whole.startsWith(`${registry}/`) ? whole.slice(registry.length + 1) : whole;
  const [tagWord = '', digest] = text.slice(whole.length).split('@');
  const repository = path.split('/').at(-1) ?? path;
  const engine = path.endsWith('tensorrt-llm/release') ? 'tensorrt-llm' : engineOf[repository];
  const tag = tagWord === '' ? (digest === undefined ? 'latest' : '') : tagWord.slice(1);
  const { version, stage, needs } = tagParts(tag, repository);
  const moves = digest === undefined && movingTag.test(tag);
  const source = sourceOf(registry, path);
  return { registry, path, repository, tag, digest, source, engine, version, stage, moves, needs };
}

/** The name as `docker pull` takes it. */
export function imageText({
  registry,
  path,
  tag,
  digest,
}: Pick<ImageName, 'registry' | 'path' | 'tag' | 'digest'>): string {
  const name = registry === 'docker.io' ? path : `${registry}/${path}`;
  return `${name}${tag === '' ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
