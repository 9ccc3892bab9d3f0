import { z } from 'zod';
import { Failure } from '../../src/core/errors.js';
import { contentPreview } from '../../src/core/file-preview.js';
import type { OwnNames } from '../../src/core/policy/own-names.js';
import { sha256 } from '../../src/core/sha256.js';
import type { FileWrite as Write } from '../../src/core/step.js';
import { contentOf, fileWriteData, isWritten, writeSentence, type FileWriteData } from '../../src/core/write-plan.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call, Prepared } from '../../src/ports/tool.js';
import { pathArg } from '../args.js';
import { BaseChangeTool } from '../base-tool.js';
import { needsRoot } from '../needs-root.js';
import { presentFile } from '../present-file.js';

const input = z.strictObject({
  path: pathArg,
  text: z.string().max(262_144).optional(),
  base64: z.string().max(370_000).optional().describe('Instead of text.'),
  mode: z
    .string()
    .refine((text) => /^0?[0-7]{3}$/.test(text), 'Write permissions in octal, such as 0644.')
    .optional()
    .describe('0644; as it was if absent.'),
  sudo: z.boolean().default(false).describe('As root.'),
  createOnly: z.boolean().default(false).describe('Replace nothing.'),
});
type Args = z.output<typeof input>;
type Plan = Prepared & { readonly steps: readonly Write[] };

/** Writes one small file whole. There is no inverse: what it replaces may be a secret, and is not kept. */
export class FileWrite extends BaseChangeTool<typeof input, typeof fileWriteData, Plan> {
  override readonly spec = {
    name: 'file_write',
    area: 'system',
    title: 'Write a file',
    description:
      'Write one file of at most 256 KiB whole and atomically; owner stays, permissions too unless given. It fails where the file is not the one that was planned to be replaced. ' +
      'Its folder must exist. What it replaces is not kept: read it before.',
    effect: 'change',
    idempotent: true,
    input,
    output: fileWriteData,
    same: ['path', 'sizeBytes', 'sha256', 'says'],
  } as const;
  readonly canonical = ({ mode }: Args): OwnNames =>
    mode === undefined ? {} : { mode: { is: `0${mode.slice(-3)}`, also: [mode.slice(-3)] } };

  override async prepare(args: Args, device: Device, call: Call): Promise<Plan> {
    const { path, sudo, createOnly } = args;
    const content = contentOf(args);
    if (sudo) await needsRoot(device, call);
    const present = await presentFile(path, sudo, device, call.signal);
    if (present && createOnly)
      throw new Failure(
        'invalid_input',
        'There is a file at that path already, and createOnly forbids to replace it.',
        { retry: 'no' },
      );
    const mode = args.mode === undefined ? {} : { mode: parseInt(args.mode, 8) };
    const replaces = present?.sha256 ?? null;
    const step: Write = { path, content, sha256: await sha256(content), replaces, ...mode, ...(sudo && { sudo }) };
    const steps = isWritten(step, present) ? [] : [step];
    return { says: writeSentence(step, present), steps, basis: { replaces }, preview: contentPreview(content) };
  }

  override async perform(args: Args, { steps }: Plan, device: Device, { signal }: Call): Promise<FileWriteData> {
    for (const step of steps) await device.files.write(step, signal);
    const { path, sudo } = args;
    const written = await presentFile(path, sudo, device, signal);
    const wanted = await sha256(contentOf(args));
    if (written?.sha256 === wanted)
      return { path, sizeBytes: written.sizeBytes, sha256: wanted, says: 'The file holds what was to be written.' };
    throw new Failure('command_failed', 'The file was written, and holds something else now.', {
      hint: 'Another program writes it too: find out which before writing again.',
      retry: 'check_first',
    });
  }
}
