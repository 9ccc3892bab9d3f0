import { offerOf, type Offer } from '../docker/manifest.js';
import { argv, defineProbe, type ArgvAnswer, type ArgvRead, type Probe } from '../probe/probe.js';

const seconds = 15;

/** Free bytes by `df --output=avail`; undefined where that is not what was printed. */
function freeOf({ status, text }: ArgvAnswer): number | undefined {
  const found = /(?:^|\n)\s*(\d{1,15})\s*$/.exec(text)?.[1];
  return status !== 'ok' || found === undefined ? undefined : Number(found);
}

/** Free bytes of the disk that has a folder; undefined where it cannot be seen. */
export function freeProbe(folder: string): Probe<number | undefined, { readonly free: ArgvRead }> {
  return defineProbe({
    name: 'free-bytes',
    reads: { free: argv(['df', '-B1', '--output=avail', folder]) },
    parse: ({ free }) => freeOf(free),
  });
}

/** What the registry says of an image; undefined where it does not, in 15 seconds. */
export function offerProbe(
  image: string,
  { asRoot, architecture }: { readonly asRoot: boolean; readonly architecture: string },
): Probe<Offer | undefined, { readonly offer: ArgvRead }> {
  const words = ['docker', 'manifest', 'inspect', '--verbose', image];
  return defineProbe({
    name: 'registry-offer',
    reads: { offer: argv(['timeout', String(seconds), ...words], { sudo: asRoot }) },
    parse: ({ offer }): Offer | undefined => (offer.status === 'ok' ? offerOf(offer.text, architecture) : undefined),
  });
}
