type Value =
  | { readonly u32: number }
  | { readonly u64: number }
  | { readonly f32: number }
  | { readonly bool: boolean }
  | { readonly text: string }
  | { readonly texts: readonly string[] }
  | { readonly numbers: readonly number[] };

export interface GgufParts {
  readonly version?: number;
  readonly metadata?: Readonly<Record<string, Value>>;
  /** Type's number and dimensions by name. */
  readonly tensors?: Readonly<Record<string, readonly [type: number, ...dimensions: number[]]>>;
}

class Writer {
  readonly #bytes: number[] = [];

  u32(value: number): this {
    for (let i = 0; i < 4; i++) this.#bytes.push((value >>> (8 * i)) & 255);
    return this;
  }

  u64(value: number | bigint): this {
    for (let i = 0n; i < 8n; i++) this.#bytes.push(Number((BigInt(value) >> (8n * i)) & 255n));
    return this;
  }

  raw(bytes: Iterable<number>): this {
    this.#bytes.push(...bytes);
    return this;
  }

  text(value: string): this {
    const bytes = new TextEncoder().encode(value);
    return this.u64(bytes.length).raw(bytes);
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

function put(writer: Writer, value: Value): void {
  if ('u32' in value) writer.u32(4).u32(value.u32);
  else if ('u64' in value) writer.u32(10).u64(value.u64);
  else if ('f32' in value) writer.u32(6).raw(new Uint8Array(Float32Array.of(value.f32).buffer));
  else if ('bool' in value) writer.u32(7).raw([value.bool ? 1 : 0]);
  else if ('text' in value) writer.u32(8).text(value.text);
  else if ('texts' in value) {
    writer.u32(9).u32(8).u64(value.texts.length);
    for (const text of value.texts) writer.text(text);
  } else {
    writer.u32(9).u32(5).u64(value.numbers.length);
    for (const number of value.numbers) writer.u32(number);
  }
}

/** The head of a GGUF file. */
export function ggufBytes({ version = 3, metadata = {}, tensors = {} }: GgufParts): Uint8Array {
  const writer = new Writer().raw(new TextEncoder().encode('GGUF')).u32(version);
  writer.u64(Object.keys(tensors).length).u64(Object.keys(metadata).length);
  for (const [key, value] of Object.entries(metadata)) put(writer.text(key), value);
  for (const [name, [type, ...dimensions]] of Object.entries(tensors)) {
    writer.text(name).u32(dimensions.length);
    for (const size of dimensions) writer.u64(size);
    writer.u32(type).u64(0);
  }
  return writer.done();
}

/** The head of a file with a list of values of any type and count, for what no program writes. */
export function ggufWithCounts(tensors: bigint, keys: bigint): Uint8Array {
  return new Writer().raw(new TextEncoder().encode('GGUF')).u32(3).u64(tensors).u64(keys).done();
}
