import { z } from 'zod';
import { Failure } from '../errors.js';
import { isoOfMs, msOfIso } from '../iso-time.js';

/**
 * Fields of an engine's answers. Versions and engines differ in what they send, and Go sends `null` for what is empty: whatever is not of
 * its type counts as absent.
 */
export const text = z.string().optional().catch(undefined);
export const number = z.number().optional().catch(undefined);
export const flag = z.boolean().optional().catch(undefined);
export const labels = z.record(z.string(), z.string()).catch({});

/** A list; what in it is of another shape is left out. */
export function listOf<T extends z.ZodType>(item: T): z.ZodType<z.output<T>[]> {
  return z
    .array(z.unknown())
    .catch([])
    .transform((items) => items.flatMap((each) => item.safeParse(each).data ?? []));
}

/** An object that may be absent; then it is as an empty one. */
export function part<T extends z.ZodRawShape>(shape: T): z.ZodCatch<z.ZodObject<T>> {
  const object = z.object(shape);
  return object.catch(object.parse({}));
}

/** Reads one answer of the engine. Throws `unparseable` for what is no such answer. */
export function readAnswer<T extends z.ZodType>(schema: T, answer: unknown): z.output<T> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new Failure('unparseable', "The container engine's answer was not understood.", {
    hint: 'docker_status tells the version of the engine; 20.10 is the oldest that is supported.',
    cause: parsed.error,
  });
}

/** ISO 8601 with milliseconds of a time as Go writes it; undefined for its zero time, which stands for never. */
export function goTime(time: string | undefined): string | undefined {
  const ms = time === undefined ? undefined : msOfIso(time);
  return ms === undefined || ms <= 0 ? undefined : isoOfMs(ms);
}
