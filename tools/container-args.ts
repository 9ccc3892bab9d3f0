import { z } from 'zod';
import { enginePattern } from '../src/core/docker/checked-spec.js';
import { Failure } from '../src/core/errors.js';

/** A container. Never begins with a dash, so it cannot be an option. */
export const containerArg = z
  .string()
  .refine((text) => enginePattern.test(text), 'Write the name or id of a container: letters, digits and _ . - only.')
  .describe('Name or id.');

/** The device has no such container. */
export function noSuchContainer(): Failure {
  return new Failure('invalid_input', 'The device has no container of that name or id.', {
    hint: 'container_list lists them.',
    retry: 'yes',
  });
}
