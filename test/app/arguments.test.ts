import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { parseArguments } from '../../src/app/arguments.js';
import { Failure } from '../../src/core/errors.js';
import { tools } from '../../tools/index.js';

const schema = z.strictObject({
  path: z.string().describe('Absolute path on the device.'),
  state: z.enum(['max', 'restore']).optional(),
  mode: z.union([z.string().min(1).max(4), z.number()]).optional(),
  limit: z.number().int().min(1).max(512).optional(),
  argv: z.array(z.string()).min(1).optional(),
  sudo: z.boolean().default(false),
  kind: z.literal('file').optional(),
  devices: z.array(z.strictObject({ host: z.string(), port: z.number().optional() })).optional(),
  unit: z
    .string()
    .refine((text) => text === 'docker', 'Write a systemd unit.')
    .optional(),
});
const says = (args: unknown, of: z.ZodObject = schema): string => {
  try {
    parseArguments(of, args);
  } catch (error) {
    if (error instanceof Failure) return `${error.kind}: ${error.message}`;
    throw error;
  }
  return 'taken';
};

describe('arguments that a tool does not take', () => {
  it.each<[unknown, string]>([
    [undefined, 'path: is missing, takes a string (Absolute path on the device)'],
    [{}, 'path: is missing, takes a string (Absolute path on the device)'],
    [[], 'arguments: takes an object, not a list'],
    ['/etc', 'arguments: takes an object, not a string'],
    [{ path: null }, 'path: takes a string, not null'],
    [{ path: ['/etc'] }, 'path: takes a string, not a list'],
    [{ path: '/', state: 'maximum' }, 'state: takes one of max, restore'],
    [{ path: '/', state: 'restor' }, 'state: takes one of max, restore (did you mean restore?)'],
    [{ path: '/', state: 1 }, 'state: takes one of max, restore'],
    [{ path: '/', kind: 'link' }, 'kind: takes file'],
    [{ path: '/', mode: true }, 'mode: takes a string or a number, not true or false'],
    [{ path: '/', mode: '15 watts' }, 'mode: takes at most 4 characters'],
    [{ path: '/', mode: '' }, 'mode: takes at least 1 character'],
    [{ path: '/', limit: '5' }, 'limit: takes a number, not a string'],
    [{ path: '/', limit: 1.5 }, 'limit: takes a whole number, not a fraction'],
    [{ path: '/', limit: 0 }, 'limit: takes at least 1'],
    [{ path: '/', limit: 513 }, 'limit: takes at most 512'],
    [{ path: '/', argv: [] }, 'argv: takes at least 1 entry'],
    [{ path: '/', argv: ['ls', 1] }, 'argv.1: takes a string, not a number'],
    [{ path: '/', sudo: 'yes' }, 'sudo: takes true or false, not a string'],
    [{ path: '/', devices: [{ port: 22 }] }, 'devices.0.host: is missing, takes a string'],
    [{ path: '/', unit: 'nvpmodel' }, 'unit: Write a systemd unit.'],
    [{ path: '/', pth: '/' }, 'there is no argument "pth" (did you mean path?)'],
    [
      { limit: '5' },
      'path: is missing, takes a string (Absolute path on the device); limit: takes a number, not a string',
    ],
  ])('%j: %s', (args, message) => expect(says(args)).toBe(`invalid_input: ${message}`));

  it('are told in words of ours by every tool, whatever is missing or of the wrong kind', () => {
    const nothings = [{}, ...[null, {}, [], '', 'x', -1, 1.5, true, Number.MAX_VALUE]];
    for (const { spec } of tools) {
      const given = nothings.map((value) =>
        Object.fromEntries(Object.keys(spec.input.shape).map((name) => [name, value])),
      );
      for (const args of [{}, ...given])
        expect(`${spec.name} ${says(args, spec.input)}`).not.toMatch(
          /Invalid|Unrecognized|Too (?:small|big)|expected|undefined/,
        );
    }
  });
});
