import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { askOn } from '../../../src/adapters/cli/ask.js';

const tty = (): PassThrough => Object.assign(new PassThrough(), { isTTY: true });
const { signal } = new AbortController();

function terminal() {
  const [input, output] = [tty(), tty()];
  const ask = askOn(input, output);
  if (!ask) throw new Error('a terminal can be asked');
  return { input, ask, shown: () => String(output.read() ?? '') };
}

describe('a question on a terminal', () => {
  it('is shown, and answered by one line', async () => {
    const { input, ask, shown } = terminal();
    const answer = ask('Do it? [y/N] ', signal);
    expect(shown()).toBe('Do it? [y/N] ');
    input.write('yes\nno\n');
    expect(await answer).toBe('yes');
  });

  it('has no answer when the input ends', async () => {
    const { input, ask, shown } = terminal();
    const answer = ask('? ', signal);
    input.end();
    expect(await answer).toBeUndefined();
    expect(shown()).toBe('? \n');
  });

  it('has no answer after Ctrl-C, before it and while it waits', async () => {
    const { ask, shown } = terminal();
    const stop = new AbortController();
    const answer = ask('? ', stop.signal);
    stop.abort();
    expect(await answer).toBeUndefined();
    expect(shown()).toBe('? \n');
    expect(await ask('again? ', stop.signal)).toBeUndefined();
    expect(shown()).toBe('');
  });

  it('can be followed by another', async () => {
    const { input, ask } = terminal();
    for (const line of ['one', 'two']) {
      const answer = ask('? ', signal);
      input.write(`${line}\n`);
      expect(await answer).toBe(line);
    }
  });

  it.each([
    ['no terminal at all', new PassThrough(), new PassThrough()],
    ['an answer from a pipe', new PassThrough(), tty()],
    ['a question into a file', tty(), new PassThrough()],
  ])('is not put to %s', (_what, input, output) => {
    expect(askOn(input, output)).toBeUndefined();
  });
});
