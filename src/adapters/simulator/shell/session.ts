import { StringDecoder } from 'node:string_decoder';
import type { Interpreter } from './interpreter.js';
import { readLine, type Statement } from './statement.js';

/** Longest command line a session takes; a longer one ends it, as a shell that ran out of memory would end. */
const maxLineChars = 1024 * 1024;
/** The exit code of a shell that broke. */
const crashedCode = 2;
const exitStatement = (statement: Statement): boolean =>
  statement.kind === 'run' && statement.words[0]?.text === 'exit';

/** A shell that reads its script from standard input, line by line as it comes. */
export class ShellSession {
  readonly #interpreter: Interpreter;
  readonly #flush: () => void;
  readonly #onExit: (code: number) => void;
  readonly #decoder = new StringDecoder('utf8');
  #pending = '';
  #ended = false;
  #running = false;
  #exited = false;

  /** `flush` sends the answers of all complete lines; `onExit` hears the exit code, once. */
  constructor(interpreter: Interpreter, flush: () => void, onExit: (code: number) => void) {
    this.#interpreter = interpreter;
    this.#flush = flush;
    this.#onExit = onExit;
  }

  feed(bytes: Buffer): void {
    const text = this.#decoder.write(bytes);
    this.#pending += text;
    if (text.includes('\n') || this.#pending.length > maxLineChars) this.#advance();
  }

  /** No more input: the shell ends after what it has. */
  end(): void {
    this.#ended = true;
    this.#advance();
  }

  #advance(): void {
    this.#pump().catch(() => {
      this.#exit(crashedCode);
    });
  }

  async #pump(): Promise<void> {
    if (this.#running || this.#exited) return;
    this.#running = true;
    for (let line = readLine(this.#pending, 0, false); line !== undefined; line = readLine(this.#pending, 0, false)) {
      this.#pending = this.#pending.slice(line.next);
      for (const statement of line.statements) {
        if (exitStatement(statement)) {
          this.#exit(this.#interpreter.status);
          return;
        }
        await this.#interpreter.run(statement);
      }
    }
    this.#running = false;
    this.#flush();
    if (this.#pending.length > maxLineChars) this.#exit(2);
    else if (this.#ended) this.#exit(this.#pending.trim() === '' ? this.#interpreter.status : 2);
  }

  #exit(code: number): void {
    if (this.#exited) return;
    this.#exited = true;
    this.#pending = '';
    this.#onExit(code);
  }
}
