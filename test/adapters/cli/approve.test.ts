import { describe, expect, it } from '@jest/globals';
import { approveCommand, type ApproveParts } from '../../../src/adapters/cli/approve.js';
import { pendingPlan } from '../../contract/consents.js';
import { FakeAuditLog } from '../../fakes/fake-audit-log.js';
import { FakeConsents } from '../../fakes/fake-consents.js';
import { Screen } from './screen.js';

const nowMs = 1_800_000_000_000;

/** Plans a and b wait; `says` is what the person types. */
async function setUp(says?: (question: string) => string | undefined) {
  const clock = { nowMs, now: () => clock.nowMs };
  const consents = new FakeConsents(clock);
  const audit = new FakeAuditLog();
  const asked: string[] = [];
  const devices = Array.from({ length: 40 }, (_, i) => ({
    device: `nano${String(i + 1).padStart(2, '0')}`,
    says: 'restarts',
    steps: 'x',
    basis: {},
  }));
  await consents.offer(pendingPlan('a', { text: 'Restart \u001b[31mnano-01\u202e?' }));
  await consents.offer(pendingPlan('b', { devices, expiresAtMs: nowMs + 90_000 }));
  const ask = async (question: string): Promise<string | undefined> => {
    asked.push(question);
    await Promise.resolve();
    return says?.(question);
  };
  const parts: ApproveParts = { consents, audit, clock, user: 'ops', ask: says && ask };
  return { parts, consents, audit, asked, clock, screen: new Screen() };
}

const consent = {
  id: 'a1b2c3d4e5f60718',
  asker: { user: 'ops', client: 'jetfleet approve' },
  tool: 'system_reboot',
  effect: 'disrupt',
  event: 'consent',
  hash: 'f'.repeat(64),
  by: 'terminal',
};

describe('jetfleet approve', () => {
  it('lists what waits, also where nobody can be asked: first what needs a person', async () => {
    const { parts, screen, consents } = await setUp();
    await consents.approve('CODE-A', 'ops');
    await consents.offer(pendingPlan('c', { effect: 'change', tool: 'file_write' }));
    await consents.offer(pendingPlan('d', { effect: 'read' }));
    expect(await approveCommand(parts, {}, screen)).toBe(0);
    expect(screen.said).toEqual([
      'CODE-B  system_reboot  nano[01-40]  expires in 90 s',
      'CODE-A  system_reboot  nano-01  approved',
      'CODE-C  file_write  nano-01  expires in 10 min',
    ]);
    expect(screen.noted).toEqual([
      'These need a person. To see one and decide: jetfleet approve CODE',
      'These can also be carried out by the assistant, with the token that it has:',
    ]);
  });

  it('names the devices on which something would be done', async () => {
    const { parts, screen, consents } = await setUp();
    for (const token of ['token-of-a', 'token-of-b']) await consents.spend(token);
    const device = { says: 'x', basis: {} };
    const devices = [
      { ...device, device: 'idle', steps: '' },
      { ...device, device: 'busy', steps: 'x' },
    ];
    await consents.offer(pendingPlan('c', { devices }));
    await approveCommand(parts, {}, screen);
    expect(screen.said).toEqual(['CODE-C  system_reboot  busy  expires in 10 min']);
  });

  it('says that nothing waits', async () => {
    const { parts, screen, clock } = await setUp();
    clock.nowMs += 86_400_000;
    expect(await approveCommand(parts, {}, screen)).toBe(0);
    expect([screen.said, screen.noted]).toEqual([[], ['No plan waits for approval.']]);
  });

  it('shows the plan, cleaned, asks, records and approves', async () => {
    const { parts, screen, consents, audit, asked } = await setUp(() => ' Yes ');
    expect(await approveCommand(parts, { code: 'codea' }, screen)).toBe(0);
    expect(screen.said).toEqual(['Restart nano-01?', '', 'Approved, once. Tell the assistant to go on.']);
    expect(screen.noted).toEqual(['The plan expires in 10 min.']);
    expect(asked).toEqual(['Type yes to approve: ']);
    expect(await consents.find('token-of-a')).toMatchObject({ plan: { approved: { user: 'ops', atMs: nowMs } } });
    expect(audit.entries).toEqual([{ ...consent, decision: 'approved' }]);
    expect(await consents.find('token-of-b')).not.toHaveProperty('plan.approved');
  });

  it('shows a plan to its end', async () => {
    const { parts, screen, consents } = await setUp(() => 'no');
    const text = `${'x'.repeat(200_000)} the end`;
    await consents.offer(pendingPlan('c', { text }));
    await approveCommand(parts, { code: 'CODE-C' }, screen);
    expect(screen.said[0]).toBe(text);
  });

  it.each([['no'], [''], ['y'], ['yes please'], ['ja']])('takes %j for no, and withdraws the plan', async (answer) => {
    const { parts, screen, consents, audit } = await setUp(() => answer);
    expect(await approveCommand(parts, { code: 'CODE-A' }, screen)).toBe(1);
    expect(await consents.find('token-of-a')).toEqual({
      state: 'withdrawn',
      tool: 'system_reboot',
      why: 'the user declined it on a terminal',
    });
    expect(audit.entries).toEqual([{ ...consent, decision: 'declined' }]);
  });

  it('leaves the plan waiting where the person goes away', async () => {
    const { parts, screen, consents, audit } = await setUp(() => undefined);
    expect(await approveCommand(parts, { code: 'CODE-A' }, screen)).toBe(1);
    const found = await consents.find('token-of-a');
    expect(found).toMatchObject({ state: 'pending' });
    expect(found).not.toHaveProperty('plan.approved');
    expect(audit.entries).toEqual([{ ...consent, decision: 'cancelled' }]);
  });

  it('approves nothing where there is no terminal', async () => {
    const { parts, screen, consents, audit } = await setUp();
    expect(await approveCommand(parts, { code: 'CODE-A' }, screen)).toBe(2);
    expect(await consents.find('token-of-a')).not.toHaveProperty('plan.approved');
    expect([audit.entries, screen.said]).toEqual([[], []]);
  });

  it('approves nothing that cannot be recorded', async () => {
    const { parts, screen, consents, audit } = await setUp(() => 'yes');
    audit.broken = true;
    await expect(approveCommand(parts, { code: 'CODE-A' }, screen)).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(await consents.find('token-of-a')).not.toHaveProperty('plan.approved');
  });

  it('knows a code that does not wait, and a plan that was approved before, and asks about neither', async () => {
    const { parts, screen, consents, asked } = await setUp(() => 'yes');
    await consents.spend('token-of-b');
    await consents.offer(pendingPlan('c', { expiresAtMs: nowMs }));
    await consents.offer(pendingPlan('d'));
    await consents.withdraw('token-of-d', 'the fleet file changed');
    for (const code of ['CODE-X', 'token-of-a', '', 'CODE-B', 'CODE-C', 'CODE-D'])
      expect(await approveCommand(parts, { code }, screen)).toBe(1);
    expect(screen.noted.map((line) => line.replace(/^.*code \S* ?/, ''))).toEqual([
      ...Array<string>(2).fill('"jetfleet approve" lists those that wait.'),
      '"jetfleet approve" lists those that wait.',
      'was used already. For another time make it again.',
      'has expired. Make it again.',
      'was withdrawn, because the fleet file changed. Make it again.',
    ]);
    await consents.approve('CODE-A', 'eva');
    expect(await approveCommand(parts, { code: 'CODE-A' }, screen)).toBe(0);
    expect(screen.said).toEqual(['eva has approved this plan. Tell the assistant to go on.']);
    expect(asked).toEqual([]);
  });

  it.each([
    ['expires', 'expired'],
    ['is used', 'used'],
  ])('says so when the plan %s while the person reads', async (how, word) => {
    const { parts, screen, consents, clock } = await setUp(() => {
      if (how === 'expires') clock.nowMs += 3_600_000;
      else void consents.spend('token-of-a');
      return 'yes';
    });
    expect(await approveCommand(parts, { code: 'CODE-A' }, screen)).toBe(1);
    expect(screen.noted.at(-1)).toContain(word);
  });
});
