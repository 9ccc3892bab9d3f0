import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  cells,
  followUpsOf,
  matrixModes,
  matrixTools,
  outcomeOf,
  type Cell,
  type CellOutcome,
  type FollowUp,
} from '../../src/core/consent/matrix.js';
import type { AuditRecord } from '../../src/core/audit/entry.js';
import { until } from '../setup/processes.js';
import { describeWith } from '../setup/suite.js';
import type { Called } from './calling.js';
import { Bench, terminalMissing, type Deeds, type Home } from './consent-bench.js';
import { argumentsFor, deedsBetween, outcomeSeen, rulesOf, traces, watchCall } from './consent-cell.js';
import { clientKinds, connectAs, says, type ClientKind, type ConsentClient } from './consent-clients.js';

const modes = Object.keys(matrixModes) as (keyof typeof matrixModes)[];
const kinds = Object.keys(clientKinds) as ClientKind[];
const devices = [...kinds, 'late'].flatMap((kind) => modes.map((mode) => deviceOf(kind, mode)));

/** Each client in each mode has a board of its own; the calls that nobody answers have others. */
function deviceOf(kind: string, mode: string): string {
  return `${kind} ${mode}`.replace(/[^a-z0-9]+/g, '-');
}

const named = ({ kind, rule }: Cell): string => `${kind}, ${rule === undefined ? 'no policy file' : `rule ${rule}`}`;
const optionsOf = (mode: string): string[] => (mode === 'normal' ? [] : [mode]);

let bench: Bench;

/** A call that waits for the whole time in which a question may be answered, while the other tests run. */
interface Late {
  readonly cell: Cell;
  readonly device: string;
  readonly before: Deeds;
  readonly home: Home;
  readonly outcome: Promise<CellOutcome>;
}
const lateCells = cells.filter((cell) => cell.ability === 'elicitation' && followUpsOf(cell).includes('time_out'));
/** Cells of one of these share a server. */
const sessionOf = ({ mode, rule }: Cell): string => `${mode} ${rule ?? ''}`;
const late: Late[] = [];
const lateClients: ConsentClient[] = [];

async function beginLate(): Promise<void> {
  for (const key of new Set(lateCells.map(sessionOf))) {
    const group = lateCells.filter((cell) => sessionOf(cell) === key);
    const mode = group[0]?.mode ?? 'normal';
    const home = bench.home();
    home.setPolicy(...group.flatMap(({ kind, rule }) => rulesOf(kind, rule)));
    const client = await connectAs('1.x with elicitation', home.start(...optionsOf(mode)));
    client.person = says.nothing;
    lateClients.push(client);
    const device = deviceOf('late', mode);
    for (const cell of group) {
      const call = client.call(matrixTools[cell.kind].name, argumentsFor(cell.kind, bench, device));
      const outcome = outcomeSeen(call, () => home.audit());
      outcome.catch(() => undefined);
      late.push({ cell, device, before: bench.deeds(device), home, outcome });
    }
  }
}

beforeAll(async () => {
  bench = await Bench.open(devices.map((name) => ({ name })));
  await beginLate();
}, 120_000);
afterAll(() => bench.close());

describe.each(kinds)('consent on the built server, to a client %s', (client) => {
  describe.each(modes)('in mode %s', (mode) => suite(client, mode));
});

function suite(client: ClientKind, mode: keyof typeof matrixModes): void {
  const device = deviceOf(client, mode);
  let home: Home;
  let open: ConsentClient | undefined;
  beforeAll(() => {
    home = bench.home();
  });
  afterAll(() => open?.close());

  const own = cells.filter((cell) => cell.ability === clientKinds[client].ability && cell.mode === mode);
  const prepared = async (cell: Cell): Promise<ConsentClient> => {
    home.setPolicy(...rulesOf(cell.kind, cell.rule));
    return (open ??= await connectAs(client, home.start(...optionsOf(mode))));
  };
  const call = async (cell: Cell, more: Record<string, unknown> = {}): Promise<Called> => {
    const name = matrixTools[cell.kind].name;
    return (await prepared(cell)).call(name, { ...argumentsFor(cell.kind, bench, device), ...more });
  };
  const check = (cell: Cell, seen: Awaited<ReturnType<typeof watchCall>>, expected: CellOutcome): void => {
    expect(seen.outcome).toEqual(expected);
    expect(seen.traces).toEqual(expected.does === 'runs' ? traces[cell.kind] : []);
    checkRecords(cell, seen.records, expected);
  };

  it.each(own.map((cell) => [named(cell), outcomeOf(cell).does, cell] as const))('%s: %s', async (_, does, cell) => {
    const session = await prepared(cell);
    const before = session.asked.length;
    session.person = says.no;
    const seen = await watchCall(bench, home, device, () => call(cell));
    expect(session.asked.length - before).toBe(does === 'asks' ? 1 : 0);
    expect((await session.names()).includes(matrixTools[cell.kind].name)).toBe(does !== 'absent');
    check(cell, seen, does === 'asks' ? { does: 'refused', why: 'declined' } : outcomeOf(cell));
  });

  const after = own.flatMap((cell) =>
    followUpsOf(cell)
      .filter((then) => then !== 'terminal' && !(cell.ability === 'elicitation' && then === 'time_out'))
      .map((then) => [named(cell), then, outcomeOf(cell, then).does, then, cell] as const),
  );
  if (after.length > 0)
    it.each(after)('%s, then %s: %s', async (_name, _then, _does, then, cell) => {
      const session = await prepared(cell);
      const expected = outcomeOf(cell, then);
      if (then === 'client_gone') {
        await goAway(cell, session, expected);
        return;
      }
      const more = then === 'token' ? { token: (await planned(cell)).token } : {};
      const before = session.asked.length;
      session.person = personFor(then, home);
      const seen = await watchCall(bench, home, device, () => call(cell, more));
      expect(session.asked.length - before).toBe(then !== 'token' || expected.does === 'asks' ? 1 : 0);
      check(cell, seen, expected.does === 'asks' ? { does: 'refused', why: 'declined' } : expected);
    });

  const atTerminal = own.filter((cell) => followUpsOf(cell).includes('terminal'));
  if (atTerminal.length > 0)
    describeWith(terminalMissing, 'after jetfleet approve', () => {
      it.each(atTerminal.map((cell) => [named(cell), cell] as const))('%s: runs', async (_, cell) => {
        const session = await prepared(cell);
        const plan = await planned(cell);
        const { code, stdout } = await home.onTerminal(['approve', plan.code], 'yes\n');
        expect([code, stdout]).toEqual([0, expect.stringContaining('Approved, once.')]);
        const before = session.asked.length;
        const seen = await watchCall(bench, home, device, () => call(cell, { token: plan.token }));
        expect(session.asked.length).toBe(before);
        check(cell, seen, outcomeOf(cell, 'terminal'));
      });
    });

  async function planned(cell: Cell): Promise<{ token: string; code: string }> {
    const { reply, text } = await call(cell, { plan: true });
    const { token, code = '' } = reply.plan ?? {};
    if (token === undefined) throw new Error(text);
    return { token, code };
  }

  async function goAway(cell: Cell, session: ConsentClient, expected: CellOutcome): Promise<void> {
    const before = bench.deeds(device);
    const known = home.audit().length;
    const questions = session.asked.length;
    session.person = says.nothing;
    void call(cell).catch(() => undefined);
    await until(() => session.asked.length > questions);
    open = undefined;
    await session.close();
    expect(deedsBetween(before, bench.deeds(device))).toEqual([]);
    checkRecords(cell, home.audit().slice(known), expected);
  }
}

function personFor(then: FollowUp, home: Home): ConsentClient['person'] {
  switch (then) {
    case 'approve':
      return says.yes;
    case 'cancel':
      return says.cancel;
    case 'time_out':
      return () => {
        home.expirePlans();
        return says.yes();
      };
    default:
      return says.no;
  }
}

function checkRecords({ kind, rule }: Cell, records: readonly AuditRecord[], expected: CellOutcome): void {
  const events = records.map(({ event }) => event);
  const consents = records.flatMap((record) =>
    record.event === 'consent' ? [{ by: record.by, decision: record.decision }] : [],
  );
  const { does } = expected;
  // A reading is on record where somebody was asked about it, or where it was refused.
  const began = does === 'runs' && (kind !== 'read' || rule === 'ask');
  const left = does === 'refused' && expected.why === 'unanswered';
  expect(events.includes('began')).toBe(began);
  expect(events.includes('ended')).toBe(began);
  expect(events.includes('refused')).toBe(does !== 'runs' && !left);
  if (began) expect(consents).toEqual([{ by: expected.by, decision: 'approved' }]);
  else if (does === 'refused' && expected.why !== 'expired' && !left)
    expect(consents).toEqual([{ by: 'form', decision: expected.why }]);
  else expect(consents).toEqual([]);
}

describe('a question that nobody answers, to a client 1.x with elicitation', () => {
  afterAll(() => Promise.all(lateClients.map((client) => client.close())));

  it.each(lateCells.map((cell, index) => [`${named(cell)}, ${cell.mode}`, index] as const))(
    '%s: times out',
    async (_, index) => {
      const { cell, outcome, device, before, home } = late[index]!;
      expect(await outcome).toEqual(outcomeOf(cell, 'time_out'));
      expect(deedsBetween(before, bench.deeds(device))).toEqual([]);
      const ofTool = home.audit().filter((record) => 'tool' in record && record.tool === matrixTools[cell.kind].name);
      checkRecords(cell, ofTool, outcomeOf(cell, 'time_out'));
    },
    60_000,
  );
});
