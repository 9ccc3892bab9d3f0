/** A number in [0, 1) that depends only on its arguments. */
export function hashUnit(seed: number, channel: number, step: number): number {
  let value = (seed ^ Math.imul(channel + 1, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b)) >>> 0;
  value = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  value = Math.imul(value ^ (value >>> 15), 0x846ca68b);
  return ((value ^ (value >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** A value in [0, 1) that wanders smoothly: it meets a new random point every `periodMs`. */
export function smoothNoise(seed: number, channel: number, timeMs: number, periodMs: number): number {
  const position = timeMs / periodMs;
  const step = Math.floor(position);
  const part = position - step;
  const eased = part * part * (3 - 2 * part);
  const from = hashUnit(seed, channel, step);
  return from + (hashUnit(seed, channel, step + 1) - from) * eased;
}

/** A 32-bit seed from a text. */
export function seedOf(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
