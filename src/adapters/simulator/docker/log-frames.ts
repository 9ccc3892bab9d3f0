import type { SimLine } from './sim-container.js';

const streams = { stdout: 1, stderr: 2 };

/** A piece of output in Docker's frame: a byte for the stream, three of nothing, four of length. */
export function frame(stream: 'stdout' | 'stderr', text: string): Buffer {
  const content = Buffer.from(text);
  const head = Buffer.alloc(8);
  head.writeUInt8(streams[stream], 0);
  head.writeUInt32BE(content.length, 4);
  return Buffer.concat([head, content]);
}

/** `2026-11-20T07:00:00.000001000Z`: nanoseconds, of which a simulated line has microseconds. */
function stamp(atMs: number): string {
  const micros = Math.round((atMs % 1) * 1000);
  return `${new Date(atMs).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}000Z`;
}

/** Seconds with a part, as `since` and `until` have them; or a moment. */
function momentMs(given: string | null): number | undefined {
  if (given === null || given === '' || given === '0') return undefined;
  return /^[\d.]+$/.test(given) ? Number(given) * 1000 : Date.parse(given);
}

/** The lines that a question about logs means, as the engine writes them. */
export function logPieces(
  lines: readonly SimLine[],
  query: URLSearchParams,
): { stream: SimLine['stream']; text: string }[] {
  const since = momentMs(query.get('since')) ?? -Infinity;
  const until = momentMs(query.get('until')) ?? Infinity;
  const wanted = lines.filter(
    ({ atMs, stream }) => atMs >= since && atMs <= until && ['1', 'true'].includes(query.get(stream) ?? ''),
  );
  const tail = query.get('tail') ?? 'all';
  const shown = tail === 'all' ? wanted : wanted.slice(Math.max(0, wanted.length - Number(tail)));
  const stamped = ['1', 'true'].includes(query.get('timestamps') ?? '');
  return shown.map(({ atMs, stream, text }) => ({ stream, text: `${stamped ? `${stamp(atMs)} ` : ''}${text}\n` }));
}
