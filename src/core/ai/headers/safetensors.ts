import { z } from 'zod';
import { ByteReader, Cut, Malformed } from './byte-reader.js';

/** What the head of a safetensors file tells. */
export interface SafetensorsHeader {
  /** Length of the head with its size before it; that many bytes have to be at hand for the rest. */
  readonly headBytes: number;
  /** Absent where the head was not all at hand. */
  readonly weightBytes?: number | undefined;
  readonly largestBytes?: number | undefined;
}

/** The format's own limit. */
const mostHead = 100_000_000;
const tensor = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().min(0)).max(16),
  data_offsets: z.tuple([z.number().int().min(0), z.number().int().min(0)]),
});

/** Reads the head of a safetensors file from its first bytes; undefined where it is none. */
export function parseSafetensors(start: Uint8Array): SafetensorsHeader | undefined {
  let length: number;
  try {
    length = new ByteReader(start).u64();
  } catch (error) {
    if (error instanceof Cut || error instanceof Malformed) return undefined;
    throw error;
  }
  // Its JSON begins with a brace, so a file of another kind is seen at once.
  if (length < 2 || length > mostHead || (start.length > 8 && start[8] !== 0x7b)) return undefined;
  const headBytes = length + 8;
  if (start.length < headBytes) return { headBytes };
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(start.subarray(8, headBytes)));
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  let [weightBytes, largestBytes] = [0, 0];
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') continue;
    const parsed = tensor.safeParse(value);
    if (!parsed.success) return undefined;
    const [from, to] = parsed.data.data_offsets;
    if (to < from || !Number.isSafeInteger(to)) return undefined;
    weightBytes += to - from;
    largestBytes = Math.max(largestBytes, to - from);
  }
  return { headBytes, weightBytes, largestBytes };
}
