import { present } from '../../linux/present.js';
import { shortNames } from '../../reply/device-names.js';
import type { CatalogAdditions } from '../catalog-additions.js';
import { engineNames, type EngineName } from '../engines.js';
import { matchImage, type ImageChoice, type ImageMatch } from '../image-match.js';
import type { ImageRow, ImagesRow } from './match-data.js';
import type { MatchLook } from './match-look.js';

const mostOthers = 3;

/** An image in an answer. */
export function imageRowOf(best: ImageChoice, others: readonly ImageChoice[]): ImageRow {
  return present({
    image: best.image,
    digest: best.digest,
    local: best.local,
    downloadMb: best.local === true ? undefined : best.compressedMb,
    why: [...best.why],
    cautions: best.cautions.length === 0 ? undefined : [...best.cautions],
    others: others.length === 0 ? undefined : others.slice(0, mostOthers).map(({ image }) => image),
  });
}

function engineRow(match: ImageMatch): ImagesRow['engines'][string] {
  if (match.found) return imageRowOf(match.best, match.others);
  const { why, hint, notKnown } = match;
  return present({ none: why, hint, notKnown: notKnown.length === 0 ? undefined : [...notKnown] });
}

/** The best image of each engine, said once for devices that are alike. */
export function imageRows(
  looks: readonly MatchLook[],
  engine: EngineName | undefined,
  additions: CatalogAdditions,
): ImagesRow[] {
  const rows = new Map<string, ImagesRow>();
  for (const { device, board, local } of looks) {
    const wanted = engine === undefined ? engineNames : [engine];
    const engines = Object.fromEntries(
      wanted.map((name) => [name, engineRow(matchImage(board, name, additions, local))]),
    );
    const about = present({ l4t: board.l4t, cuda: board.cudaDriver, sm: board.sm, engines });
    const key = JSON.stringify(about);
    const row = rows.get(key) ?? { devices: [], ...about };
    row.devices.push(device);
    rows.set(key, row);
  }
  return [...rows.values()].map((row) => ({ ...row, devices: shortNames(row.devices) }));
}
