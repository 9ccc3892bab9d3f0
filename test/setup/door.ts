import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';

/** A listening socket of this machine behind which is another. */
export interface Door {
  close(): Promise<void>;
}

export interface DoorOptions {
  readonly host: string;
  readonly port: number;
  /** A process of the other machine, a set of namespaces. */
  readonly pid: number;
  /** Started there for each connection, which is its standard input and output. */
  readonly program: readonly string[];
  readonly logFile: string;
  readonly onSession: (session: ChildProcess) => void;
}

/** Opens a door; undefined where the port is taken. */
export async function openDoor(options: DoorOptions): Promise<Door | undefined> {
  const { host, port, pid, program, logFile, onSession } = options;
  const enter = ['-t', String(pid), '--mount', '--net', '--pid', '--', ...program];
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    const output = openSync(logFile, 'a');
    const session = spawn('nsenter', enter, { stdio: [socket, socket, output] });
    closeSync(output);
    session.unref();
    onSession(session);
    // The session has its own hold on the connection.
    socket.destroy();
  });
  server.listen(port, host);
  server.unref();
  try {
    await once(server, 'listening');
  } catch {
    return undefined;
  }
  return {
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
