import type { AuditVerdict } from '../../core/audit/chain-check.js';
import type { LastStep, UnendedCall } from '../../core/audit/unended-calls.js';
import { shortNames } from '../../core/reply/device-names.js';
import type { Terminal } from './terminal.js';

/** One harm can show in many places; the first tell where to look. */
const mostShown = 50;

/** `jetfleet audit verify`: whether the log is as it was written, and of which calls the end was not seen. Returns the exit code. */
export async function auditVerifyCommand(
  verify: () => Promise<AuditVerdict>,
  { asJson }: { readonly asJson: boolean },
  screen: Terminal,
): Promise<number> {
  const verdict = await verify();
  if (asJson) screen.say(JSON.stringify(verdict, null, 2));
  else print(verdict, screen);
  return verdict.ok ? 0 : 1;
}

function print({ ok, records, problems, torn, unended }: AuditVerdict, screen: Terminal): void {
  some(problems, screen, ({ file, line, what }) =>
    screen.say(`${screen.paint('red', 'problem')}  ${place(file, line)}  ${what}`),
  );
  some(torn, screen, ({ file, line }) =>
    screen.say(
      `${screen.paint('yellow', 'torn')}  ${place(file, line)}  A server died while it wrote; what it was about to do did not run.`,
    ),
  );
  some(unended, screen, (call) => printUnended(call, screen));
  const counted = `${records} ${records === 1 ? 'record' : 'records'}`;
  screen.say(
    ok
      ? screen.paint('green', `The audit log is whole: ${counted}.`)
      : `The audit log was changed: ${counted} read, see the problems above.`,
  );
}

function printUnended({ id, tool, at, answered, devices }: UnendedCall, screen: Terminal): void {
  const why = answered ? 'It answered that it goes on.' : 'It still runs, or its server died.';
  screen.say(`${screen.paint('yellow', 'no end')}  ${tool} of ${at}, id ${id}. ${why}`);
  const alike = new Map<string, string[]>();
  for (const { device, last } of devices) {
    const says = stepWords(last);
    alike.set(says, [...(alike.get(says) ?? []), device]);
  }
  some([...alike], screen, ([says, names]) => screen.say(`        ${shortNames(names).join(', ')}: ${says}`));
}

function stepWords(last: LastStep | undefined): string {
  if (last === undefined) return 'no step was begun; nothing ran';
  const { step, does, result } = last;
  const end =
    result === undefined
      ? 'was begun, and its end was not seen; ask the device'
      : result === 'ok'
        ? 'ran; what came after was not seen'
        : `ended with ${result}; what came after was not seen`;
  return `step ${String(step)} ${end}: ${does}`;
}

function some<T>(all: readonly T[], screen: Terminal, say: (each: T) => void): void {
  for (const each of all.slice(0, mostShown)) say(each);
  if (all.length > mostShown) screen.say(`and ${String(all.length - mostShown)} more`);
}

function place(file: string, line: number): string {
  return line === 0 ? file : `${file}:${line}`;
}
