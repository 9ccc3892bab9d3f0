import type { ProgressUpdate } from '../../app/run-context.js';

export interface ProgressNotification {
  readonly method: 'notifications/progress';
  readonly params: { progressToken: string | number; progress: number; total?: number; message: string };
}

const leastGapMs = 100;

/**
 * Turns a call's updates into progress notifications of growing value, as the protocol wants them. Counts of devices
 * (they have a total) that come too soon after the last one are dropped, so that a thousand boards do not flood the
 * client; the end is not, and what a tool says of its own (it has none) never is. From a tool's first word on, the
 * numbers only count notifications, and no total is told.
 */
export function progressReporter(
  progressToken: string | number,
  send: (notification: ProgressNotification) => void,
  now: () => number,
): (update: ProgressUpdate) => void {
  let progress = 0;
  let countedAt = -Infinity;
  let toolSpoke = false;
  const tell = (value: number, message: string, total?: number): void => {
    progress = value;
    const params = { progressToken, progress, ...(total !== undefined && { total }), message };
    send({ method: 'notifications/progress', params });
  };
  return ({ done, total, message }) => {
    if (total === undefined) {
      toolSpoke = true;
      tell(progress + 1, message);
      return;
    }
    const next = toolSpoke ? progress + 1 : done;
    if (next <= progress || (done < total && now() - countedAt < leastGapMs)) return;
    countedAt = now();
    tell(next, message, toolSpoke || next > total ? undefined : total);
  };
}
