import { hashUnit, seedOf } from '../device/noise.js';

/** An image as an engine holds it. */
export interface SimImage {
  /** `sha256:` and 64 hex digits. */
  readonly id: string;
  /** `name:tag` */
  readonly tag: string;
  readonly digest: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
  /** What a container of it does. */
  readonly serves: 'llama.cpp' | 'ollama' | 'openai' | 'nothing';
}

const GB = 1_000_000_000;

/** What the simulated registries have: by a part of the repository's name. Sizes are unpacked. */
const repositories: readonly (readonly [part: RegExp, serves: SimImage['serves'], sizeBytes: number])[] = [
  [/(?:^|\/)(?:llama_cpp|llama\.cpp)$/, 'llama.cpp', 7.2 * GB],
  [/(?:^|\/)ollama(?:\/ollama)?$/, 'ollama', 6.1 * GB],
  [/(?:^|\/)(?:vllm|vllm-openai|sglang|mlc|tensorrt_llm|tensorrt_edgellm|tensorrt-llm\/release)$/, 'openai', 14.6 * GB],
  [/^(?:dustynv|ghcr\.io\/nvidia-ai-iot|nvcr\.io\/nvidia)\//, 'nothing', 5.4 * GB],
  [/^(?:library\/)?(?:busybox|hello-world|alpine|ubuntu|nginx|redis)$/, 'nothing', 0.0043 * GB],
];

const newestMs = Date.UTC(2026, 8, 1);

/** Hex digits that follow from a text. */
export function hexOf(text: string, digits: number): string {
  const seed = seedOf(text);
  let hex = '';
  for (let i = 0; hex.length < digits; i++)
    hex += Math.floor(hashUnit(seed, 7, i) * 0x1_0000)
      .toString(16)
      .padStart(4, '0');
  return hex.slice(0, digits);
}

/** `name:tag` of a reference without a tag or a digest. */
export function tagged(reference: string): string {
  const [plain = ''] = reference.split('@');
  return /:[^/]+$/.test(plain) ? plain : `${plain}:latest`;
}

/** The image that a registry has under a reference; undefined where it has none. */
export function registryImage(reference: string): SimImage | undefined {
  const tag = tagged(reference);
  const repository = tag.replace(/:[^/:]+$/, '').replace(/^docker\.io\//, '');
  const found = repositories.find(([part]) => part.test(repository));
  if (found === undefined) return undefined;
  const [, serves, sizeBytes] = found;
  return {
    id: `sha256:${hexOf(`id ${tag}`, 64)}`,
    tag,
    digest: `sha256:${hexOf(`digest ${tag}`, 64)}`,
    sizeBytes,
    createdMs: newestMs - Math.floor(hashUnit(seedOf(tag), 1, 0) * 200) * 86_400_000,
    serves,
  };
}
