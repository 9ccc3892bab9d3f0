import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { frame } from './log-frames.js';
import { inContainer } from './in-container.js';
import { Refused } from './refused.js';
import type { SimEngine } from './sim-engine.js';

/** Runs a prepared program over the connection that the client has taken for it. */
export function startExec(engine: SimEngine, request: IncomingMessage, socket: Duplex): void {
  const [, id = ''] = /\/exec\/([^/]+)\/start$/.exec(request.url ?? '') ?? [];
  let text = '';
  const begin = (): void => {
    try {
      const { container, argv } = engine.execs.begin(id);
      socket.write(
        'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
      );
      const { exitCode, stdout, stderr } = inContainer(engine, container, argv);
      if (stdout !== '') socket.write(frame('stdout', stdout));
      if (stderr !== '') socket.write(frame('stderr', stderr));
      engine.execs.end(id, exitCode);
      socket.end();
    } catch (error) {
      const { status, message } = error instanceof Refused ? error : { status: 500, message: 'the simulator failed' };
      const body = JSON.stringify({ message });
      socket.end(
        `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    }
  };
  // What was asked stands after the head; the engine answers once it is whole.
  const length = Number(request.headers['content-length'] ?? '0');
  if (length === 0) begin();
  else
    socket.on('data', (piece: Buffer) => {
      if (text.length >= length) return;
      text += piece.toString('latin1');
      if (text.length >= length) begin();
    });
}
