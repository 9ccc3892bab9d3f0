import { z } from 'zod';
import { goArchitecture } from './engine-facts.js';
import { listOf, number, part, text } from './lenient.js';

/** What a registry says of an image, for one architecture. */
export interface Manifest {
  /** Bytes to download. */
  readonly compressedBytes: number;
  /** Bytes of each layer by the first twelve digits of its digest, as `docker pull` names them. */
  readonly layers: Readonly<Record<string, number>>;
}

/** What a registry offers by a name. */
export interface Offer {
  readonly manifest?: Manifest | undefined;
  /** Architectures it has; empty where it does not say. */
  readonly architectures: readonly string[];
}

const content = part({
  config: part({ size: number }),
  layers: listOf(z.object({ digest: z.string(), size: z.number() })),
});
const entry = z.object({
  Descriptor: part({ platform: part({ architecture: text, os: text }) }),
  SchemaV2Manifest: content,
  OCIManifest: content,
});

/** Reads what `docker manifest inspect --verbose` prints; undefined for what is no such text. */
export function offerOf(printed: string, architecture: string): Offer | undefined {
  let json: unknown;
  try {
    json = JSON.parse(printed);
  } catch {
    return undefined;
  }
  const entries = listOf(entry).parse(Array.isArray(json) ? json : [json]);
  const platforms = entries.map(({ Descriptor: { platform } }) => ({
    architecture: goArchitecture(platform.architecture),
    os: platform.os,
  }));
  const architectures = platforms.flatMap(({ architecture: name, os }) =>
    name === undefined || name === 'unknown' || (os !== undefined && os !== 'linux') ? [] : [name],
  );
  const at = platforms.findIndex(({ architecture: name }) => name === architecture);
  const chosen = entries[at] ?? (architectures.length === 0 ? entries[0] : undefined);
  const { config, layers } = [chosen?.OCIManifest, chosen?.SchemaV2Manifest].find(
    (each) => (each?.layers.length ?? 0) > 0,
  ) ?? {
    config: { size: undefined },
    layers: [],
  };
  if (layers.length === 0 && architectures.length === 0) return undefined;
  const compressedBytes = layers.reduce((sum, { size }) => sum + size, config.size ?? 0);
  const sizes = layers.map(({ digest, size }) => [digest.replace(/^sha256:/, '').slice(0, 12), size] as const);
  return {
    architectures: [...new Set(architectures)],
    ...(layers.length > 0 && { manifest: { compressedBytes, layers: Object.fromEntries(sizes) } }),
  };
}
