import { launchDraft } from '../src/core/ai/launch/made-plan.js';
import { decodeBound } from '../src/core/ai/launch/expectation.js';
import { endpointOf, type EndpointLabels } from '../src/core/ai/launch/endpoint.js';
import type { LaunchWish } from '../src/core/ai/launch/launch-wish.js';
import type { Place } from '../src/core/ai/launch/placement.js';
import { Failure } from '../src/core/errors.js';
import { fanOut } from '../src/core/fan-out.js';
import { zoneReads, zonesOf } from '../src/core/probes/thermal.js';
import { defineProbe } from '../src/core/probe/probe.js';
import type { Call, Member } from '../src/ports/tool.js';
import { launchLook } from './launch-look.js';

const hottestProbe = defineProbe({
  name: 'hottest',
  reads: zoneReads,
  parse: (answers) => Math.max(0, ...zonesOf(answers).map(({ celsius = 0 }) => celsius)),
});

/** Fifteen degrees below the software throttling of Orin: little load is left to bear. */
const hotCelsius = 84;
const width = 128;

/** What a placement asks for; what it does not name is as whoever launched it wanted it. */
export type ScaleWish = Omit<LaunchWish, 'context'> & { readonly context?: number | undefined };

const usualContext = 4096;
/** The same as a launch takes it. */
export const launchOf = ({ context = usualContext, ...wish }: ScaleWish): LaunchWish => ({ ...wish, context });

/** Whether an endpoint is one of those that are asked for. */
function isWanted(found: EndpointLabels | undefined, { model, engine, quantisation, context }: ScaleWish): boolean {
  if (found?.model !== model) return false;
  const same = (is: unknown, wanted: unknown): boolean => wanted === undefined || is === wanted;
  return same(found.engine, engine) && same(found.quantisation, quantisation) && same(found.context, context);
}

async function placeOf({ entry, device }: Member, asked: ScaleWish, spread: string, call: Call): Promise<Place> {
  const wish = launchOf(asked);
  const look = await launchLook(wish, device, call);
  const serves = look.containers
    .filter(({ jetfleet, state }) => state === 'running' && isWanted(endpointOf(jetfleet), asked))
    .map(({ name }) => name);
  const { warningCelsius = hotCelsius } = call.temperatureLimits;
  const hot = (await device.ask(hottestProbe, call.signal)) >= warningCelsius;
  const about = { device: entry.name, site: entry.labels[spread] ?? '', serves, hot };
  if (serves.length > 0) return { ...about, fits: true, speed: decodeBound(look.board, 1) ?? 0 };
  const { additions } = await call.userCatalog.current();
  const { run } = launchDraft(wish, look, additions);
  return {
    ...about,
    fits: run.fit !== undefined,
    speed: Math.round(decodeBound(look.board, run.weights.quantisation.bytes) ?? 0),
  };
}

/** Looks at every device for a placement. One on which the model does not run, or that is away, is one that does not fit. */
export async function placesOf(
  members: readonly Member[],
  wish: ScaleWish,
  spread: string,
  call: Call,
): Promise<readonly Place[]> {
  const settled = await fanOut(members, width, (member) => placeOf(member, wish, spread, call), call.signal);
  return settled.map((result, i): Place => {
    if (result.ok) return result.value;
    if (!(result.error instanceof Failure) || call.signal.aborted) throw result.error;
    const entry = members[i]?.entry;
    const site = entry?.labels[spread] ?? '';
    return {
      device: entry?.name ?? '',
      site,
      serves: [],
      fits: false,
      why: result.error.message,
      hot: false,
      speed: 0,
    };
  });
}
