import type { Answers, ArgvAnswer, FileAnswer, GlobAnswer, Read, Reads } from './probe.js';

const decoder = new TextDecoder('utf-8', { fatal: false });

interface Sections {
  readonly readable: ReadonlySet<string>;
  readonly unreadable: ReadonlySet<string>;
  readonly content: ReadonlyMap<string, string>;
  readonly runs: ReadonlyMap<string, { text: string; exitCode: number }>;
}

/** Reads the frame that `renderReads` prints (its docstring has the grammar). Bytes that are not UTF-8 become U+FFFD. */
function sectionsOf(output: Uint8Array, mark: string): Sections {
  const readable = new Set<string>();
  const unreadable = new Set<string>();
  const content = new Map<string, string>();
  const runs = new Map<string, { text: string; exitCode: number }>();
  const pieces = decoder.decode(output).split(`\n${mark} `).slice(1);
  let running: { key: string; text: string } | undefined;
  for (const piece of pieces) {
    const headEnd = piece.indexOf('\n');
    const head = headEnd < 0 ? piece : piece.slice(0, headEnd);
    const body = headEnd < 0 ? '' : piece.slice(headEnd + 1);
    const [kind, key = '', code = ''] = head.split(' ');
    if (kind === 's') {
      for (const state of head.split(/ (?=[rd]\/)/).slice(1))
        (state.startsWith('r') ? readable : unreadable).add(state.slice(1));
    } else if (kind === 'f') {
      readContent(body, content);
    } else if (kind === 'a') {
      running = { key, text: body };
    } else if (kind === 'e' && running?.key === key) {
      runs.set(key, { text: running.text.replace(/\n$/, ''), exitCode: Number(code) });
    }
  }
  return { readable, unreadable, content, runs };
}

function readContent(body: string, content: Map<string, string>): void {
  for (const line of body.split('\n')) {
    const nul = line.indexOf('\0');
    if (nul < 1) continue;
    const path = line.slice(0, nul);
    const before = content.get(path);
    const text = line.slice(nul + 1);
    content.set(path, before === undefined ? text : `${before}\n${text}`);
  }
}

function patternOf(glob: string): RegExp {
  const source = glob.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('[!', '[^');
  return new RegExp(`^${source.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
}

function fileAnswer(path: string, sections: Sections): FileAnswer {
  const text = sections.content.get(path);
  if (text !== undefined) return { status: 'ok', text };
  if (sections.unreadable.has(path)) return { status: 'denied', text: '' };
  // Readable and silent: an empty file, or a sysfs node whose read fails (a powered-off sensor).
  return { status: sections.readable.has(path) ? 'failed' : 'absent', text: '' };
}

function globAnswer(pattern: string, sections: Sections): GlobAnswer {
  const matches = patternOf(pattern);
  const files = new Map(
    [...sections.content].filter(([path]) => matches.test(path)).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  const silent = [...sections.unreadable, ...sections.readable].filter(
    (path) => matches.test(path) && !files.has(path),
  );
  return { files, unreadable: silent.sort() };
}

function argvAnswer(key: string, sections: Sections): ArgvAnswer {
  const run = sections.runs.get(key);
  if (run === undefined) return { status: 'failed', exitCode: -1, text: '' };
  const status =
    run.exitCode === 0 ? 'ok' : run.exitCode === 127 ? 'absent' : run.exitCode === 126 ? 'denied' : 'failed';
  return { status, ...run };
}

function answerOf(key: string, read: Read, sections: Sections): Answers<Reads>[string] {
  switch (read.kind) {
    case 'file':
      return fileAnswer(read.path, sections);
    case 'glob':
      return globAnswer(read.pattern, sections);
    case 'exists':
      return sections.readable.has(read.path) || sections.unreadable.has(read.path);
    case 'argv':
      return argvAnswer(key, sections);
  }
}

/** The answers in the output of `renderReads(reads, mark)`. */
export function readAnswers(reads: Reads, mark: string, output: Uint8Array): Answers<Reads> {
  const sections = sectionsOf(output, mark);
  return Object.fromEntries(Object.entries(reads).map(([key, read]) => [key, answerOf(key, read, sections)]));
}

/** The answers of reads that could not be tried, because they need root and sudo is not to be had. */
export function deniedAnswers(reads: Reads): Answers<Reads> {
  const denied = (read: Read): Answers<Reads>[string] => {
    switch (read.kind) {
      case 'file':
        return { status: 'denied', text: '' };
      case 'glob':
        return { files: new Map(), unreadable: [read.pattern] };
      case 'exists':
        return false;
      case 'argv':
        return { status: 'denied', exitCode: -1, text: '' };
    }
  };
  return Object.fromEntries(Object.entries(reads).map(([key, read]) => [key, denied(read)]));
}
