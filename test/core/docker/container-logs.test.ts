import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { logLine, logPosition, logStream, positionText } from '../../../src/core/docker/container-logs.js';
import type { ContainerNow } from '../../../src/core/docker/container-inspect.js';
import type { DockerPiece } from '../../../src/core/docker/request.js';
import { readLines } from '../../../tools/container-lines.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { runs } from '../../setup/runs.js';
import { idOf, keptLog, piece } from '../../tools/container/answers.js';

const web = { id: idOf(1), name: 'web', tty: false } as ContainerNow;
const start = Date.UTC(2026, 10, 20, 7);
/** A time so many microseconds after the start, as Docker writes it. */
const stampOf = (micros: number): string =>
  `${new Date(start + Math.trunc(micros / 1000)).toISOString().slice(0, 23)}${String(micros % 1000).padStart(3, '0')}000Z`;
const deviceWith = (pieces: () => readonly DockerPiece[]): FakeDevice =>
  new FakeDevice('nano', { docker: { streams: { [`/containers/${idOf(1)}/logs`]: keptLog(pieces) } } });

/** Reads pages until nothing new comes; `grow` adds lines after each. */
async function pages(pieces: DockerPiece[], limit: number, grow: () => void): Promise<string[]> {
  const device = deviceWith(() => pieces);
  const read: string[] = [];
  let after = undefined as ReturnType<typeof logPosition>;
  for (;;) {
    const { reading } = await readLines(web, { limit, from: 'both', after }, device, fakeCall());
    const { lines, position } = reading.found;
    if (after !== undefined && lines.length === 0) return read;
    read.push(...lines.map(({ message }) => message));
    // As an answer bears it, and a caller gives it back.
    after = position === undefined ? after : logPosition(positionText(position));
    grow();
  }
}

describe('lines of a container', () => {
  it('are read with their time', () => {
    expect(logLine(piece('2026-11-20T07:00:00.123456789Z', 'hello  world', 'stderr'))).toEqual({
      at: `${start / 1000}.123456789`,
      from: 'stderr',
      message: 'hello  world',
    });
    expect(logLine(piece('2026-11-20T08:00:00.5+01:00', 'podman'))?.at).toBe(`${start / 1000}.500000000`);
    expect(logLine(piece('2026-11-20T07:00:00Z', ''))).toMatchObject({ message: '' });
    expect(logLine({ from: 'stdout', text: 'the rest of a cut line' })).toBeUndefined();
  });

  it('of more than 16 KiB lose the stamps of their parts', () => {
    const at = '2026-11-20T07:00:00.123456789Z';
    expect(logLine(piece(at, `${'a'.repeat(20)}${at} ${'b'.repeat(20)}`))?.message).toBe(
      'a'.repeat(20) + 'b'.repeat(20),
    );
  });

  it('are asked for by time to the millisecond', () =>
    expect(logStream('web', { tty: true, sinceMs: start + 7 })).toMatchObject({
      path: '/containers/web/logs',
      query: { since: `${start / 1000}.007`, tail: 'all', timestamps: 'true' },
      tty: true,
    }));

  it.each(['', 'x', '1700000000.1:1', '1700000000.123456789', '1700000000.123456789:1; id', '-1'])(
    'refuse the position %j',
    (text) => expect(logPosition(text)).toBeUndefined(),
  );

  it('come each once and none is lost, whatever times they share and however they were mixed', async () => {
    const shape = fc.record({
      // Steps of 0 make equal times; a step back is a stream that was stamped first and written last.
      steps: fc.array(fc.constantFrom(0, 0, 0, 1, 400, 900_000, -300, -1700), { minLength: 1, maxLength: 60 }),
      limit: fc.integer({ min: 1, max: 9 }),
      grown: fc.integer({ min: 1, max: 5 }),
      // Podman tells whole seconds.
      seconds: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ steps, limit, grown, seconds }) => {
        let micros = 5_000_000;
        let n = 0;
        const line = (step: number): DockerPiece => {
          micros += step;
          const from = n % 3 === 0 ? 'stderr' : 'stdout';
          const stamp = stampOf(micros);
          return piece(seconds ? `${stamp.slice(0, 19)}Z` : stamp, `line ${n++}`, from);
        };
        const begun = Math.ceil(steps.length / 3);
        const pieces = steps.slice(0, begun).map(line);
        const rest = steps.slice(begun);
        const first = Math.max(0, pieces.length - limit);
        const read = await pages(pieces, limit, () => {
          pieces.push(...rest.splice(0, rest.length > 0 ? grown : 0).map(line));
        });
        const shown = pieces.map(({ text }) => text.slice(text.indexOf(' ') + 1)).slice(first);
        expect(read).toEqual(shown);
      }),
      { seed: 20261120, numRuns: runs(300) },
    );
  });

  it('tell where the position was rotated away, and go on behind it', async () => {
    const all = Array.from({ length: 20 }, (_, n) => piece(stampOf(n * 1_000_000), `line ${n}`));
    const after = logPosition(`${start / 1000 + 5}.000000000:1`);
    const { reading, lost } = await readLines(
      web,
      { limit: 4, from: 'both', after },
      deviceWith(() => all.slice(8)),
      fakeCall(),
    );
    expect(lost).toBe(true);
    expect(reading.found.lines.map(({ message }) => message)).toEqual(['line 8', 'line 9', 'line 10', 'line 11']);
  });

  it("are sought by text, stream and the device's own time", async () => {
    const all = Array.from({ length: 20 }, (_, n) =>
      piece(stampOf(n * 1_000_000), `Line ${n}`, n % 2 === 0 ? 'stdout' : 'stderr'),
    );
    const device = deviceWith(() => all);
    device.board = {
      ...device.board,
      files: { '/proc/uptime': '30.00 1.00', '/proc/stat': `btime ${start / 1000 - 10}` },
    };
    const found = async (wish: object): Promise<string[]> =>
      (await readLines(web, { limit: 3, from: 'both', ...wish }, device, fakeCall(0))).reading.found.lines.map(
        ({ message }) => message,
      );
    expect(await found({ grep: 'line 1' })).toEqual(['Line 17', 'Line 18', 'Line 19']);
    expect(await found({ from: 'stderr' })).toEqual(['Line 15', 'Line 17', 'Line 19']);
    // The board's clock shows twenty seconds after the start.
    expect(await found({ since: '2s' })).toEqual(['Line 18', 'Line 19']);
    // Down to whole seconds.
    expect(await found({ since: '2026-11-20T07:00:18.500Z' })).toEqual(['Line 18', 'Line 19']);
  });
});
