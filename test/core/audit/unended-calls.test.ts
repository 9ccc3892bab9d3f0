import { describe, expect, it } from '@jest/globals';
import type { AuditEvent, AuditRecord } from '../../../src/core/audit/entry.js';
import { UnendedCalls } from '../../../src/core/audit/unended-calls.js';

const at = '2026-01-01T00:00:00.000Z';
const plan = (...devices: string[]) => [{ devices, says: 'reboots', steps: ['systemctl reboot'] }];
const began = (...devices: string[]): AuditEvent => ({
  event: 'began',
  arguments: {},
  plans: plan(...devices),
  hash: 'h',
  by: 'policy',
});
const step = (device: string, number = 1): AuditEvent => ({
  event: 'step',
  device,
  step: number,
  does: `do ${number}`,
});
const stepEnded = (device: string, number = 1, result = 'ok'): AuditEvent => ({
  event: 'step_ended',
  device,
  step: number,
  result,
  durationMs: 1,
});
const ended = (unfinished: string[] = []): AuditEvent => ({
  event: 'ended',
  ok: [],
  failed: [],
  unfinished,
  durationMs: 1,
});
const settled = (device: string): AuditEvent => ({ durationMs: 1, event: 'settled', device, result: 'ok' });

/** What is open after these events, each of call `a` unless it names another. */
function after(...events: (AuditEvent | { readonly of: string; readonly event: AuditEvent })[]) {
  const calls = new UnendedCalls();
  for (const [i, each] of events.entries()) {
    const [id, event] = 'of' in each ? [each.of, each.event] : ['a', each];
    const call = { id, asker: { user: 'u', client: 'c' }, tool: 'system_reboot', effect: 'disrupt' } as const;
    const record: AuditRecord = { ...call, ...event, seq: i + 1, at, prev: '', chain: '' };
    calls.take(record);
  }
  return calls.list();
}

const call = { id: 'a', tool: 'system_reboot', at, answered: false };

describe('calls without an end', () => {
  it('are none where each ended, was refused or only planned', () => {
    const planned: AuditEvent = { event: 'planned', arguments: {}, plans: plan('one'), hash: 'h' };
    const refused: AuditEvent = { event: 'refused', arguments: {}, devices: ['one'], why: 'no' };
    expect(after(planned, refused, began('one', 'two'), step('one'), stepEnded('one'), ended())).toEqual([]);
  });

  it('tell each device and the last step that was begun there', () => {
    const events = [began('one', 'two', 'three'), step('one'), stepEnded('one'), step('one', 2), step('two')];
    expect(after(...events, stepEnded('two', 1, 'timeout'))).toEqual([
      {
        ...call,
        devices: [
          { device: 'one', last: { step: 2, does: 'do 2' } },
          { device: 'two', last: { step: 1, does: 'do 1', result: 'timeout' } },
          { device: 'three' },
        ],
      },
    ]);
  });

  it('go on where the answer said so, until they are settled', () => {
    const events = [began('one', 'two', 'three'), step('one'), step('two'), ended(['one', 'two'])];
    const last = { step: 1, does: 'do 1' };
    expect(after(...events, settled('one'))).toEqual([{ ...call, answered: true, devices: [{ device: 'two', last }] }]);
    expect(after(...events, settled('one'), settled('two'))).toEqual([]);
  });

  it('are seen through by a later server even where there was no answer', () => {
    expect(after(began('one'), step('one'), settled('one'))).toEqual([]);
  });

  it('are told apart by their ids, the oldest first', () => {
    const other = (event: AuditEvent) => ({ of: 'b', event });
    const open = after(began('one'), other(began('one')), step('one'), other(step('one')), other(ended()));
    expect(open.map(({ id }) => id)).toEqual(['a']);
    expect(after(other(began('one')), began('one')).map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('are not made up from notes of the log, nor from the end of what was never begun', () => {
    const calls = new UnendedCalls();
    calls.take({ event: 'head_missing', seq: 1, at, prev: '', chain: '' });
    expect([calls.list(), after(step('one'), ended(['one']))]).toEqual([[], []]);
  });
});
