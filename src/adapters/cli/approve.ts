import { shortNames } from '../../core/reply/device-names.js';
import { cleanName, cleanText } from '../../core/untrusted.js';
import type { AuditLog } from '../../ports/audit-log.js';
import type { Clock } from '../../ports/clock.js';
import type { Consents, PendingPlan, TokenState } from '../../ports/consents.js';
import type { Terminal } from './terminal.js';

export interface ApproveParts {
  readonly consents: Pick<Consents, 'approve' | 'byCode' | 'pending' | 'withdraw'>;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** The account of this machine's operating system. */
  readonly user: string;
  /** Puts a question to the person at the terminal; undefined where they went away. Absent where there is no terminal. */
  readonly ask?: ((question: string) => Promise<string | undefined>) | undefined;
}

export interface ApproveRequest {
  /** Absent: list what waits. */
  readonly code?: string | undefined;
}

/** `jetfleet approve [CODE]`: a person's word for a plan that a client could not ask about. Returns the exit code. */
export async function approveCommand(parts: ApproveParts, { code }: ApproveRequest, screen: Terminal): Promise<number> {
  if (code === undefined) return await list(parts, screen);
  if (parts.ask === undefined) {
    screen.note('A plan is approved by a person: run this at a terminal, without a pipe.');
    return 2;
  }
  const found = await parts.consents.byCode(code);
  if (found.state !== 'pending') {
    screen.note(overWords(found, cleanName(code)));
    return 1;
  }
  const { plan } = found;
  if (plan.approved) {
    screen.say(`${cleanName(plan.approved.user)} has approved this plan. Tell the assistant to go on.`);
    return 0;
  }
  return await decide(parts, parts.ask, plan, screen);
}

async function decide(
  { consents, audit, user, clock }: ApproveParts,
  ask: NonNullable<ApproveParts['ask']>,
  plan: PendingPlan,
  screen: Terminal,
): Promise<number> {
  const record = (decision: 'approved' | 'declined' | 'cancelled'): Promise<void> =>
    audit.append([
      {
        id: plan.id,
        asker: { user, client: 'jetfleet approve' },
        tool: plan.tool,
        effect: plan.effect,
        event: 'consent',
        hash: plan.hash,
        decision,
        by: 'terminal',
      },
    ]);
  screen.say(cleanText(plan.text, Infinity));
  screen.say();
  screen.note(`The plan expires in ${remaining(plan, clock)}.`);
  const said = await ask(`Type ${screen.paint('bold', 'yes')} to approve: `);
  if (said === undefined) {
    await record('cancelled');
    screen.note('Not approved. The plan still waits.');
    return 1;
  }
  if (said.trim().toLowerCase() !== 'yes') {
    await record('declined');
    // Otherwise a token might still carry out what was declined here.
    await consents.withdraw(plan.token, 'the user declined it on a terminal');
    screen.say('Not approved. The plan is withdrawn; nothing will be done.');
    return 1;
  }
  // First the record: what is not recorded must not count.
  await record('approved');
  const approved = await consents.approve(plan.code, user);
  if (approved.state !== 'pending') {
    screen.note(overWords(approved, plan.code));
    return 1;
  }
  screen.say('Approved, once. Tell the assistant to go on.');
  return 0;
}

/** Why nothing can be approved by a code. */
function overWords(found: Exclude<TokenState, { readonly state: 'pending' }>, code: string): string {
  switch (found.state) {
    case 'unknown':
      return `No plan has the code ${code}. "jetfleet approve" lists those that wait.`;
    case 'spent':
      return `The plan with the code ${code} was used already. For another time make it again.`;
    case 'expired':
      return `The plan with the code ${code} has expired. Make it again.`;
    case 'withdrawn':
      return `The plan with the code ${code} was withdrawn, because ${cleanText(found.why)}. Make it again.`;
  }
}

async function list({ consents, clock }: ApproveParts, screen: Terminal): Promise<number> {
  const plans = await consents.pending();
  const group = (effect: PendingPlan['effect'], heading: string): number => {
    const own = plans.filter((plan) => plan.effect === effect);
    if (own.length > 0) screen.note(heading);
    for (const plan of own) {
      const state = plan.approved ? 'approved' : `expires in ${remaining(plan, clock)}`;
      screen.say(
        `${screen.paint('bold', cleanName(plan.code))}  ${cleanName(plan.tool)}  ${devicesOf(plan)}  ${state}`,
      );
    }
    return own.length;
  };
  // A reading that waits is answered where it was asked about.
  const waiting =
    group('disrupt', 'These need a person. To see one and decide: jetfleet approve CODE') +
    group('change', 'These can also be carried out by the assistant, with the token that it has:');
  if (waiting === 0) screen.note('No plan waits for approval.');
  return 0;
}

/** The devices on which something would be done, as the plan tells them. */
function devicesOf({ devices }: PendingPlan): string {
  const acting = devices.filter(({ steps }) => steps !== '');
  const told = (acting.length > 0 ? acting : devices).map(({ device }) => device);
  return cleanName(shortNames(told).join(', '), 400);
}

function remaining({ expiresAtMs }: PendingPlan, clock: Clock): string {
  const seconds = Math.max(0, Math.ceil((expiresAtMs - clock.now()) / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
}
