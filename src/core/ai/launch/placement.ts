import { Failure } from '../../errors.js';
import { shortNames } from '../../reply/device-names.js';

/** One device as a placement sees it. Only what stays as it is for minutes: a plan must come out the same when it is made again. */
export interface Place {
  readonly device: string;
  /** Value of the label over which replicas are spread. */
  readonly site: string;
  /** Names of its running endpoints of the model. */
  readonly serves: readonly string[];
  /** One more fits now. */
  readonly fits: boolean;
  /** Why not, in our words. */
  readonly why?: string | undefined;
  /** Near its limit of temperature. */
  readonly hot: boolean;
  /** Tokens a second that one request can get at most; 0 where that is not known. */
  readonly speed: number;
}

/** What becomes of a device. */
export type Placed = 'launch' | 'stop' | 'keep' | 'none';

const name = (a: Place, b: Place): number => (a.device < b.device ? -1 : 1);

/** How many replicas there are at each site, so far. */
function bySite(places: readonly Place[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { site } of places) counts.set(site, (counts.get(site) ?? 0) + 1);
  return counts;
}

/** Takes one after the other: the site that has fewest, then a cool board, then a fast one, then by name. */
function chosen(candidates: readonly Place[], having: readonly Place[], wanted: number): Place[] {
  const counts = bySite(having);
  const left = [...candidates];
  const taken: Place[] = [];
  const at = ({ site }: Place): number => counts.get(site) ?? 0;
  while (taken.length < wanted && left.length > 0) {
    left.sort((a, b) => at(a) - at(b) || Number(a.hot) - Number(b.hot) || b.speed - a.speed || name(a, b));
    const next = left.shift();
    if (next === undefined) break;
    counts.set(next.site, at(next) + 1);
    taken.push(next);
  }
  return taken;
}

/** Gives up one after the other: of the site that has most, the hot board first, then the slow one. */
function givenUp(having: readonly Place[], many: number): Place[] {
  const counts = bySite(having);
  const left = [...having];
  const given: Place[] = [];
  const at = ({ site }: Place): number => counts.get(site) ?? 0;
  while (given.length < many && left.length > 0) {
    left.sort((a, b) => at(b) - at(a) || Number(b.hot) - Number(a.hot) || a.speed - b.speed || name(b, a));
    const next = left.shift();
    if (next === undefined) break;
    counts.set(next.site, at(next) - 1);
    given.push(next);
  }
  return given;
}

function tooFew(fits: number, replicas: number, places: readonly Place[]): Failure {
  const reasons = new Map<string, string[]>();
  for (const { device, serves, fits: can, why = 'it does not fit.' } of places)
    if (serves.length === 0 && !can) reasons.set(why, [...(reasons.get(why) ?? []), device]);
  const told = [...reasons].slice(0, 4).map(([why, devices]) => `${shortNames(devices).join(', ')}: ${why}`);
  return new Failure('unsupported', `replicas: ${fits} of ${replicas} fit on these devices. ${told.join(' ')}`.trim(), {
    hint: `Ask for ${fits}, select more devices, or make room (ai_match tells what to stop).`,
    retry: 'yes',
  });
}

/** Which devices get a replica and which lose theirs. Throws `unsupported` where fewer fit than are wanted. */
export function placement(places: readonly Place[], replicas: number): ReadonlyMap<string, Placed> {
  const having = places.filter(({ serves }) => serves.length > 0);
  const candidates = places.filter(({ serves, fits }) => serves.length === 0 && fits);
  const missing = replicas - having.length;
  if (missing > candidates.length) throw tooFew(having.length + candidates.length, replicas, places);
  const launch = new Set(missing > 0 ? chosen(candidates, having, missing) : []);
  const stop = new Set(missing < 0 ? givenUp(having, -missing) : []);
  const placed = (place: Place): Placed => {
    if (launch.has(place)) return 'launch';
    if (stop.has(place)) return 'stop';
    return place.serves.length > 0 ? 'keep' : 'none';
  };
  return new Map(places.map((place) => [place.device, placed(place)]));
}
