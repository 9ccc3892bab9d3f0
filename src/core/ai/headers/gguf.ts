import { ByteReader, Cut, Malformed } from './byte-reader.js';
import { tensorBytes } from './ggml-types.js';

/** What the head of a GGUF file tells, as far as it was at hand. */
export interface GgufHeader {
  readonly version: number;
  readonly tensorCount: number;
  /** Scalars and short lists of numbers by key. Not to be trusted. */
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** All metadata was at hand. */
  readonly metadataWhole: boolean;
  /** Absent where the tensors' descriptions were not all at hand, or name a type that is not known. */
  readonly tensors?: { readonly bytes: number; readonly largestBytes: number; readonly parameters: number } | undefined;
}

export type GgufValue = string | number | boolean | readonly number[];

const magic = 0x46554747;
const mostKeys = 10_000;
const mostTensors = 1_000_000;
const mostText = 256;
const mostKept = 1024;

type Scalar = readonly [bytes: 1 | 2 | 4 | 8, kind: 'unsigned' | 'signed' | 'float'];
const scalars: Readonly<Record<number, Scalar>> = {
  0: [1, 'unsigned'],
  1: [1, 'signed'],
  2: [2, 'unsigned'],
  3: [2, 'signed'],
  4: [4, 'unsigned'],
  5: [4, 'signed'],
  6: [4, 'float'],
  7: [1, 'unsigned'],
  10: [8, 'unsigned'],
  11: [8, 'signed'],
  12: [8, 'float'],
};
const [boolType, stringType, arrayType] = [7, 8, 9];

function readValue(reader: ByteReader, type: number): GgufValue | undefined {
  const scalar = scalars[type];
  if (scalar !== undefined) {
    const value = reader.scalar(...scalar);
    return type === boolType ? value !== 0 : value;
  }
  if (type === stringType) return reader.text(mostText);
  if (type === arrayType) return readArray(reader);
  throw new Malformed('value type');
}

/** Lists are skipped without being kept, but for short ones of numbers. Lists of lists have never been written. */
function readArray(reader: ByteReader): readonly number[] | undefined {
  const type = reader.u32();
  const count = reader.u64();
  const scalar = scalars[type];
  if (scalar !== undefined) {
    if (count > mostKept) {
      reader.skip(count * scalar[0]);
      return undefined;
    }
    return Array.from({ length: count }, () => reader.scalar(...scalar));
  }
  if (type !== stringType) throw new Malformed('list type');
  for (let i = 0; i < count; i++) reader.text(0);
  return undefined;
}

function readTensors(reader: ByteReader, count: number): GgufHeader['tensors'] {
  let [bytes, largestBytes, parameters, known] = [0, 0, 0, true];
  for (let i = 0; i < count; i++) {
    reader.text(0);
    const dimensions = reader.u32();
    if (dimensions > 8) throw new Malformed('dimensions');
    let elements = 1;
    for (let d = 0; d < dimensions; d++) elements *= reader.u64();
    const size = tensorBytes(reader.u32(), elements);
    reader.u64();
    if (!Number.isSafeInteger(elements)) throw new Malformed('tensor size');
    if (size === undefined) known = false;
    else {
      bytes += size;
      largestBytes = Math.max(largestBytes, size);
    }
    parameters += elements;
  }
  return known && Number.isSafeInteger(bytes) ? { bytes, largestBytes, parameters } : undefined;
}

/**
 * Reads the head of a GGUF file (version 2 or 3) from its first bytes, however many those are; undefined where it is no such file, or one
 * that is not as the format has it.
 */
export function parseGguf(start: Uint8Array): GgufHeader | undefined {
  const reader = new ByteReader(start);
  const metadata = new Map<string, GgufValue>();
  let [version, tensorCount, metadataWhole] = [0, 0, false];
  let tensors: GgufHeader['tensors'];
  try {
    if (reader.u32() !== magic) return undefined;
    version = reader.u32();
    if (version !== 2 && version !== 3) return undefined;
    tensorCount = reader.u64();
    const keys = reader.u64();
    if (tensorCount > mostTensors || keys > mostKeys) return undefined;
    for (let i = 0; i < keys; i++) {
      const key = reader.text(mostText);
      const value = readValue(reader, reader.u32());
      if (value !== undefined && key !== '') metadata.set(key, value);
    }
    metadataWhole = true;
    tensors = readTensors(reader, tensorCount);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    if (!(error instanceof Cut)) throw error;
    // Cut before the counts: nothing is known.
    if (version === 0 || (tensorCount === 0 && metadata.size === 0 && !metadataWhole)) return undefined;
  }
  return { version, tensorCount, metadata, metadataWhole, ...(tensors !== undefined && { tensors }) };
}
