import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answerEarly } from '../../../src/adapters/mcp/early-answer.js';
import { firstAnswer } from '../../../src/adapters/mcp/first-answer.js';
import { serveMcp } from '../../../src/adapters/mcp/serve.js';
import { FakeEngine } from './fake-engine.js';

type Fields = Record<string, unknown>;
const version = '1.2.3';
const clientInfo = { name: 'test', version: '1' };
const asLine = (message: Fields): string => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;
const legacy = (protocolVersion: string, id: unknown = 0, more: Fields = {}): Fields => ({
  id,
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo, ...more },
});
const envelope = (more: Fields = {}): Fields => ({
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': clientInfo,
  'io.modelcontextprotocol/clientCapabilities': {},
  ...more,
});
const modern = (id: unknown = 0, more: Fields = {}): Fields => ({
  id,
  method: 'server/discover',
  params: { _meta: envelope(more) },
});
const ping = (id: number): string => asLine({ id, method: 'ping' });

/** Serves until the client hangs up; what it wrote, as messages. */
async function served(chunks: readonly (string | Buffer)[], early: boolean, pauseMs = 0): Promise<Fields[]> {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pauseMs));
  let [written, closed] = ['', false];
  const talk = (async () => {
    for (const chunk of chunks) {
      if (pauseMs > 0) await wait();
      stdin.write(chunk);
    }
    stdin.write(ping(999));
    while (!written.includes('"id":999') && !closed) await new Promise((resolve) => setTimeout(resolve, 1));
    stdin.end();
  })();
  stdout.on('data', (chunk: Buffer) => (written += chunk.toString('utf8')));
  const streams = { input: stdin, output: stdout };
  const { input, output } = early ? await answerEarly(streams, version) : streams;
  const log = { log: () => undefined };
  const serving = serveMcp({ version, engine: () => Promise.resolve(new FakeEngine()), log, input, output });
  await serving.closed;
  closed = true;
  await talk;
  return written
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => JSON.parse(each) as Fields)
    .filter(({ id }) => id !== 999);
}

const ordinary: readonly Fields[] = [
  ...['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'].map((each) => legacy(each)),
  legacy('2025-11-25', 'a string'),
  legacy('2025-11-25', '0'),
  legacy('2025-11-25', -7),
  legacy('2025-11-25', 0, {
    capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: { form: {}, url: {} } },
  }),
  legacy('2025-06-18', 0, {
    capabilities: { extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html'] } } },
  }),
  legacy('2025-06-18', 0, { clientInfo: { ...clientInfo, title: 'Test', websiteUrl: 'https://example.com' } }),
  modern(),
  modern('x', { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } }),
];
const openings = ordinary.map((message): [string, Fields] => [JSON.stringify(message), message]);

describe('the early answer', () => {
  it.each(openings)('is the one that the SDK gives, once: %s', async (_name, message) => {
    const reference = await served([asLine(message)], false);
    expect(reference).toHaveLength(1);
    const early = firstAnswer(JSON.stringify({ jsonrpc: '2.0', ...message }), version);
    expect(JSON.parse(early?.line ?? '')).toEqual(reference[0]);
    expect(await served([asLine(message)], true)).toEqual(reference);
  });

  const half = asLine(legacy('2025-11-25')).slice(0, 40);
  const rest = asLine(legacy('2025-11-25')).slice(40);
  const initialized = asLine({ method: 'notifications/initialized' });
  it.each<[string, (string | Buffer)[], number]>([
    ['two messages in the first chunk', [asLine(legacy('2025-11-25')) + ping(1), ping(2)], 0],
    ['a line in pieces', [half, rest, initialized + ping(1)], 5],
    ['a line in pieces that takes longer than the wait', [half, rest, ping(1)], 80],
    ['an opening after the wait', [asLine(legacy('2025-11-25')), ping(1)], 80],
    ['CRLF', [asLine(legacy('2025-11-25')).replace('\n', '\r\n') + ping(1)], 0],
    ['an empty line first', [`\n${asLine(legacy('2025-11-25'))}`, ping(1)], 0],
    ['initialize twice, with the same id', [asLine(legacy('2025-11-25')), asLine(legacy('2025-11-25')), ping(1)], 0],
    ['initialize twice', [asLine(legacy('2025-11-25')) + asLine(legacy('2025-06-18', 1)), ping(2)], 0],
    ['a probe of both eras', [asLine(modern(0)) + asLine(legacy('2025-11-25', 1)), ping(2)], 0],
    [
      'an id that is used again',
      [asLine(legacy('2025-11-25', 7)), asLine({ id: 7, method: 'tools/list' }), ping(8)],
      20,
    ],
    ['bytes that are not UTF-8', [Buffer.from([0xff, 0xfe, 10]), asLine(legacy('2025-11-25'))], 0],
    ['an id that is not UTF-8', [Buffer.from(asLine(legacy('2025-11-25', '\xff')), 'latin1'), ping(1)], 0],
    ['a byte order mark', [`\ufeff${asLine(legacy('2025-11-25'))}`, ping(1)], 0],
    ['a question before the opening', [ping(5) + asLine(legacy('2025-11-25'))], 0],
    [
      'a line of 1 MB',
      [asLine(legacy('2025-11-25', 0, { clientInfo: { name: 'x'.repeat(1e6), version: '1' } })), ping(1)],
      0,
    ],
    [
      'a line of 11 MB, which ends it',
      [asLine(legacy('2025-11-25', 0, { clientInfo: { name: 'x'.repeat(11e6), version: '1' } }))],
      0,
    ],
  ])('changes nothing else: %s', async (_name, chunks, pauseMs) => {
    expect(await served(chunks, true, pauseMs)).toEqual(await served(chunks, false, pauseMs));
  });

  it('is given for nothing that the SDK would answer otherwise', async () => {
    const odd = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        true,
        0,
        1.5,
        1e300,
        '',
        'x',
        [],
        {},
        { x: 1 },
        { listChanged: 1 },
        ['x'],
        '2024-11-05',
      ),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const places = ordinary.flatMap((message) => pathsOf(message).map((path) => ({ message, path })));
    const added = fc.constantFrom(
      '_meta',
      'task',
      'icons',
      'title',
      'roots',
      'tasks',
      'elicitation',
      'extra',
      'result',
      'form',
    );
    const mutated = fc
      .record({ place: fc.constantFrom(...places), value: odd, name: fc.option(added, { nil: undefined }) })
      .map(({ place: { message, path }, value, name }) =>
        put(message, name === undefined ? path : [...path, name], value),
      );
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(mutated, async (message) => {
        const early = firstAnswer(JSON.stringify({ jsonrpc: '2.0', ...message }), version);
        if (early === undefined) return;
        answered += 1;
        expect(await served([asLine(message)], false)).toEqual([JSON.parse(early.line)]);
      }),
      { seed: 11, numRuns: 1500 },
    );
    expect(answered).toBeGreaterThan(100);
  });
});

/** Every place in a message. */
function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => [[name], ...pathsOf(each).map((path) => [name, ...path])]);
}

/** A copy with one value put in a place; where that is below something that is no object, the copy alone. */
function put(message: Fields, [name = '', ...rest]: readonly string[], value: unknown): Fields {
  const below = message[name];
  if (rest.length === 0) return { ...message, [name]: value };
  if (typeof below !== 'object' || below === null || Array.isArray(below)) return { ...message };
  return { ...message, [name]: put(below as Fields, rest, value) };
}

describe('the streams behind the early answer', () => {
  const opened = async (): Promise<{
    stdin: PassThrough;
    stdout: PassThrough;
    input: NodeJS.ReadableStream;
    output: Writable;
  }> => {
    const [stdin, stdout] = [new PassThrough(), new PassThrough()];
    stdin.write(asLine(legacy('2025-11-25')));
    return { stdin, stdout, ...(await answerEarly({ input: stdin, output: stdout }, version)) };
  };

  it.each<[string, (stdin: PassThrough) => unknown]>([
    ['ends', (stdin) => stdin.end()],
    ['breaks', (stdin) => stdin.destroy(new Error('EIO'))],
    ['is closed', (stdin) => stdin.destroy()],
  ])('end when the input %s, before and after the first word', async (_what, finish) => {
    const closed = (input: NodeJS.ReadableStream): Promise<unknown> =>
      new Promise((resolve) => input.resume().once('close', resolve));
    const { stdin, input } = await opened();
    finish(stdin);
    await closed(input);
    const silent = new PassThrough();
    const answering = answerEarly({ input: silent, output: new PassThrough() }, version);
    finish(silent);
    await closed((await answering).input);
  });

  it('tell that the reader has gone, also to one who listens later', async () => {
    const gone = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    gone.on('error', () => undefined);
    const stdin = new PassThrough();
    stdin.write(asLine(legacy('2025-11-25')));
    const { output } = await answerEarly({ input: stdin, output: gone }, version);
    await new Promise((resolve) => setImmediate(resolve));
    expect(output.destroyed).toBe(true);
  });

  it('say that a message is out when it is', async () => {
    let release: (() => void) | undefined;
    const slow = new Writable({ write: (_chunk, _encoding, done) => void (release = done) });
    const stdin = new PassThrough();
    stdin.write(asLine(legacy('2025-11-25')));
    const { output } = await answerEarly({ input: stdin, output: slow }, version);
    let out = false;
    output.write('x', () => (out = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(out).toBe(false);
    release?.();
    await new Promise((resolve) => setImmediate(resolve));
    release?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(out).toBe(true);
  });
});
