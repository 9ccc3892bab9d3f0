import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { paginate, type Findings } from '../../../src/core/reply/pages.js';
import type { Reply, ReplyPlan } from '../../../src/core/reply/reply.js';
import { replyText } from '../../../src/core/reply/text.js';
import { runs } from '../../setup/runs.js';

const summary = { ok: 1, failed: 0, skipped: 0 };
const expiresAt = '2026-11-20T12:10:00.000Z';
const reboot = {
  devices: ['nano-01'],
  says: 'switches from 15W to MAXN and reboots',
  commands: ['sudo /usr/sbin/nvpmodel -m 0 < "yes\\n"', 'sudo systemctl reboot'],
  undo: { tool: 'power_set_mode', arguments: { selector: 'nano-01', mode: '15W' } },
};
const idle = { devices: ['nano-02'], says: 'is in MAXN already', commands: [] };
const text = (more: Partial<Reply>): string => replyText({ summary, ...more }, 'n0nce');
const plan = (more: Partial<ReplyPlan> = {}): ReplyPlan => ({ token: 'plan-1', expiresAt, steps: [reboot], ...more });

describe('the text of a plan', () => {
  it('says what happens where, exactly what runs, what undoes it, and how to go on', () => {
    const counted = { ...summary, ok: 2 };
    expect(text({ summary: counted, plan: plan({ steps: [reboot, idle] }) })).toBe(
      [
        '2 ok',
        'PLAN nano-01: switches from 15W to MAXN and reboots',
        '  sudo /usr/sbin/nvpmodel -m 0 < "yes\\n"',
        '  sudo systemctl reboot',
        '  undo: power_set_mode {"selector":"nano-01","mode":"15W"}',
        'PLAN nano-02: is in MAXN already',
        'Nothing has been changed yet. To do it: call again with the same arguments and token plan-1 before 2026-11-20T12:10:00.000Z.',
      ].join('\n'),
    );
  });

  it('sends to a person where only a person can agree', () => {
    expect(
      text({ plan: plan({ code: 'ABCD-2345' }) })
        .split('\n')
        .at(-1),
    ).toBe(
      'Nothing has been changed yet. A person must agree: jetfleet approve ABCD-2345 in a terminal before 2026-11-20T12:10:00.000Z, then call again with the same arguments and token plan-1.',
    );
  });

  it('says no more where there is nothing to do', () => {
    expect(text({ plan: { steps: [idle] } })).toBe('PLAN nano-02: is in MAXN already');
  });

  it('names many devices in few words', () => {
    const devices = Array.from({ length: 40 }, (_, i) => `nano-${String(i + 1).padStart(2, '0')}`);
    expect(text({ plan: plan({ steps: [{ ...reboot, devices }] }) })).toContain('PLAN nano-[01-40]: switches');
  });

  it('keeps the call that undoes it on one line of bounded length', () => {
    const undo = { tool: 'file_write', arguments: { text: `a\nb\u202e${'x'.repeat(9000)}` } };
    const lines = text({ plan: plan({ steps: [{ ...reboot, undo }] }) }).split('\n');
    const line = lines.find((each) => each.startsWith('  undo:')) ?? '';
    expect(line).toMatch(/^ {2}undo: file_write \{"text":"a\\nbx+…$/);
    expect(line.length).toBeLessThan(530);
  });
});

describe('the text of what is unfinished', () => {
  it('says what goes on where, and how to hear of its end', () => {
    const unfinished = [
      { job: 'c0ffee0123456789', says: 'reboots', devices: ['nano-01', 'nano-03'] },
      { job: 'c0ffee0123456789', says: 'switches to 15W and reboots', devices: ['nano-02'] },
    ];
    expect(text({ summary: { ok: 0, failed: 1, skipped: 0, unfinished: 3 }, unfinished })).toBe(
      [
        '0 ok, 1 failed, 3 unfinished',
        'GOES ON nano-01, nano-03: reboots -> job_output with job c0ffee0123456789',
        'GOES ON nano-02: switches to 15W and reboots -> job_output with job c0ffee0123456789',
      ].join('\n'),
    );
  });

  it('needs no counts for one device', () => {
    const unfinished = [{ job: 'c0ffee0123456789', says: 'reboots', devices: ['nano-01'] }];
    expect(text({ summary: { ok: 0, failed: 0, skipped: 0, unfinished: 1 }, unfinished })).toBe(
      'GOES ON nano-01: reboots -> job_output with job c0ffee0123456789',
    );
  });
});

describe('pages of a plan', () => {
  const findings = (steps: number, size: number): Findings => ({
    summary: { ok: steps, failed: 1, skipped: 0 },
    groups: [],
    spread: {},
    failures: [{ kind: 'timeout', message: 'late', devices: ['e1'] }],
    skipped: [],
    notes: [],
    unfinished: [{ job: 'c0ffee0123456789', says: 'reboots', devices: ['u1'] }],
    plan: {
      token: 'plan-1',
      code: 'ABCD-2345',
      expiresAt,
      steps: Array.from({ length: steps }, (_, i) => ({ ...idle, devices: [`d${i}`], commands: ['x'.repeat(size)] })),
    },
  });

  it('lose and repeat no step, keep to their size unless one step is larger, and all have the token', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 900 }), (steps, size) => {
        const pages = paginate(findings(steps, size), 1000);
        const told = pages.flatMap(({ plan: part }) => part?.steps.flatMap(({ devices }) => devices) ?? []);
        expect(told).toEqual(Array.from({ length: steps }, (_, i) => `d${i}`));
        expect(pages.flatMap(({ unfinished = [] }) => unfinished)).toHaveLength(1);
        expect(pages[0]?.unfinished).toBeDefined();
        for (const page of pages) {
          expect(page.plan).toMatchObject({ token: 'plan-1', code: 'ABCD-2345', expiresAt });
          if ((page.plan?.steps.length ?? 0) > 1) expect(JSON.stringify(page).length).toBeLessThan(1100);
        }
      }),
      { seed: 20261120, numRuns: runs(100) },
    );
  });

  it('leave the findings as they were', () => {
    const given = findings(3, 10);
    const before = structuredClone(given);
    paginate(given, 200);
    expect(given).toEqual(before);
  });
});
