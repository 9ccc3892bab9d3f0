import { z } from 'zod';
import { enginePattern } from '../src/core/docker/checked-spec.js';
import { isImageReference } from '../src/core/docker/image-reference.js';
import type { Grant } from '../src/core/docker/spec-grants.js';
import type { OwnNames } from '../src/core/policy/own-names.js';

/** An image's name. */
export const imageArg = z
  .string()
  .refine(isImageReference, 'Write [registry/]name[:tag][@sha256:...], in lower case but for the tag.')
  .describe('name[:tag]');

const texts = (most: number): z.ZodDefault<z.ZodArray<z.ZodString>> =>
  z.array(z.string().max(600)).max(most).default([]);

/** What a container is made of. */
export const containerArgs = {
  image: imageArg,
  name: z.string().refine((text) => enginePattern.test(text), 'Write letters, digits and _ . - only.'),
  command: z.array(z.string().max(20_000)).max(200).optional().describe('Words after the image.'),
  entrypoint: z.string().min(1).max(500).optional(),
  gpu: z.boolean().default(false),
  env: z.record(z.string(), z.string()).default({}).describe('No secrets: use secretFiles.'),
  secretFiles: z
    .record(z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/), z.string())
    .default({})
    .describe('NAME: file on the device, read at /run/secrets/NAME.'),
  ports: texts(50).describe('8080:80, or 0.0.0.0:8080:80 for the whole network.'),
  volumes: texts(50).describe('volume:/path or /on/device:/path, :ro at the end.'),
  devices: texts(50).describe('/dev/video0'),
  restart: z.enum(['no', 'on-failure', 'always', 'unless-stopped']).default('no'),
  memoryMb: z.number().int().optional(),
  shmMb: z.number().int().optional(),
  network: z.string().max(128).optional().describe('A network of the engine; host only by policy.'),
  privileged: z.boolean().default(false).describe('Only by policy.'),
};

/** The rights over the device for rules of the policy; nothing where there are none. */
export function grantNames(grants: readonly Grant[]): OwnNames {
  return grants.length === 0 ? {} : { grants: { is: grants } };
}
