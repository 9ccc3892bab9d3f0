import type { ProgressUpdate } from '../../app/tool-runner.js';

export interface ProgressNotification {
  readonly method: 'notifications/progress';
  readonly params: { progressToken: string | number; progress: number; total?: number; message: string };
}

const leastGapMs = 100;

/**
 * Turns a call's updates into progress notifications of growing value, as the protocol wants them, and few enough
 * that a thousand boards do not flood the client: what comes too soon after the last one is dropped, the end is not.
 */
export function progressReporter(
  progressToken: string | number,
  send: (notification: ProgressNotification) => void,
  now: () => number,
): (update: ProgressUpdate) => void {
  let progress = -1;
  let sentAt = -Infinity;
  return ({ done, total, message }) => {
    const last = total !== undefined && done >= total;
    if (!last && now() - sentAt < leastGapMs) return;
    sentAt = now();
    progress = done > progress ? done : progress + 0.001;
    send({
      method: 'notifications/progress',
      params: { progressToken, progress, ...(total !== undefined && { total }), message },
    });
  };
}
