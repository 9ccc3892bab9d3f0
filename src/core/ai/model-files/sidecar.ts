import { z } from 'zod';
import { cleanName } from '../../untrusted.js';

/** What stands behind the name of a model file in the name of the file that tells where it comes from. */
export const sidecarSuffix = '.jetfleet.json';
/** What stands there while a model file is not whole. */
export const partSuffix = '.jetfleet-part';

/** The board and the software that an engine was built for: it runs nowhere else. */
export const builtForData = z.object({
  l4t: z.string().optional(),
  tensorrt: z.string().optional(),
  sm: z.string().optional(),
  image: z.string().optional().describe('Built in this image, whose TensorRT it needs.'),
});
export type BuiltFor = z.output<typeof builtForData>;

const line = z
  .string()
  .max(4000)
  .transform((text) => cleanName(text, 400));
const optional = line.optional().catch(undefined);

const sidecar = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.number().int().min(0),
  date: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    .optional()
    .catch(undefined),
  verified: z.boolean().catch(false),
  source: optional,
  made: optional,
  builtFor: z.object({ l4t: optional, tensorrt: optional, sm: optional, image: optional }).optional().catch(undefined),
});
/** What a sidecar tells of its file. */
export type Sidecar = z.output<typeof sidecar>;

/** Reads a sidecar, which anyone may have written; undefined where it is none. */
export function parseSidecar(text: string): Sidecar | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = sidecar.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}

/** What is known of a file before it is there. */
export interface SidecarFacts {
  /** Where it comes from: an address, a device, the file it was made of. */
  readonly source: string;
  /** How it was made, `Q4_K_M`. */
  readonly made?: string | undefined;
  readonly builtFor?: BuiltFor | undefined;
}

/** A sidecar whose hash, size, date and whether the hash was the expected one are filled in by a job, each at its first mark. */
export function sidecarTemplate(facts: SidecarFacts): string {
  const head = '{"sha256":"@SHA@","sizeBytes":@SIZE@,"date":"@DATE@","verified":@OK@,';
  return head + JSON.stringify(facts).slice(1);
}

/** A sidecar whose every field is known. */
export function sidecarText(facts: SidecarFacts & Pick<Sidecar, 'sha256' | 'sizeBytes' | 'verified'>): string {
  return JSON.stringify(facts);
}

/** A shell function that writes the sidecar of `p` by the template in `side`, the hash in `sha` and `ok`. */
export const writeSidecar =
  'sidecar() { rm -f "$p.jetfleet.json.new"; printf "%s" "$side" | sed "s/@SHA@/$sha/;s/@SIZE@/$(stat -c %s "$p")/;s/@DATE@/$(date -u +%Y-%m-%dT%H:%M:%SZ)/;s/@OK@/$ok/" >"$p.jetfleet.json.new" && mv -f "$p.jetfleet.json.new" "$p.jetfleet.json"; }';
