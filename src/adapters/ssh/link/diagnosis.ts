import { abortFailure, Failure } from '../../../core/errors.js';
import type { DeviceEntry } from '../../../core/device.js';
import type { LinkStep } from '../../../ports/fleet.js';
import { Channels } from './channels.js';
import type { Connector } from '../connection.js';
import { FramedShell } from './framed-shell.js';
import { untilAborted } from './until-aborted.js';

/** Opens a connection of its own, reports each step, and closes it. Rejects only where the caller went away. */
export async function diagnoseLink(
  entry: DeviceEntry,
  connector: Connector,
  signal: AbortSignal,
): Promise<readonly LinkStep[]> {
  const steps: LinkStep[] = [];
  try {
    const connection = await connector.connect(entry, signal, (step) => steps.push(step));
    // A server that hangs up on its own is no step's failure.
    connection.client.on('error', () => undefined);
    try {
      steps.push(await shellStep(new Channels(connection.client, Date.now), signal));
    } finally {
      connection.close();
    }
  } catch (error) {
    if (signal.aborted) throw abortFailure(signal);
    if (!(error instanceof Failure)) throw error;
    if (steps.every((step) => step.ok)) steps.push({ step: 'tcp', ok: false, detail: error.message, hint: error.hint });
  }
  return steps;
}

async function shellStep(channels: Channels, signal: AbortSignal): Promise<LinkStep> {
  try {
    const shell = await untilAborted(FramedShell.start(channels, signal), signal);
    shell.close();
    return { step: 'shell', ok: true, detail: '/bin/sh answers' };
  } catch (error) {
    if (signal.aborted || !(error instanceof Failure)) throw error;
    return { step: 'shell', ok: false, detail: error.message, hint: error.hint };
  }
}
