import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { claimStdout } from '../../../src/adapters/mcp/stdout-guard.js';

const textOf = (stream: PassThrough): string => String(stream.read() ?? '');

describe('claimStdout', () => {
  it('sends what others write elsewhere', () => {
    const [stdout, elsewhere] = [new PassThrough(), new PassThrough()];
    const stream = claimStdout(stdout, elsewhere);
    stdout.write('stray\n');
    stream.write('{"jsonrpc":"2.0"}\n');
    expect(textOf(stdout)).toBe('{"jsonrpc":"2.0"}\n');
    expect(textOf(elsewhere)).toBe('stray\n');
  });

  it('passes on that the reader has gone', async () => {
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    const stream = claimStdout(stdout, new PassThrough());
    const failed = new Promise<Error>((resolve) => stream.once('error', resolve));
    stream.write('x');
    expect((await failed).message).toBe('EPIPE');
  });
});
