import { describe, expect, it } from '@jest/globals';
import { auditVerifyCommand } from '../../../src/adapters/cli/audit.js';
import type { AuditVerdict } from '../../../src/core/audit/chain-check.js';
import { Screen } from './screen.js';

const whole: AuditVerdict = { ok: true, records: 1, problems: [], torn: [], unended: [] };
const verifyOn = async (verdict: AuditVerdict, asJson = false): Promise<[number, string[]]> => {
  const screen = new Screen();
  return [await auditVerifyCommand(() => Promise.resolve(verdict), { asJson }, screen), screen.said];
};

describe('jetfleet audit verify', () => {
  it('says that the log is whole, torn lines or not', async () => {
    expect(await verifyOn(whole)).toEqual([0, ['The audit log is whole: 1 record.']]);
    const [code, said] = await verifyOn({ ...whole, records: 7, torn: [{ file: 'audit.jsonl', line: 4 }] });
    expect([code, said.length, said[1]]).toEqual([0, 2, 'The audit log is whole: 7 records.']);
    expect(said[0]).toContain('torn  audit.jsonl:4  A server died');
  });

  it('names what is wrong, the first of many', async () => {
    const problems = Array.from({ length: 60 }, (_, line) => ({ file: 'audit.jsonl', line, what: 'Altered: x.' }));
    const [code, said] = await verifyOn({ ...whole, ok: false, problems });
    expect([code, said.length]).toEqual([1, 52]);
    expect(said.slice(0, 2)).toEqual(['problem  audit.jsonl  Altered: x.', 'problem  audit.jsonl:1  Altered: x.']);
    expect(said.slice(-2)).toEqual([
      'and 10 more',
      'The audit log was changed: 1 record read, see the problems above.',
    ]);
  });

  it('lists the calls whose end was not seen, alike devices together', async () => {
    const last = { step: 2, does: 'systemctl reboot' };
    const devices = [
      { device: 'one', last },
      { device: 'two', last },
      { device: 'three' },
      { device: 'four', last: { ...last, result: 'ok' } },
      { device: 'five', last: { ...last, result: 'timeout' } },
    ];
    const call = { id: 'c0ffee', tool: 'system_reboot', at: '2026-01-01T00:00:00.000Z', answered: false, devices };
    const other = { ...call, id: 'decaf', answered: true, devices: [] };
    const [code, said] = await verifyOn({ ...whole, unended: [call, other] });
    expect([code, ...said]).toEqual([
      0,
      'no end  system_reboot of 2026-01-01T00:00:00.000Z, id c0ffee. It still runs, or its server died.',
      '        one, two: step 2 was begun, and its end was not seen; ask the device: systemctl reboot',
      '        three: no step was begun; nothing ran',
      '        four: step 2 ran; what came after was not seen: systemctl reboot',
      '        five: step 2 ended with timeout; what came after was not seen: systemctl reboot',
      'no end  system_reboot of 2026-01-01T00:00:00.000Z, id decaf. It answered that it goes on.',
      'The audit log is whole: 1 record.',
    ]);
  });

  it('prints JSON', async () => {
    const [code, said] = await verifyOn({ ...whole, ok: false }, true);
    expect([code, JSON.parse(said.join(''))]).toEqual([1, { ...whole, ok: false }]);
  });
});
