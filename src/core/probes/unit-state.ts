import { parseAssignments } from '../linux/assignments.js';
import { present } from '../linux/present.js';
import { exitMeaning, resultMeaning } from '../linux/unit-results.js';
import { argv, defineProbe, type Answers, type ArgvRead, type Probe } from '../probe/probe.js';
import { cleanName } from '../untrusted.js';

/** What a change of a unit rests on, and by which it is judged. */
export interface UnitStateNow {
  /** Its own name, where it was asked by an alias. */
  readonly id: string;
  readonly load: string;
  readonly active: string;
  readonly sub: string;
  /** `enabled`, `disabled`, `static`, ...; empty where it has no file. */
  readonly enabled: string;
  readonly result: string;
  /** Restarts by systemd itself. */
  readonly restarts: number;
  /** Microseconds since boot at which it last came up and went down: others mean that something happened in between. */
  readonly upAt: number;
  readonly downAt: number;
  /** systemd has something left to do with it: start it, stop it. */
  readonly pending: boolean;
  /** `simple`, `oneshot`, ...; empty where it is no service. */
  readonly type: string;
  /** What the state says, in a sentence of ours. */
  readonly meaning: string;
  readonly exit?: string | undefined;
}

const properties =
  'Id,Type,LoadState,ActiveState,SubState,Job,UnitFileState,Result,NRestarts,ExecMainCode,ExecMainStatus,ActiveEnterTimestampMonotonic,InactiveEnterTimestampMonotonic';

const word = (text: string | undefined): string => (/^[a-z-]{1,40}$/.test(text ?? '') ? (text ?? '') : '');
const count = (text: string | undefined): number => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : 0);

function parse({ show }: Answers<{ show: ArgvRead }>): UnitStateNow | undefined {
  const { values } = parseAssignments(show.text);
  const value = (name: string): string | undefined => values.get(name);
  const active = word(value('ActiveState'));
  if (active === '') return undefined;
  const [load, sub, result] = [word(value('LoadState')), word(value('SubState')), word(value('Result'))];
  return present({
    id: cleanName(value('Id') ?? '', 256),
    load,
    active,
    sub,
    enabled: word(value('UnitFileState')),
    result,
    restarts: count(value('NRestarts')),
    upAt: count(value('ActiveEnterTimestampMonotonic')),
    downAt: count(value('InactiveEnterTimestampMonotonic')),
    pending: count(value('Job')) !== 0,
    type: word(value('Type')),
    meaning: resultMeaning({ load, active, sub, result }),
    exit: exitMeaning(count(value('ExecMainCode')), count(value('ExecMainStatus'))),
  });
}

/** The state of one unit, and nothing of its log; undefined where systemd does not tell it, for good or for the moment. */
export function unitStateProbe(unit: string): Probe<UnitStateNow | undefined, { show: ArgvRead }> {
  const show = argv(['systemctl', 'show', '--no-pager', '-p', properties, '--', unit]);
  return defineProbe({ name: 'unit-state', reads: { show }, parse });
}
