import type { ServerChannel } from 'ssh2';
import type { Account } from '../device/account.js';
import type { Board } from '../device/board.js';
import type { FileView } from '../device/file-view.js';
import type { SimulatedDevice } from '../device/simulated-device.js';
import { Interpreter, noInput } from '../shell/interpreter.js';
import { ShellSession } from '../shell/session.js';
import { AnswerStream } from './answer-stream.js';
import { ChannelInput } from './channel-input.js';
import type { SessionRegistry } from './session-registry.js';

/** One logged-in link to a simulated device. */
export interface Link {
  readonly device: SimulatedDevice;
  readonly board: Board;
  readonly files: FileView;
  readonly account: Account;
  readonly sessions: SessionRegistry;
  /** Ends the link without a word. */
  cut(): void;
}

const sessionCommand = /^(?:exec )?\/bin\/sh$/;

/** Serves one exec request; returns what ends it. */
export function serveCommand(link: Link, command: string, channel: ServerChannel): AbortController {
  const { sid, ending } = link.sessions.open();
  channel.on('error', () => {
    ending.abort();
  });
  channel.on('close', () => {
    link.sessions.close(sid);
    ending.abort();
  });
  const answer = new AnswerStream(link.device, channel, ending.signal, () => {
    link.cut();
  });
  const interactive = sessionCommand.test(command.trim());
  const input = interactive ? noInput : new ChannelInput(channel);
  const interpreter = new Interpreter({
    programs: link.board.programs,
    files: link.files,
    device: link.device,
    caller: { account: link.account, root: link.account.sudo === 'root' },
    input,
    out: answer.out,
    err: answer.err,
    signal: ending.signal,
    sid,
    stopSession: (other) => link.sessions.stop(other),
  });
  ending.signal.addEventListener('abort', () => {
    if (!channel.destroyed) channel.close();
  });
  if (interactive) {
    const session = new ShellSession(
      interpreter,
      () => {
        answer.flush();
      },
      (code) => void answer.finish(code),
    );
    channel.on('data', (bytes: Buffer) => {
      session.feed(bytes);
    });
    channel.on('end', () => {
      session.end();
    });
  } else {
    interpreter
      .script(command)
      .then((code) => answer.finish(code))
      .catch(() => {
        link.cut();
      });
  }
  return ending;
}
