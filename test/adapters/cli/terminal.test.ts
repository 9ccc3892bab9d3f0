import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { terminalOn } from '../../../src/adapters/cli/terminal.js';

describe('terminalOn', () => {
  const tty = (): PassThrough & { isTTY: boolean } => Object.assign(new PassThrough(), { isTTY: true });

  it('keeps results and remarks apart', () => {
    const [out, err] = [new PassThrough(), new PassThrough()];
    const terminal = terminalOn(out, err, {});
    terminal.say('result');
    terminal.note('remark');
    terminal.say();
    expect([String(out.read()), String(err.read())]).toEqual(['result\n\n', 'remark\n']);
  });

  it('paints for a person only', () => {
    const paint = (out: PassThrough, env: Record<string, string>): string =>
      terminalOn(out, new PassThrough(), env).paint('red', 'x');
    expect(paint(tty(), { TERM: 'xterm' })).toBe('\u001b[31mx\u001b[0m');
    expect(paint(new PassThrough(), { TERM: 'xterm' })).toBe('x');
    expect(paint(tty(), { NO_COLOR: '1' })).toBe('x');
    expect(paint(tty(), { TERM: 'dumb' })).toBe('x');
  });
});
