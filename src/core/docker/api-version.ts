import { z } from 'zod';
import { Failure } from '../errors.js';

/** What an engine says of itself; `GET /version`. */
const versionAnswer = z.object({
  ApiVersion: z.string(),
  MinAPIVersion: z.string().optional(),
});

/** The version that jetfleet asks for where it may: the oldest that Docker 29 still takes, so that most engines answer alike. */
const wanted = [1, 44] as const;
/** Docker 20.10. */
const oldest = [1, 41] as const;

type Version = readonly [major: number, minor: number];

function versionOf(text: string): Version | undefined {
  const [, major, minor] = /^(\d{1,3})\.(\d{1,4})$/.exec(text) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}

const before = (a: Version, b: Version): boolean => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);

/**
 * The version of the Engine API to speak with an engine that gives this answer to `/version`: `1.44`. Throws `unsupported` for one
 * older than 20.10.
 */
export function apiVersion(answer: unknown): string {
  const said = versionAnswer.safeParse(answer);
  const newest = said.success ? versionOf(said.data.ApiVersion) : undefined;
  if (newest === undefined)
    throw new Failure('unparseable', 'The container engine does not tell its version.', { retry: 'no' });
  if (before(newest, oldest)) {
    throw new Failure(
      'unsupported',
      'The Docker of the device is older than 20.10, the oldest that jetfleet speaks with.',
      {
        hint: 'docker_setup updates it.',
        retry: 'no',
      },
    );
  }
  const least = said.data?.MinAPIVersion === undefined ? undefined : versionOf(said.data.MinAPIVersion);
  const chosen = before(newest, wanted) ? newest : least !== undefined && before(wanted, least) ? least : wanted;
  return `${String(chosen[0])}.${String(chosen[1])}`;
}
