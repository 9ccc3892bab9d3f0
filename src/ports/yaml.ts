/** Reads texts in YAML 1.2. */
export interface Yaml {
  /**
   * One document as plain data. Merge keys are followed, tags of its own are not. Throws `invalid_input` with line and column for what is no
   * YAML, for a key that is given twice, and for aliases that grow into more than the text could hold.
   */
  parse(text: string): unknown;
}
