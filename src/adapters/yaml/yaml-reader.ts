import { parseDocument } from 'yaml';
import { Failure } from '../../core/errors.js';
import type { Yaml } from '../../ports/yaml.js';

/** YAML by the `yaml` package. */
export class YamlReader implements Yaml {
  parse(text: string): unknown {
    const document = parseDocument(text, { merge: true, uniqueKeys: true, prettyErrors: true });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) {
      const [start] = problem.linePos ?? [];
      throw notRead(start === undefined ? '' : ` at line ${start.line}, column ${start.col}`, problem);
    }
    try {
      return document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      throw notRead(': its aliases cannot be followed, or grow too large', error);
    }
  }
}

function notRead(where: string, cause: unknown): Failure {
  return new Failure('invalid_input', `The YAML cannot be read${where}.`, {
    hint: 'Common mistakes: a tab for indentation, a missing space after a colon, a key that is given twice, a tag of its own (!name).',
    retry: 'yes',
    cause,
  });
}
