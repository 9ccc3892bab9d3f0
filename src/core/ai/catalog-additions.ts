import { z } from 'zod';
import { isImageReference, sha256Pattern } from '../docker/image-reference.js';
import { engineName, weightFormats } from './engines.js';

const version = z.string().regex(/^\d{1,3}(?:\.\d{1,3}){0,2}$/, 'takes a version such as 36.4');
const plainId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/, 'takes lower-case letters, digits, dots and dashes');
const count = (most: number): z.ZodNumber => z.number().int().min(1).max(most);

/** An image of the user's. What it says of its needs is believed. */
export const addedImage = z.strictObject({
  image: z.string().refine(isImageReference, 'takes an image such as registry.lan:5000/vllm:1'),
  engine: engineName,
  digest: z.string().regex(sha256Pattern, 'takes sha256: and 64 hex digits').optional(),
  /** Release it is built on. */
  l4t: version.optional(),
  cuda: version.optional(),
  soc: z.enum(['tegra264', 'tegra234', 'tegra194', 'tegra186', 'tegra210']).optional(),
  /** Built for any Arm server. */
  sbsa: z.boolean().optional(),
  /** Compute capabilities it has kernels for. */
  sm: z.array(version).max(16).optional(),
});

const hubRepo = z
  .string()
  .regex(/^[\w.-]{1,96}(?:\/[\w.-]{1,96})?(?::[\w.-]{1,64})?$/, 'takes a repository such as Qwen/Qwen3-8B-GGUF');

/** A stored form of a model. */
export const addedQuantisation = z.strictObject({
  name: z.string().regex(/^[\w.+-]{1,32}$/, 'takes a word such as Q4_K_M'),
  format: z.enum(weightFormats),
  /** Size of the weights, MB (1,000,000 bytes). */
  sizeMB: z.number().min(1).max(4_000_000),
  repo: hubRepo,
  file: z
    .string()
    .regex(/^[\w.-]{1,200}(?:\/[\w.-]{1,200}){0,3}$/, 'takes a file name')
    .optional(),
  engines: z.array(engineName).min(1).max(7).optional(),
  leastRamGB: z.number().min(1).max(1024).optional(),
});

/** The numbers that the KV cache depends on, as a model's config.json has them. */
export const addedShape = z.strictObject({
  layers: count(1000),
  attentionLayers: count(1000).optional(),
  kvHeads: count(1024),
  headDim: count(4096),
  slidingWindow: count(10_000_000).optional(),
  fullLayers: z.number().int().min(0).max(1000).optional(),
  contextLength: count(100_000_000).optional(),
});

/** A model of the user's; one of a known id adds its quantisations to it. */
export const addedModel = z.strictObject({
  id: plainId,
  title: z
    .string()
    .regex(/^[^\p{C}]{1,80}$/u, 'takes 1 to 80 printable characters')
    .optional(),
  family: plainId.optional(),
  /** Billions of parameters. */
  paramsB: z.number().min(0.001).max(10_000).optional(),
  shape: addedShape.optional(),
  quantisations: z.array(addedQuantisation).max(50).default([]),
});

/** What a user's catalog file may add. */
export const catalogAdditions = z.strictObject({
  images: z.array(addedImage).max(500).default([]),
  models: z.array(addedModel).max(500).default([]),
});
export type CatalogAdditions = z.output<typeof catalogAdditions>;

/** Nothing added. */
export const noAdditions: CatalogAdditions = { images: [], models: [] };
