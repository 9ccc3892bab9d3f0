import type { DeviceEntry } from '../../../core/device.js';
import { abortFailure, Failure } from '../../../core/errors.js';
import { readAnswers } from '../../../core/probe/answers.js';
import { file } from '../../../core/probe/probe.js';
import { renderReads } from '../../../core/probe/render.js';
import type { SeenHostKey } from '../../../ports/fleet.js';
import type { Connection, Connector } from '../connection.js';
import { Channels } from './channels.js';
import { newMark } from './mark.js';
import { Session } from './session.js';

const reads = { serial: file('/proc/device-tree/serial-number') };
const limits = { timeoutMs: 5_000, maxBytes: 4_096 };

/** The key that a device's address shows, and the serial of the board where it lets a public key in. */
export async function lookAtHostKey(
  entry: DeviceEntry,
  connector: Connector,
  signal: AbortSignal,
): Promise<SeenHostKey> {
  const { seen, connection } = await connector.look(entry, signal);
  if (connection === undefined) return seen;
  try {
    const serial = await serialOf(connection, signal);
    return serial === undefined ? seen : { ...seen, serial };
  } finally {
    connection.close();
  }
}

/** What the host says its serial is, if that looks like one: it is not trusted, and its words go before a person. */
async function serialOf({ client }: Connection, signal: AbortSignal): Promise<string | undefined> {
  client.on('error', () => undefined);
  const channels = new Channels(client, Date.now);
  const session = new Session(channels, () => Promise.resolve());
  client.on('close', () => channels.budget.fail(undefined));
  try {
    const mark = newMark();
    const { output } = await session.exchange(renderReads(reads, mark), limits, signal);
    const { serial } = readAnswers(reads, mark, output);
    const text = serial !== undefined && typeof serial === 'object' && 'text' in serial ? serial.text : '';
    return /^([A-Za-z0-9-]{4,32})\0*$/.exec(text.trim())?.[1];
  } catch (error) {
    if (signal.aborted) throw abortFailure(signal);
    if (error instanceof Failure) return undefined;
    throw error;
  } finally {
    session.close(new Error('The look is over.'));
  }
}
