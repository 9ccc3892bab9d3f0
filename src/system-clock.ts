import type { Clock } from './ports/clock.js';

/** The clock of the machine that jetfleet runs on. */
export const systemClock: Clock = { now: () => Date.now() };
