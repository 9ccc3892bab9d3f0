import { z } from 'zod';
import { isImageReference } from '../src/core/docker/image-reference.js';
import { Failure } from '../src/core/errors.js';

const idPattern = /^(?:sha256:)?[0-9a-f]{12,64}$/;

/** An image on the device. Never begins with a dash, so it cannot be an option. */
export const imageArg = z
  .string()
  .refine(
    (text) => isImageReference(text) || idPattern.test(text),
    'Write an image as [registry/]name[:tag][@sha256:...], in lower case but for the tag, or an id as image_list tells it.',
  )
  .describe('name:tag or id.');

/** The device has no such image. */
export function noSuchImage(): Failure {
  return new Failure('invalid_input', 'The device has no image of that name or id.', {
    hint: 'image_list lists them.',
    retry: 'yes',
  });
}
