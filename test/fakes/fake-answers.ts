import type { AnswerOf, Read } from '../../src/core/probe/probe.js';
import { runOn, stands, type FakeBoard } from './fake-board.js';

function globPattern(pattern: string): RegExp {
  const source = pattern.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('[!', '[^');
  return new RegExp(`^${source.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
}

const withoutLastNewline = (text: string): string => text.replace(/\n$/, '');

/** What a board answers to one read of a probe. */
export function answerOn(board: FakeBoard, read: Read): AnswerOf<Read> {
  const { files = {}, denied = [], sudo } = board;
  const noRoot = read.kind !== 'exists' && read.sudo && sudo === 'none';
  switch (read.kind) {
    case 'exists':
      return stands(board, read.path);
    case 'file': {
      const unreadable = noRoot || denied.includes(read.path);
      const text = unreadable ? undefined : files[read.path];
      if (text !== undefined) return { status: 'ok', text: withoutLastNewline(text) };
      return { status: unreadable ? 'denied' : 'absent', text: '' };
    }
    case 'glob': {
      if (noRoot) return { files: new Map(), unreadable: [read.pattern] };
      const matches = globPattern(read.pattern);
      const readable = Object.entries(files).filter(([path]) => matches.test(path) && !denied.includes(path));
      return {
        files: new Map(
          readable.sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, text]) => [path, withoutLastNewline(text)]),
        ),
        unreadable: denied.filter((path) => matches.test(path)).sort(),
      };
    }
    case 'argv': {
      if (noRoot) return { status: 'denied', exitCode: -1, text: '' };
      const { text, exitCode = 0 } = runOn(board, { argv: read.argv, ...(read.sudo && { sudo: true }) });
      const status = exitCode === 0 ? 'ok' : exitCode === 127 ? 'absent' : 'failed';
      return { status, exitCode, text: withoutLastNewline(text) };
    }
  }
}
