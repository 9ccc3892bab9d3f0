import { lookup } from 'node:dns/promises';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import type { Failure } from '../../../core/errors.js';
import { within } from './deadline.js';
import { nameFailure, tcpFailure, tcpTimeout } from './failures.js';
import type { StepReport } from './steps.js';

type Address = Awaited<ReturnType<typeof lookup>>;

/** Opens a TCP connection and reports the steps `name` and `tcp`. One time limit serves both. */
export async function dial(
  { host, port }: { readonly host: string; readonly port: number },
  timeoutMs: number,
  report: StepReport,
  signal: AbortSignal,
): Promise<Socket> {
  const startedMs = performance.now();
  const addresses = await report.step(
    'name',
    () => resolveName(host, timeoutMs, signal),
    (found) =>
      isIP(host) === 0 ? `${host} is ${found.map(({ address }) => address).join(', ')}` : `${host} is an address`,
  );
  const leftMs = Math.max(1, timeoutMs - (performance.now() - startedMs));
  const timeout = (): Failure => tcpTimeout(port, timeoutMs);
  return report.step(
    'tcp',
    () => within({ timeoutMs: leftMs, failure: timeout, signal }, (undo) => open(addresses, host, port, leftMs, undo)),
    (socket) => `connected to ${shownAddress(socket.remoteAddress ?? host)} port ${String(port)}`,
  );
}

function shownAddress(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

async function resolveName(host: string, timeoutMs: number, signal: AbortSignal): Promise<readonly Address[]> {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  const failure = (): Failure => nameFailure(Object.assign(new Error('no answer in time'), { code: 'EAI_AGAIN' }));
  return within({ timeoutMs, failure, signal }, async () => {
    try {
      return await lookup(host, { all: true });
    } catch (error) {
      throw nameFailure(error);
    }
  });
}

function open(
  addresses: readonly Address[],
  host: string,
  port: number,
  timeoutMs: number,
  undo: (action: () => void) => void,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const known: LookupFunction = (_host, _options, found) => found(null, [...addresses]);
    const [only] = addresses;
    const socket =
      addresses.length === 1 && only !== undefined
        ? connect({ host: only.address, port, noDelay: true })
        : connect({
            host,
            port,
            lookup: known,
            noDelay: true,
            autoSelectFamily: true,
            // Node gives up on an address after 250 ms, which a board behind a slow link needs.
            autoSelectFamilyAttemptTimeout: Math.max(250, Math.floor(timeoutMs / (addresses.length + 1))),
          });
    undo(() => socket.destroy());
    // An error that comes when nobody waits any more must not end the program.
    socket.on('error', () => undefined);
    const onError = (error: Error): void => reject(tcpFailure(error, port));
    socket.once('error', onError);
    socket.once('connect', () => {
      socket.off('error', onError);
      resolve(socket);
    });
  });
}
