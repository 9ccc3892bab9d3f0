import type { FileView } from '../device/file-view.js';
import type { SimulatedDevice } from '../device/simulated-device.js';
import {
  uidOfCaller,
  unsupported,
  unsupportedText,
  type Caller,
  type Input,
  type Program,
  type ProgramCall,
} from '../programs/program.js';
import { knownScript } from './known-scripts.js';
import { contentPatterns } from './probe-script.js';
import { printFormatted } from './printf.js';
import { openStreams, readScript, type Statement, type Streams } from './statement.js';
import { runSudo } from './sudo.js';
import { runSupervised, stopRequest, supervisedRun } from './supervised.js';
import { wrappers } from './wrappers.js';

/** What a shell on a device works with. */
export interface ShellContext {
  readonly device: SimulatedDevice;
  readonly files: FileView;
  readonly programs: ReadonlyMap<string, Program>;
  readonly caller: Caller;
  readonly input: Input;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly signal: AbortSignal;
  /** The id of this session on the device. */
  readonly sid: number;
  /** Ends the session with this id, and says whether there was one. */
  readonly stopSession: (sid: number) => boolean;
}

/** Nobody writes anything. */
export const noInput: Input = {
  line: () => Promise.resolve(undefined),
  bytes: () => Promise.resolve(Buffer.alloc(0)),
  onEnd: () => undefined,
};
const nothing = (): void => undefined;
const maxDepth = 6;

/** Runs statements one after the other. Variables are the two that probe scripts use: `$?` and `$s`. */
export class Interpreter {
  #context: ShellContext;
  readonly #depth: number;
  #status = 0;
  #states = '';

  constructor(context: ShellContext, depth = 0) {
    this.#context = context;
    this.#depth = depth;
  }

  /** Exit code of the last statement. */
  get status(): number {
    return this.#status;
  }

  async script(text: string): Promise<number> {
    for (const statement of readScript(text)) {
      if (this.#context.signal.aborted) return 143;
      await this.run(statement);
    }
    return this.#status;
  }

  async run(statement: Statement): Promise<void> {
    switch (statement.kind) {
      case 'preamble':
        this.#context = { ...this.#context, err: nothing };
        return;
      case 'states':
        this.#states = this.#statesOf(statement.patterns);
        this.#status = 0;
        return;
      case 'unsupported':
        this.#context.err(unsupportedText('this shell text'));
        this.#status = 2;
        return;
      case 'run':
        if (statement.and === true && this.#status !== 0) return;
        this.#status = await this.#run(
          statement.words.map((word) => this.#expand(word.text, word.raw)),
          statement.streams,
        );
    }
  }

  /** Runs one argv as this shell's user. */
  async argv(words: readonly string[]): Promise<number> {
    return this.#run(words, openStreams);
  }

  #expand(text: string, raw: string): string {
    if (raw === '$?' || raw === '"$?"') return String(this.#status);
    if (raw === '"$sid"') return String(this.#context.sid);
    return raw === '"$s"' ? this.#states : text;
  }

  #statesOf(patterns: readonly string[]): string {
    const { files } = this.#context;
    const uid = uidOfCaller(this.#context);
    let states = '';
    for (const path of patterns.flatMap((pattern) => files.match(pattern, uid))) {
      const node = files.node(path, uid);
      states += node !== undefined && files.mayRead(node, uid) ? ` r${path}` : ` d${path}`;
    }
    return states;
  }

  #grep(patterns: readonly string[], out: (text: string) => void): number {
    const { files } = this.#context;
    const uid = uidOfCaller(this.#context);
    let text = '';
    for (const path of patterns.flatMap((pattern) => files.match(pattern, uid))) {
      const node = files.node(path, uid);
      if (node?.kind !== 'file' || !files.mayRead(node, uid)) continue;
      const content = files.contentOf(node)?.toString();
      if (content === undefined || content === '') continue;
      for (const line of content.replace(/\n$/, '').split('\n')) text += `${path}\0${line}\n`;
    }
    out(text);
    return text === '' ? 1 : 0;
  }

  async #run(words: readonly string[], streams: Streams): Promise<number> {
    const context = this.#context;
    const [name = '', ...args] = words;
    const out = streams.stdout === 'null' ? nothing : context.out;
    const err = streams.stderr === 'null' ? nothing : streams.stderr === 'merge' ? out : context.err;
    const patterns = contentPatterns(words);
    if (patterns !== undefined) return this.#grep(patterns, out);
    if (name === 'printf') return printFormatted(args, out);
    if (name === 'echo') return printFormatted(['%s\\n', args.join(' ')], out);
    if (name === ':' || name === 'true' || name === 'export') return 0;
    if (name === 'exec' && args.length > 0) return this.#run(args, streams);
    const call: ProgramCall = {
      name,
      args,
      device: context.device,
      files: context.files,
      caller: context.caller,
      input: streams.stdin === 'null' ? noInput : context.input,
      out,
      err,
      signal: context.signal,
    };
    if (name === 'sudo') return runSudo(call, (inner, caller) => this.#nested(call, { caller }).argv(inner));
    const wrapper = wrappers.get(name);
    if (wrapper !== undefined) return wrapper(call, (argv, signal) => this.#nested(call, { signal }).argv(argv));
    if (name === 'sh' || name === '/bin/sh') return this.#shell(call);
    const program = context.programs.get(name);
    return program === undefined ? unsupported(call) : program(call);
  }

  async #shell(call: ProgramCall): Promise<number> {
    const [option, script = '', ...more] = call.args;
    if (this.#depth >= maxDepth) return unsupported(call);
    const run = supervisedRun(call.args);
    if (run !== undefined) return runSupervised(call, run, (argv, over) => this.#nested(call, over).argv(argv));
    const known = knownScript(call.args);
    if (known !== undefined)
      return known.script({ ...call, args: known.args }, (argv, over) => this.#nested(call, over).argv(argv));
    const sid = stopRequest(call.args);
    if (sid !== undefined) return this.#context.stopSession(sid) ? 0 : 1;
    return option === '-c' && more.length === 0 ? this.#nested(call).script(script) : unsupported(call);
  }

  #nested(
    call: ProgramCall,
    over: Partial<Pick<ShellContext, 'caller' | 'input' | 'out' | 'err' | 'signal'>> = {},
  ): Interpreter {
    const { caller, out, err, input, signal } = call;
    return new Interpreter({ ...this.#context, caller, out, err, input, signal, ...over }, this.#depth + 1);
  }
}
