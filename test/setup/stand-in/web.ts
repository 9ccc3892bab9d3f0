import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** Every request is answered. */
export type Sent = 'sent';

/** One request to the stand-in, and how it is answered. */
export interface Exchange {
  readonly path: string;
  /** The parsed body; undefined of a GET. */
  readonly body: unknown;
  /** Aborted when the client goes away. */
  readonly gone: AbortSignal;
  /** Answers at once. */
  readonly send: (status: number, content: string | object) => Sent;
  /** Begins an answer that comes in pieces, and writes them. */
  readonly write: (type: string, piece: string) => void;
  readonly end: () => Sent;
}

/** What answers: by method and path. */
export type Routes = Readonly<Record<string, (exchange: Exchange) => Sent | Promise<Sent>>>;

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? undefined : (JSON.parse(Buffer.concat(chunks).toString()) as unknown);
}

function exchangeOf(path: string, body: unknown, response: ServerResponse): Exchange {
  const over = new AbortController();
  response.once('close', () => over.abort());
  return {
    path,
    body,
    gone: over.signal,
    send: (status, content) => {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      const type = typeof content === 'string' ? 'text/plain; version=0.0.4' : 'application/json';
      response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text);
      return 'sent';
    },
    write: (type, piece) => {
      if (!response.headersSent) response.writeHead(200, { 'content-type': type });
      response.write(piece);
    },
    end: () => {
      response.end();
      return 'sent';
    },
  };
}

/** Serves routes; what no route answers is 404. */
export function serve(routes: Routes, port: number, host: string): Promise<Server> {
  const server = createServer({ noDelay: true }, (request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?');
    const route = routes[`${request.method ?? 'GET'} ${path}`];
    void bodyOf(request)
      .then((body) => {
        const exchange = exchangeOf(path, body, response);
        return route === undefined ? exchange.send(404, { detail: 'Not Found' }) : route(exchange);
      })
      .catch(() => response.destroy());
  });
  return new Promise((resolve) => server.listen(port, host, () => resolve(server)));
}
