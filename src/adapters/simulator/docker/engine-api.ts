import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  apiOf,
  imageJson,
  infoJson,
  inspectedImageJson,
  inspectedJson,
  listedJson,
  networksJson,
  statsJson,
  versionJson,
  volumesJson,
} from './engine-json.js';
import { startExec } from './exec.js';
import { frame, logPieces } from './log-frames.js';
import { unsupportedText } from '../programs/program.js';
import { Refused } from './refused.js';
import type { SimEngine } from './sim-engine.js';

type Handler = (asked: Asked) => void | Promise<void>;

interface Asked {
  readonly engine: SimEngine;
  /** The open parts of the path, decoded. */
  readonly words: readonly string[];
  readonly query: URLSearchParams;
  readonly body: () => Promise<unknown>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The Engine API of a simulated device, for streams to its socket. */
export class EngineApi {
  readonly #server: Server;
  readonly #engine: SimEngine;

  constructor(engine: SimEngine) {
    this.#engine = engine;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
      socket.on('error', () => undefined);
      startExec(engine, request, socket);
    });
  }

  /** Serves one stream for as long as it is open. */
  serve(stream: Duplex): void {
    stream.on('error', () => undefined);
    this.#server.emit('connection', stream);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://engine');
    const { newest, oldest } = apiOf(this.#engine.device.spec);
    const [, version, path = url.pathname] = /^\/v(\d+\.\d+)(\/.*)$/.exec(url.pathname) ?? [];
    response.setHeader('Api-Version', newest);
    try {
      if (version !== undefined && (number(version) > number(newest) || number(version) < number(oldest)))
        throw new Refused(
          400,
          `client version ${version} is too ${number(version) < number(oldest) ? 'old' : 'new'}. Minimum supported API version is ${oldest}, maximum supported API version is ${newest}`,
        );
      for (const [method, pattern, handle] of routes) {
        const found = request.method === method ? pattern.exec(path) : null;
        if (found === null) continue;
        const words = found.slice(1).map(decodeURIComponent);
        await handle({
          engine: this.#engine,
          words,
          query: url.searchParams,
          body: () => bodyOf(request),
          request,
          response,
        });
        return;
      }
      throw new Refused(501, unsupportedText(`${request.method ?? ''} ${path}`).trim());
    } catch (error) {
      const { status, message } = error instanceof Refused ? error : { status: 500, message: 'the simulator failed' };
      if (!response.headersSent) json(response, { message }, status);
    }
  }
}

const number = (version: string): number => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1000 + minor;
};

function json(response: ServerResponse, value: unknown, status = 200): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json' })
    .end(value === undefined ? '' : JSON.stringify(value));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text === '' ? {} : JSON.parse(text);
}

const isOn = (value: string | null): boolean => value === '1' || value === 'true';

function matching(filters: string | null, fits: (key: string, value: string) => boolean): boolean {
  const given = JSON.parse(filters ?? '{}') as Readonly<
    Record<string, readonly string[] | Readonly<Record<string, boolean>>>
  >;
  return Object.entries(given).every(([key, values]) =>
    (Array.isArray(values) ? (values as readonly string[]) : Object.keys(values)).some((value) => fits(key, value)),
  );
}

/** Does something to a container, and answers 204. */
const doing =
  (deed: (asked: Asked, container: ReturnType<SimEngine['container']>) => void): Handler =>
  (asked) => {
    deed(asked, asked.engine.container(asked.words[0] ?? ''));
    asked.response.writeHead(204).end();
  };

const routes: readonly (readonly [method: string, path: RegExp, handle: Handler])[] = [
  ['GET', /^\/_ping$/, ({ response }) => void response.writeHead(200).end('OK')],
  ['GET', /^\/version$/, ({ engine, response }) => json(response, versionJson(engine.device.spec))],
  ['GET', /^\/info$/, ({ engine, response }) => json(response, infoJson(engine))],
  [
    'GET',
    /^\/containers\/json$/,
    ({ engine, query, response }) => {
      const shown = [...engine.containers.values()].reverse().filter(({ state, name, words: { labels } }) => {
        if (!isOn(query.get('all')) && state !== 'running') return false;
        return matching(query.get('filters'), (key, value) => {
          if (key === 'name') return name.includes(value.replace(/^\^?\/?|\$$/g, ''));
          if (key === 'status') return state === value;
          const [label = '', wanted] = value.split('=');
          return Object.hasOwn(labels, label) && (wanted === undefined || labels[label] === wanted);
        });
      });
      json(
        response,
        shown.map((each) => listedJson(each, engine.device.nowMs())),
      );
    },
  ],
  [
    'GET',
    /^\/containers\/([^/]+)\/json$/,
    ({ engine, words: [id = ''], response }) => json(response, inspectedJson(engine.container(id))),
  ],
  [
    'GET',
    /^\/containers\/([^/]+)\/stats$/,
    ({ engine, words: [id = ''], response }) => json(response, statsJson(engine, engine.container(id))),
  ],
  ['GET', /^\/containers\/([^/]+)\/logs$/, serveLogs],
  ['POST', /^\/containers\/([^/]+)\/start$/, doing(({ engine }, container) => engine.start(container))],
  ['POST', /^\/containers\/([^/]+)\/stop$/, doing(({ engine }, container) => engine.end(container, 0))],
  [
    'POST',
    /^\/containers\/([^/]+)\/restart$/,
    doing(({ engine }, container) => {
      engine.end(container, 0);
      engine.start(container);
    }),
  ],
  ['POST', /^\/containers\/([^/]+)\/kill$/, doing(({ engine }, container) => engine.end(container, 137))],
  ['POST', /^\/containers\/([^/]+)\/pause$/, doing((_asked, container) => void (container.state = 'paused'))],
  ['POST', /^\/containers\/([^/]+)\/unpause$/, doing((_asked, container) => void (container.state = 'running'))],
  [
    'DELETE',
    /^\/containers\/([^/]+)$/,
    doing(({ engine, query }, container) => engine.remove(container, isOn(query.get('force')))),
  ],
  ['GET', /^\/images\/json$/, ({ engine, response }) => json(response, [...engine.images.values()].map(imageJson))],
  [
    'GET',
    /^\/images\/(.+)\/json$/,
    ({ engine, words: [reference = ''], response }) => {
      const image = engine.image(reference);
      if (image === undefined) throw new Refused(404, `No such image: ${reference}`);
      json(response, inspectedImageJson(image));
    },
  ],
  ['DELETE', /^\/images\/(.+)$/, removeImage],
  ['GET', /^\/networks$/, ({ engine, response }) => json(response, networksJson(engine))],
  ['GET', /^\/volumes$/, ({ engine, response }) => json(response, volumesJson(engine))],
  ['GET', /^\/volumes\/([^/]+)$/, ({ engine, words: [name = ''], response }) => json(response, engine.volume(name))],
  [
    'POST',
    /^\/containers\/([^/]+)\/update$/,
    async ({ engine, words: [id = ''], body, response }) => {
      const { RestartPolicy: policy } = (await body()) as { readonly RestartPolicy?: { readonly Name?: unknown } };
      if (typeof policy?.Name !== 'string') throw new Refused(501, unsupportedText('that update').trim());
      engine.container(id).restart = policy.Name;
      json(response, { Warnings: null });
    },
  ],
  ['GET', /^\/events$/, serveEvents],
  [
    'POST',
    /^\/containers\/([^/]+)\/exec$/,
    async ({ engine, words: [id = ''], body, response }) => {
      const container = engine.container(id);
      if (container.state !== 'running') throw new Refused(409, `container ${container.id} is not running`);
      json(response, { Id: engine.execs.prepare(container, await body()) }, 201);
    },
  ],
  [
    'GET',
    /^\/exec\/([^/]+)\/json$/,
    ({ engine, words: [id = ''], response }) => json(response, engine.execs.state(id)),
  ],
];

function removeImage({ engine, words: [reference = ''], query, response }: Asked): void {
  const image = engine.image(reference);
  if (image === undefined) throw new Refused(404, `No such image: ${reference}`);
  const user = [...engine.containers.values()].find((each) => each.image.id === image.id);
  if (user !== undefined && (user.state === 'running' || !isOn(query.get('force'))))
    throw new Refused(
      409,
      `conflict: unable to remove repository reference "${reference}" (must force) - container ${user.id.slice(0, 12)} is using its referenced image ${image.id.slice(7, 19)}`,
    );
  engine.images.delete(image.tag);
  json(response, [{ Untagged: image.tag }, { Deleted: image.id }]);
}

function serveLogs({ engine, words: [id = ''], query, response }: Asked): void {
  const container = engine.container(id);
  response.writeHead(200, { 'Content-Type': 'application/vnd.docker.multiplexed-stream' });
  for (const piece of logPieces(container.lines, query)) response.write(frame(piece.stream, piece.text));
  response.end();
}

function serveEvents({ engine, request, query, response }: Asked): void {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.flushHeaders();
  const until = Number(query.get('until') ?? Infinity);
  if (until * 1000 <= engine.device.nowMs()) {
    response.end();
    return;
  }
  const stop = engine.onEvent((event) => response.write(`${JSON.stringify(event)}\n`));
  request.on('close', stop);
  response.on('close', stop);
}
