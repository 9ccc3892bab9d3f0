import {
  checkMemory,
  checkProgram,
  convertArgv,
  convertFacts,
  convertProbe,
  convertSays,
  type ConvertHow,
} from '../src/core/ai/model-files/convert-plan.js';
import { convertProgram } from '../src/core/ai/model-files/convert-job.js';
import { conversion, type ConvertWish } from '../src/core/ai/model-files/convert-request.js';
import { fileName, parentOf } from '../src/core/ai/model-files/model-name.js';
import { checkPlace, placeProbe } from '../src/core/ai/model-files/place.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Awaits, Call, Prepared } from '../src/ports/tool.js';
import { boxOf } from './convert-box.js';
import { engineJob, type JobSteps } from './engine-job.js';
import { judgedPath } from './judged-path.js';

/** Looks at all that a conversion depends on, and makes the job. */
export async function prepareConvert(
  wish: ConvertWish & { readonly image?: string | undefined },
  device: Device,
  call: Call,
): Promise<Prepared & { readonly steps: JobSteps; readonly awaits: Awaits }> {
  const { kind, name } = conversion(wish);
  const folder = parentOf(wish.path);
  const { signal } = call;
  await device.files.realPath(wish.path, signal);
  const [from, to, facts] = await Promise.all([
    device.ask(placeProbe(folder, fileName(wish.path)), signal),
    device.ask(placeProbe(folder, name), signal),
    device.ask(convertProbe, signal),
  ]);
  if (typeof from.file !== 'object')
    throw new Failure('invalid_input', 'path: there is no file.', {
      hint: 'model_list names what there is.',
      retry: 'yes',
    });
  if (to.file !== undefined)
    throw new Failure('invalid_input', 'name: there is a file of that name already.', {
      hint: 'Give another name.',
      retry: 'yes',
    });
  await judgedPath(to.path, to.base, device, signal);
  const { box, asRoot } =
    wish.image === undefined ? { box: undefined, asRoot: false } : await boxOf(wish.image, device, call);
  const how: ConvertHow = { kind, path: to.path, sizeBytes: from.file.sizeBytes, ...(box && { box }) };
  checkProgram(how, facts);
  checkMemory(how, facts);
  checkPlace({ ...to, partBytes: 0 }, from.file.sizeBytes);
  const argv = convertProgram(to.path, convertFacts(wish, how, facts), convertArgv(wish, how, facts));
  return {
    says: convertSays(wish, how, facts),
    steps: engineJob({ argv, sudo: asRoot }, call),
    basis: { sizeBytes: from.file.sizeBytes, l4t: facts.board.l4t ?? null, tensorrt: facts.board.tensorrt ?? null },
    awaits: {
      state: { asRoot, folder, name },
      says: kind === 'engine' ? `builds ${name}` : `makes ${name}`,
      patienceMs: 86_400_000,
      overdue: {
        message: 'The conversion was not seen to end within a day.',
        hint: 'job_output with the id of this change has what was printed.',
      },
    },
  };
}
