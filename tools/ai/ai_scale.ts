import { z } from 'zod';
import { placement } from '../../src/core/ai/launch/placement.js';
import { scaleData, scaleDecision, type ScaleData, type ScaleDecision } from '../../src/core/ai/launch/scale-data.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Gathered, Look, Member } from '../../src/ports/tool.js';
import { matching } from '../args.js';
import { BaseChangeTool } from '../base-tool.js';
import { launchArgs } from '../launch-args.js';
import { endInTurn } from '../in-turn.js';
import { launchResolves, settledLaunch } from '../launch-prepared.js';
import { scaled, scalePlan, type ScalePlan } from '../scale-plan.js';
import { launchOf, placesOf } from '../scale-look.js';

const { model, engine, quantisation, context, slots, tokenFile } = launchArgs;
const input = z.strictObject({
  ...{ model, engine, quantisation, slots, tokenFile },
  context: context.unwrap().optional().describe('Tokens per slot; 4096 if absent.'),
  replicas: z.number().int().min(0).max(1000).describe('Devices that are to serve it, of those selected.'),
  spread: matching(/^[A-Za-z0-9][\w.-]{0,63}$/, 'Write the name of a label.')
    .default('site')
    .describe('Label over which they are spread.'),
});
type Args = z.output<typeof input>;

/** Serves a model on so many of the selected devices. */
export class AiScale extends BaseChangeTool<typeof input, typeof scaleData, ScalePlan> {
  override readonly spec = {
    name: 'ai_scale',
    area: 'ai',
    title: 'Serve a model on several devices',
    description:
      'Have a model served by `replicas` of the selected devices: decides which get one and which lose theirs, by memory fit, spread over sites, temperature and speed. Refused where fewer fit. ' +
      'Look at the plan first (plan: true).',
    effect: 'disrupt',
    resolves: launchResolves,
    idempotent: true,
    input,
    output: scaleData,
    same: ['action', 'endpoints', 'says', 'launched.endpoint', 'launched.processor'],
    spread: ['launched.test.decodeTokensPerSecond'],
  } as const;

  async gather({ spread, replicas, ...wish }: Args, members: readonly Member[], call: Call): Promise<Gathered> {
    const places = await placesOf(members, wish, spread, call);
    const decided = placement(places, replicas);
    const rows = places.map(({ device, serves }) => [device, { placed: decided.get(device) ?? 'none', serves }]);
    return { devices: Object.fromEntries(rows) as ScaleDecision['devices'] };
  }

  override async prepare(
    { spread: _spread, replicas: _replicas, ...wish }: Args,
    device: Device,
    call: Call,
    gathered?: Gathered,
  ): Promise<ScalePlan> {
    const { placed = 'none', serves = [] } = scaleDecision.parse(gathered).devices[device.name] ?? {};
    return scalePlan(placed, serves, launchOf(wish), device, call);
  }

  override async perform(_: Args, plan: ScalePlan, device: Device, call: Call): Promise<ScaleData | undefined> {
    return scaled(plan, device, call);
  }

  async settle(awaits: Awaits, device: Device, look: Look): Promise<ScaleData | undefined> {
    const ended = await settledLaunch(awaits, device, look);
    return ended && { action: 'launched', endpoints: [ended.name], says: ended.says, launched: ended };
  }

  async withdraw({ launch }: ScalePlan, device: Device, call: Call): Promise<void> {
    if (launch) await endInTurn(launch.stop, device, call);
  }
}
