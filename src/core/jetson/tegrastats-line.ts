import { itemKinds, type TegrastatsDraft } from './tegrastats-items.js';
import type { TegrastatsSample } from './tegrastats-sample.js';

/** Reads the item that begins at `from`; its end, or undefined where nothing known begins there. */
function takeItem(line: string, from: number, draft: TegrastatsDraft): number | undefined {
  for (const { pattern, take } of itemKinds) {
    pattern.lastIndex = from;
    const match = pattern.exec(line);
    if (match === null || match[0].endsWith(' ')) continue;
    if (take(match.slice(1), draft)) return from + match[0].length;
  }
  return undefined;
}

/** Reads one line of tegrastats, of any release. Never throws; what it does not know is in `unknown`, in order. */
export function parseTegrastatsLine(line: string): TegrastatsSample {
  const draft: TegrastatsDraft = {
    once: {},
    engines: new Map(),
    temperatures: new Map(),
    peaks: new Map(),
    off: [],
    rails: new Map(),
  };
  const unknown: string[] = [];
  const word = /\S+/g;
  for (let match = word.exec(line); match !== null; match = word.exec(line)) {
    const end = takeItem(line, match.index, draft);
    if (end === undefined) unknown.push(match[0]);
    else word.lastIndex = end;
  }
  return {
    ...draft.once,
    engines: Object.fromEntries(draft.engines),
    temperaturesCelsius: Object.fromEntries(draft.temperatures),
    peaksCelsius: Object.fromEntries(draft.peaks),
    sensorsOff: draft.off,
    rails: Object.fromEntries(draft.rails),
    unknown,
  };
}
