import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.js';
import type { Command } from '../../core/command.js';
import type { Probe } from '../../core/probe/probe.js';
import { Redactor } from '../../core/redact.js';
import type { DockerExec, DockerLoad, DockerQuestion, DockerRequest, DockerStream } from '../../core/docker/request.js';
import type { FileCopy, FileWrite } from '../../core/step.js';
import type { LineSource } from '../../ports/fleet.js';
import type { LoopbackRequest } from '../../ports/loopback-http.js';
import { mapStrings } from './map-strings.js';

/** What was asked of a device: in words to show, and in all detail to tell requests apart. */
export interface Request {
  readonly words: readonly unknown[];
  readonly detail: unknown;
}

/** Scripts are told by their hash. */
const longestWord = 200;
/** The id of a change, and of the jobs it starts. Digits alone may be a time in microseconds, which is as new each time. */
const changeId = /(?<![0-9A-Za-z])[0-9a-f]{16}(?![0-9A-Za-z])/g;
/** Knows no secret, so that it takes the same out when a session is recorded and when it is replayed. */
const shapes = new Redactor();

const hashOf = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex').slice(0, 20);
const short = (word: string): string => (word.length > longestWord ? `#${hashOf(word)}` : word);

/** The ids of changes in a request, in their order. */
export function changeIdsOf({ words, detail }: Request): readonly string[] {
  const found: string[] = [];
  mapStrings([words, detail], (text) => {
    for (const [id] of text.matchAll(changeId)) if (!found.includes(id)) found.push(id);
    return text;
  });
  return found;
}

/** A value with ids of changes replaced by placeholders, the same for every session. */
export function withoutIds<T>(value: T, ids: readonly string[]): T {
  return mapStrings(value, (text) => ids.reduce((done, id, n) => done.replaceAll(id, `<change-${String(n)}>`), text));
}

/** A value with the placeholders replaced by the ids of this session. */
export function withIds<T>(value: T, ids: readonly string[]): T {
  return mapStrings(value, (text) => ids.reduce((done, id, n) => done.replaceAll(`<change-${String(n)}>`, id), text));
}

/** By what a request is found again: a hash, as it may hold what is not to be written down. */
export function keyOf(device: string, request: Request): string {
  const whole = withoutIds([request.words, request.detail], changeIdsOf(request));
  return hashOf(canonicalJson([device, shapes.redactDeep(whole)]));
}

/** Bytes as part of a key. Text is taken as such, so that an id of a change in it is found. */
function contentOf(content: string | Uint8Array | undefined): unknown {
  if (content === undefined) return null;
  if (typeof content === 'string') return content;
  const text = new TextDecoder('utf-8').decode(content);
  return text.includes('\uFFFD') ? hashOf(content) : text;
}

export const requests = {
  ask: ({ name, reads }: Pick<Probe<unknown>, 'name' | 'reads'>): Request => ({ words: ['ask', name], detail: reads }),
  follow: ({ argv, sudo = false }: LineSource): Request => ({ words: ['follow', argv.map(short), sudo], detail: argv }),
  run: ({ argv, sudo = false, stdin }: Command): Request => ({
    words: ['run', argv.map(short), sudo],
    detail: [argv, contentOf(stdin)],
  }),
  write: ({ path, content, mode, sudo = false, replaces }: FileWrite): Request => ({
    words: ['write', path, sudo],
    // What it replaces is left out: an answer that secrets were taken out of has another hash.
    detail: [contentOf(content), mode ?? null, replaces === null],
  }),
  copied: ({ copyTo, sha256 }: FileCopy): Request => ({ words: ['copied', copyTo], detail: sha256 }),
  putPiece: ({ copyTo, sha256 }: FileCopy, offset: number, bytes: Uint8Array): Request => ({
    words: ['putPiece', copyTo, offset],
    detail: [sha256, hashOf(bytes)],
  }),
  endCopy: ({ copyTo, sha256, mode }: FileCopy): Request => ({
    words: ['endCopy', copyTo],
    detail: [sha256, mode ?? null],
  }),
  dockerAsk: ({ name, path, query }: Omit<DockerQuestion<unknown>, 'parse'>): Request => ({
    words: ['docker.ask', name, path],
    detail: query ?? null,
  }),
  dockerFollow: ({ name, path, query }: DockerStream): Request => ({
    words: ['docker.follow', name, path],
    detail: query ?? null,
  }),
  dockerSend: ({ docker, path, query, body }: DockerRequest): Request => ({
    words: ['docker.send', `${docker} ${path}`],
    detail: [query ?? null, body ?? null],
  }),
  dockerExec: ({ container, argv, user, cwd }: DockerExec): Request => ({
    words: ['docker.exec', container, argv.map(short)],
    detail: [argv, user ?? null, cwd ?? null],
  }),
  dockerLoad: ({ image, imageId, from }: DockerLoad): Request => ({
    words: ['docker.load', image],
    detail: [imageId, from],
  }),
  http: ({ method, port, path, body }: LoopbackRequest): Request => ({
    words: ['http', `${method} ${String(port)}${path}`],
    detail: body ?? null,
  }),
  of: (...words: readonly (string | number)[]): Request => ({ words, detail: null }),
};
