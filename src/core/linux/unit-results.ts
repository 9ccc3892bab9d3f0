const results: Readonly<Record<string, string>> = {
  'exit-code': 'its program ended with an error code',
  signal: 'its program was killed by a signal',
  'core-dump': 'its program crashed',
  'oom-kill': 'the kernel killed it for want of memory',
  timeout: 'it did not start or stop in time',
  watchdog: 'it stopped answering its watchdog',
  'start-limit-hit': 'it was restarted too often in a short time and systemd gave up',
  resources: 'systemd lacked something it needs to start it',
  protocol: 'it did not say that it was ready in the way its type wants',
};

export interface UnitState {
  readonly load?: string | undefined;
  readonly active?: string | undefined;
  readonly sub?: string | undefined;
  readonly result?: string | undefined;
}

/** What a unit's state says, as a sentence of ours. */
export function resultMeaning({ load, active, sub, result }: UnitState): string {
  if (active === undefined) return 'Its state could not be read.';
  if (load === 'not-found') return 'This device has no such unit; service_list tells what it has.';
  if (load === 'masked') return 'It is masked: it cannot be started until it is unmasked.';
  const why = result !== undefined && Object.hasOwn(results, result) ? results[result] : undefined;
  if (active === 'failed') return `It failed: ${why ?? 'systemd gives no known reason'}.`;
  if (active === 'active' && sub === 'exited') return 'It ran once and ended well, which is what such a unit does.';
  if (active === 'active') return 'It is running.';
  if (sub === 'auto-restart')
    return `It ended and systemd will start it again: ${why ?? 'its restart policy says so'}.`;
  if (active === 'activating') return 'It is starting.';
  if (active === 'deactivating') return 'It is stopping.';
  return why === undefined ? 'It is not running.' : `It is not running: ${why}.`;
}

/** How the main program last ended; undefined while it runs or never ran. The codes are those of waitid(2). */
export function exitMeaning(code: number | undefined, status: number | undefined): string | undefined {
  if (code === undefined || status === undefined || code === 0) return undefined;
  if (code === 1) return `exit code ${status}`;
  return code === 3 ? `signal ${status}, with a core dump` : `signal ${status}`;
}
