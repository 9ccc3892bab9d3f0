import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createRaw, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { sshdUnavailable } from '../../setup/sshd.js';
import { describeWith } from '../../setup/suite.js';
import { failureOf, never, rig, type Rig } from './rig.js';

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
};

describeWith(sshdUnavailable(), 'HTTP to loopback ports, over a real sshd', () => {
  let the: Rig;
  const servers: { close(): unknown }[] = [];
  const serve = async (listener: RequestListener): Promise<{ readonly port: number; readonly server: Server }> => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port, server };
  };
  beforeAll(async () => {
    the = await rig();
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  afterAll(() => the.stop());

  it('asks and posts, over one connection that is kept', async () => {
    const sockets = new Set<unknown>();
    const { port } = await serve((request, response) => {
      sockets.add(request.socket);
      void textOf(request).then((body) => {
        const { method, url, headers } = request;
        response.setHeader('X-Engine', 'test').writeHead(201);
        response.end(JSON.stringify({ method, url, type: headers['content-type'], body }));
      });
    });
    const { http } = the.device;
    const asked = await http.request({ port, method: 'GET', path: '/health?x=1' }, never());
    expect(asked).toMatchObject({ status: 201, truncated: false, headers: { 'x-engine': 'test' } });
    expect(JSON.parse(asked.body)).toEqual({ method: 'GET', url: '/health?x=1', body: '' });
    const body = { prompt: 'ünï' };
    const posted = await http.request({ port, method: 'POST', path: '/v1/x', body }, never());
    expect(JSON.parse(posted.body)).toMatchObject({ type: 'application/json', body: JSON.stringify(body) });
    expect(sockets.size).toBe(1);
  });

  it('hands over pieces when they come, with a clock that only goes forward', async () => {
    const { port } = await serve((_request, response) => {
      void (async () => {
        for (const word of ['one', 'zwö', 'three']) {
          response.write(word);
          await pause(30);
        }
        response.end();
      })();
    });
    const heard: [string, number][] = [];
    const began = performance.now();
    const asked = { port, method: 'POST', path: '/', body: {}, maxBytes: 5 } as const;
    const answer = await the.device.http.request(asked, never(), (text, atMs) => heard.push([text, atMs]));
    expect(heard.map(([text]) => text)).toEqual(['one', 'zwö', 'three']);
    const times = [began, ...heard.map(([, atMs]) => atMs), performance.now()];
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
    expect(answer.truncated).toBe(true);
  });

  it('keeps characters whole across pieces, and the first bytes of an answer without end', async () => {
    const { port } = await serve((request, response) => {
      if (request.url === '/endless') {
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
          if (!response.destroyed) response.once('drain', more);
        };
        more();
        return;
      }
      const bytes = Buffer.from('aü');
      response.write(bytes.subarray(0, 2));
      setTimeout(() => response.end(bytes.subarray(2)), 30);
    });
    const pieces: string[] = [];
    await the.device.http.request({ port, method: 'GET', path: '/' }, never(), (text) => pieces.push(text));
    expect(pieces).toEqual(['a', 'ü']);
    const endless = { port, method: 'GET', path: '/endless', maxBytes: 1000 } as const;
    const answer = await the.device.http.request(endless, never());
    expect([answer.body.length, answer.truncated]).toEqual([1000, true]);
  });

  it('sends the token of a file on the device, and reads it anew where it was refused', async () => {
    const file = join(the.server.folder, 'token');
    const wanted = { token: 'first' };
    const { port } = await serve(({ headers }, response) => {
      response.writeHead(headers.authorization === `Bearer ${wanted.token}` ? 200 : 401).end();
    });
    const ask = async (): Promise<number> =>
      (await the.device.http.request({ port, method: 'GET', path: '/', tokenFile: file }, never())).status;
    writeFileSync(file, 'first\n');
    chmodSync(file, 0o644);
    expect(await ask()).toBe(200);
    wanted.token = 'second';
    writeFileSync(file, 'second\n');
    expect([await ask(), await ask()]).toEqual([401, 200]);
    const none = { port, method: 'GET', path: '/', tokenFile: join(the.server.folder, 'none') } as const;
    expect(await failureOf(the.device.http.request(none, never()))).toMatchObject({ kind: 'invalid_input' });
    writeFileSync(file, 'two words\nX-Evil: 1');
    wanted.token = 'third';
    expect(await ask()).toBe(401);
    const failure = await failureOf(ask());
    expect(failure.kind).toBe('command_failed');
    expect(JSON.stringify([failure.message, failure.hint])).not.toContain('Evil');
  });

  it('says who is not there, who does not speak HTTP, and who hung up', async () => {
    const { port, server } = await serve((request, response) => {
      if (request.url === '/half') response.writeHead(200, { 'content-length': '10' }).write('half');
      setTimeout(() => request.socket.destroy(), 50);
    });
    const ask = (path: string, of = port) =>
      failureOf(the.device.http.request({ port: of, method: 'GET', path }, never()));
    expect(await ask('/')).toMatchObject({ kind: 'command_failed', retry: 'check_first' });
    expect(await ask('/half')).toMatchObject({ kind: 'command_failed', retry: 'check_first' });
    expect(await ask('/a b')).toMatchObject({ kind: 'invalid_input' });
    server.close();
    await once(server, 'close');
    const gone = await ask('/');
    expect(gone).toMatchObject({ kind: 'unreachable' });
    expect(gone.message).toContain(String(port));
    const raw = createRaw((socket) => void socket.write('220 mail\r\n')).listen(0, '127.0.0.1');
    servers.push(raw);
    await once(raw, 'listening');
    expect(await ask('/', (raw.address() as AddressInfo).port)).toMatchObject({ kind: 'unparseable' });
  });

  it('asks once more where a kept connection was closed meanwhile', async () => {
    const { port, server } = await serve((_request, response) => void response.end('ok'));
    server.keepAliveTimeout = 20;
    for (let round = 0; round < 5; round += 1) {
      const { body } = await the.device.http.request({ port, method: 'POST', path: '/', body: { round } }, never());
      expect(body).toBe('ok');
      await pause(10 + round * 5);
    }
  });

  it('ends with its caller, and with the link', async () => {
    const began: IncomingMessage[] = [];
    const { port } = await serve((request, response) => {
      began.push(request);
      response.write('first');
    });
    const ask = (signal: AbortSignal, hear: () => void) =>
      failureOf(the.device.http.request({ port, method: 'POST', path: '/', body: {} }, signal, hear));
    const leaving = new AbortController();
    expect(await ask(leaving.signal, () => leaving.abort())).toMatchObject({ kind: 'cancelled' });
    expect(await ask(AbortSignal.abort(), () => undefined)).toMatchObject({ kind: 'cancelled' });
    const cut = await ask(never(), () => the.server.cut());
    expect(cut).toMatchObject({ kind: 'unreachable', retry: 'check_first' });
    expect(cut.message).toMatch(/link was cut/);
    // Neither was sent again.
    expect(began).toHaveLength(2);
  });
});
