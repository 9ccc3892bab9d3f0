import { z } from 'zod';
import { copyEnd, copyState, type CopySteps } from '../../src/core/ai/model-files/copy-plan.js';
import { placeProbe } from '../../src/core/ai/model-files/place.js';
import { pulledModelData, type PulledModel } from '../../src/core/ai/model-files/pull-plan.js';
import { Turns } from '../../src/core/turns.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Prepared } from '../../src/ports/tool.js';
import { otherDeviceArg, pathArg } from '../args.js';
import { BaseChangeTool } from '../base-tool.js';
import { copyPieces } from '../copy-pieces.js';
import { FileHashes } from '../file-hashes.js';
import { pause } from '../pause.js';
import { prepareCopy } from '../prepare-model-copy.js';

const input = z.strictObject({
  from: otherDeviceArg.describe('The device that has it.'),
  path: pathArg.describe('The file there.'),
  folder: pathArg.optional().describe('Here; /data/models or ~/models if absent.'),
  name: z.string().max(200).optional().describe('File name here.'),
});
type Args = z.output<typeof input>;
type Plan = Prepared & { readonly copy?: CopySteps };

/** Of one device at a time: its link is shared by all that copy from it. */
const mostFromOne = 2;
const askAgainMs = 1000;

/** Copies a model file from another device. */
export class ModelCopy extends BaseChangeTool<typeof input, typeof pulledModelData, Plan> {
  override readonly spec = {
    name: 'model_copy',
    area: 'ai',
    title: 'Copy a model file',
    description:
      'Copy one model file from another device of the fleet through this machine, no internet needed: checked by SHA-256, resumed where it was cut (call again). ' +
      'Goes on in the background past 45 s; model_list shows what a device has.',
    effect: 'change',
    idempotent: true,
    resolves: ['path'],
    input,
    output: pulledModelData,
    same: ['name', 'sizeBytes', 'sha256', 'verified', 'says'],
  } as const;
  readonly #hashes = new FileHashes();
  readonly #turns = new Turns();

  override async prepare(args: Args, device: Device, call: Call): Promise<Plan> {
    return prepareCopy(args, this.#hashes, device, call);
  }

  override async perform(args: Args, { copy, awaits, says }: Plan, device: Device, call: Call): Promise<PulledModel> {
    const { changeId, signal } = call;
    if (copy === undefined || awaits === undefined) return { name: args.name ?? args.path.replace(/^.*\//, ''), says };
    const isOn = (): boolean => this.#turns.isOn(args.from, `${changeId} ${device.name}`, mostFromOne, call.now());
    const from = await call.peer(args.from);
    if (copy.folder !== undefined) await device.run(copy.folder, signal);
    while (!isOn() && !signal.aborted) {
      call.progress('waits: others are copying from that device');
      await pause(askAgainMs, signal);
    }
    try {
      await copyPieces({ copy: copy.file, path: args.path, from, to: device, onPiece: isOn }, call);
    } finally {
      this.#turns.leave(args.from, `${changeId} ${device.name}`);
    }
    await device.files.write(copy.sidecar, signal);
    return this.settle(awaits, device, call);
  }

  async settle(awaits: Awaits, device: Device, { signal }: Pick<Call, 'signal'>): Promise<PulledModel> {
    const state = copyState.parse(awaits.state);
    return copyEnd(state, await device.ask(placeProbe(state.folder, state.name), signal));
  }
}
