import { z } from 'zod';
import { isMountPath } from './checked-spec.js';
import { labels, readAnswer, text } from './lenient.js';
import { enginePath, type DockerQuestion } from './request.js';

const volume = z.object({ Driver: text, Options: labels });

/** What these mount lies on another machine, or in memory. */
const elsewhere = /^(?:nfs4?|cifs|smb3|tmpfs)$/;
const binds = /(?:^|,)r?bind(?:,|$)/;

/** A path that can be asked about; what is none may be anything. */
const pathOf = (given: string): string => (isMountPath(given) ? given : '/');

function leadsTo({ Driver, Options }: z.output<typeof volume>): string[] {
  // What a driver does with a path is its own affair.
  if (Driver !== undefined && Driver !== 'local')
    return Object.values(Options).flatMap((value) => (value.startsWith('/') ? [pathOf(value)] : []));
  const { type = '', device = '', o = '' } = Options;
  if (device === '' && o === '') return [];
  if (elsewhere.test(type) && !binds.test(o)) return [];
  return [type === 'overlay' ? '/' : pathOf(device)];
}

/** Asks which paths of the device a volume is another name for: `docker volume create --opt o=bind --opt device=/`. */
export function volumeSource(name: string): DockerQuestion<string[]> {
  return {
    name: 'volume',
    path: enginePath('volumes', name),
    parse: (answer) => leadsTo(readAnswer(volume, answer)),
  };
}
