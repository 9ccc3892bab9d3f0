import { z } from 'zod';
import { namePattern, type SecretRef } from './device.js';
import { groupHelp } from './fleet-file-help.js';
import { isRootedPath } from './home-path.js';
import { reservedDeviceNames, reservedLabelNames } from './reserved-names.js';

interface Fault {
  readonly message: string;
  readonly fix: string;
}

/** A text with a rule that has words of its own; other rules are told by `fieldHelp`. */
function text(faultOf: (text: string) => Fault | undefined): z.ZodString {
  return z.string().superRefine((value, context) => {
    const fault = faultOf(value);
    if (fault !== undefined) {
      context.addIssue({ code: 'custom', message: fault.message, params: { fix: fault.fix } });
    }
  });
}

function wholeNumber(min: number, max: number): z.ZodType<number> {
  const written = z.union([z.number(), z.string().regex(/^\d{1,6}$/)]);
  return written.transform(Number).pipe(z.number().int().min(min).max(max));
}

const environmentRef = /^env:[A-Za-z_][A-Za-z0-9_]*$/;
const commandRef = /^command:\s*\S/;

function isSecretRef(value: string): value is SecretRef {
  if (value.startsWith('file:')) return isRootedPath(value.slice('file:'.length));
  return environmentRef.test(value) || commandRef.test(value);
}

const secret = z.string().refine(isSecretRef);

const name = text((value) =>
  reservedDeviceNames.has(value.toLowerCase())
    ? { message: `${value} is a word of the selector language`, fix: 'Choose another name.' }
    : undefined,
).regex(namePattern);

function hostFault(value: string): Fault | undefined {
  if (value.includes('@')) return { message: 'host holds a user too', fix: 'Write the user apart, as `user:`.' };
  if (/^(?:[^:]+|\[.*\]):\d*$/.test(value)) {
    return { message: 'host holds a port too', fix: 'Write the port apart, as `port:`.' };
  }
  if (/^\[.*\]$/.test(value)) return { message: 'host is in brackets', fix: 'Write the IPv6 address without them.' };
  return undefined;
}

const host = text(hostFault).regex(/^[\p{L}\p{N}_:][\p{L}\p{N}._:%-]{0,253}$/u);
const hop = /^(?:[^\s@,:/-][^\s@,:/]*@)?(?:\[[0-9A-Fa-f:.%a-z]+\]|[\p{L}\p{N}_][\p{L}\p{N}._-]*)(?::\d{1,5})?$/u;

function labelFault(label: string): Fault | undefined {
  if (!namePattern.test(label)) return { message: 'A label has a name that no label may have', fix: groupHelp.fix };
  if (!reservedLabelNames.has(label.toLowerCase())) return undefined;
  return { message: `${label} is a word of the selector language`, fix: 'Choose another name for the label.' };
}

const labels = z
  .record(z.string(), z.union([z.string().max(256), z.number(), z.boolean()]).transform(String))
  .superRefine((value, context) => {
    for (const label of Object.keys(value)) {
      const fault = labelFault(label);
      if (fault !== undefined) {
        context.addIssue({ code: 'custom', path: [label], message: fault.message, params: { fix: fault.fix } });
      }
    }
  });

/** `defaults:` of the fleet file: what may stand there as well as in a device. */
export const defaultsSchema = z
  .strictObject({
    user: z.string().regex(/^[^\s\p{Cc}:@-][^\s\p{Cc}:]{0,255}$/u),
    port: wholeNumber(1, 65_535),
    identityFile: z.string().refine(isRootedPath),
    hostKeys: z.union([
      z.enum(['strict', 'accept-new']),
      z.strictObject({ fingerprint: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/) }),
    ]),
    jump: z.string().refine((value) => value.split(',').every((each) => hop.test(each.trim()))),
    password: secret,
    passphrase: secret,
    sudo: z.strictObject({ password: secret }),
    connectTimeoutMs: wholeNumber(100, 600_000),
    labels,
    groups: z.array(z.string().regex(namePattern)),
  })
  .partial();

/** One entry of `devices:`. */
export const deviceSchema = defaultsSchema.extend({ name, host, addedBy: z.literal('client').optional() });

export type DefaultsFields = z.output<typeof defaultsSchema>;
export type DeviceFields = z.output<typeof deviceSchema>;
