import process from 'node:process';

export { process };

/** The SDK's validator of form answers, loaded when the first form is answered instead of at start. */
export class DefaultJsonSchemaValidator {
  #real;

  getValidator(schema) {
    // The bundler turns this into a call that runs the module's code at that moment, which `import` cannot do here.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { AjvJsonSchemaValidator } = require('@modelcontextprotocol/server/validators/ajv');
    this.#real ??= new AjvJsonSchemaValidator();
    return this.#real.getValidator(schema);
  }
}
