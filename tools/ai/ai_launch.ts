import { z } from 'zod';
import { launchData, launchState, type LaunchData } from '../../src/core/ai/launch/launch-data.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Inverse, Look } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { launchArgs } from '../launch-args.js';
import { endInTurn } from '../in-turn.js';
import { beginLaunch, launchResolves, preparedLaunch, settledLaunch, type PreparedLaunch } from '../launch-prepared.js';

const input = z.strictObject(launchArgs);
type Args = z.output<typeof input>;
/** Serves a model on a device. */
export class AiLaunch extends BaseChangeTool<typeof input, typeof launchData, PreparedLaunch> {
  override readonly spec = {
    name: 'ai_launch',
    area: 'ai',
    title: 'Serve a model',
    description:
      'Serve a model in a container: engine and image for this L4T, memory reckoned first (refused where it cannot fit, with what to stop). Pulls, waits for health, tells GPU from CPU; a failed start comes with its reason. ' +
      'Ask ai_match first; ai_list shows endpoints.',
    effect: 'disrupt',
    resolves: launchResolves,
    input,
    output: launchData,
    same: ['name', 'endpoint', 'processor', 'cautions'],
    spread: ['test.decodeTokensPerSecond', 'test.firstTokenMs'],
  } as const;

  override async prepare(args: Args, device: Device, call: Call): Promise<PreparedLaunch> {
    return preparedLaunch(args, device, call);
  }

  override async perform(_: Args, plan: PreparedLaunch, device: Device, call: Call): Promise<undefined> {
    await beginLaunch(plan, device, call);
  }

  async withdraw(plan: PreparedLaunch, device: Device, call: Call): Promise<void> {
    await endInTurn(plan.stop, device, call);
  }

  async settle(awaits: Awaits, device: Device, look: Look): Promise<LaunchData | undefined> {
    return settledLaunch(awaits, device, look);
  }

  inverse(_: Args, { awaits }: PreparedLaunch): Inverse {
    return { tool: 'ai_stop', arguments: { endpoint: launchState.parse(awaits.state).name, remove: true } };
  }
}
