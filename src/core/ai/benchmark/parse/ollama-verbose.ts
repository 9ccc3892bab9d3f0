import { present } from '../../../linux/present.js';
import type { Figures } from '../../http/figures.js';

const seconds: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  µs: 1e-6,
  μs: 1e-6,
  us: 1e-6,
  ns: 1e-9,
};

/** A duration as Go prints it, `1m3.2s` or `225.399151ms`, in seconds; undefined for what is none. */
export function goSeconds(text: string): number | undefined {
  const parts = [...text.matchAll(/([\d.]{1,20})(h|ms|m|s|[µμu]s|ns)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  const total = parts.reduce((sum, [, value, unit = '']) => sum + Number(value) * (seconds[unit] ?? NaN), 0);
  return Number.isFinite(total) ? total : undefined;
}

const line =
  /^(load duration|prompt eval count|prompt eval duration|eval count|eval duration):\s+(\S{1,40})(?: token\(s\))?\s*$/;

/** The figures below an answer of `ollama run --verbose`: of the last one. Undefined where there are none. */
export function ollamaVerbose(text: string): Figures | undefined {
  const told = new Map(
    text.split('\n').flatMap((each) => {
      const [, name, value] = line.exec(each) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
  const duration = (name: string): number | undefined => goSeconds(told.get(name) ?? '');
  const count = (name: string): number | undefined =>
    /^\d{1,9}$/.test(told.get(name) ?? '') ? Number(told.get(name)) : undefined;
  const generatedTokens = count('eval count');
  if (generatedTokens === undefined) return undefined;
  return present({
    promptTokens: count('prompt eval count'),
    promptSeconds: duration('prompt eval duration'),
    generatedTokens,
    generatedSeconds: duration('eval duration'),
    loadSeconds: duration('load duration'),
  });
}
