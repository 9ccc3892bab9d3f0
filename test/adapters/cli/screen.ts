import type { Terminal } from '../../../src/adapters/cli/terminal.js';

/** A terminal that remembers; colour shows as `<red:...>`. */
export class Screen implements Terminal {
  readonly said: string[] = [];
  readonly noted: string[] = [];
  readonly colourful: boolean;

  constructor(colourful = false) {
    this.colourful = colourful;
  }

  say(line = ''): void {
    this.said.push(line);
  }

  note(line: string): void {
    this.noted.push(line);
  }

  paint(colour: string, text: string): string {
    return this.colourful ? `<${colour}:${text}>` : text;
  }
}
