/** Bits that a weight takes on average, with its scales: what the files of usual models come to. */
const bits: Readonly<Record<string, number>> = {
  Q2_K: 3.35,
  Q3_K_M: 3.95,
  Q4_0: 4.65,
  Q4_K_S: 4.65,
  Q4_K_M: 4.9,
  Q5_K_M: 5.7,
  Q6_K: 6.6,
  Q8_0: 8.55,
  MXFP4: 4.65,
  F16: 16,
  BF16: 16,
  FP16: 16,
  q4f16_1: 4.5,
};
/** Schemes that leave embedding and output layer at 16 bits: bits of the rest. */
const body: Readonly<Record<string, number>> = {
  W4A16: 4.3,
  AWQ: 4.3,
  INT4: 4.3,
  NVFP4: 4.6,
  FP8: 8.1,
};

/** Bytes of weights by the number of parameters; undefined for a scheme that is not known. `embedB` of `paramsB` billions are the embedding and output layer. */
export function weightBytes(scheme: string, paramsB: number, embedB: number): number | undefined {
  const whole = bits[scheme];
  if (whole !== undefined) return Math.round((paramsB * 1e9 * whole) / 8);
  const rest = body[scheme];
  return rest === undefined ? undefined : Math.round(((paramsB - embedB) * rest + embedB * 16) * 1.25e8);
}
