import { composeFile } from '../src/core/compose/compose-file.js';
import { composition, type Composition } from '../src/core/compose/compose-specs.js';
import { interpolate } from '../src/core/compose/interpolate.js';
import { Failure } from '../src/core/errors.js';
import type { Call } from '../src/ports/tool.js';

/** A project's name, as Compose has it. */
export const projectPattern = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** Reads a compose file. Throws `invalid_input` with the field's name. */
export function readCompose(
  given: {
    readonly file: string;
    readonly project?: string | undefined;
    readonly variables: Readonly<Record<string, string>>;
  },
  { yaml }: Pick<Call, 'yaml'>,
): Composition {
  const file = composeFile(interpolate(yaml.parse(given.file), given.variables));
  const project = given.project ?? file.name;
  if (project !== undefined && projectPattern.test(project)) return composition(file, project);
  throw new Failure('invalid_input', 'project: the file has no `name`, or one that is no name of a project.', {
    hint: 'Give project: small letters, digits, _ and -.',
    retry: 'yes',
  });
}
