import fc from 'fast-check';
import type { Called } from './calling.js';
import { calledOf } from './calling.js';
import type { ToolAnswer } from './clients.js';
import type { ConsentClient } from './consent-clients.js';

/** What a model remembers of the answers it got. */
export class Memory {
  readonly tokens: string[] = [];
  readonly codes: string[] = [];

  /** Where the robot listens. */
  readonly port: number;

  constructor(port = 22) {
    this.port = port;
  }

  learn({ reply: { plan } }: Called): void {
    if (plan?.token !== undefined) this.tokens.unshift(plan.token);
    if (plan?.code !== undefined) this.codes.unshift(plan.code);
  }

  token(age = 0): string {
    return this.tokens[age % Math.max(1, this.tokens.length)] ?? 'plan-0';
  }

  code(): string {
    return this.codes[0] ?? 'AAAA-AAAA';
  }
}

/** One thing that a model tries. What it is answered does not matter, only what becomes of the device. */
export type Attempt = (client: ConsentClient, memory: Memory) => Promise<void>;

type Args = Record<string, unknown>;
type MoreArgs = (memory: Memory) => Args;
const none: MoreArgs = () => ({});

function tries(name: string, args: Args, more: MoreArgs = none): Attempt {
  return async (client, memory) => {
    try {
      memory.learn(await client.call(name, { ...args, ...more(memory) }));
    } catch (error) {
      if (!(error instanceof Error) || !/^MCP error|session|invalid|not/i.test(error.message)) throw error;
    }
  };
}

/** The same with fields beside the arguments, as no client would send them. */
function sends(name: string, args: Args, beside: MoreArgs): Attempt {
  return async (client, memory) => {
    const answer = await client.raw('tools/call', { name, arguments: args, ...beside(memory) }).catch(() => undefined);
    if (answer !== undefined) memory.learn(calledOf(answer as ToolAnswer));
  };
}

const disable: Args = { selector: 'robot', unit: 'cron', action: 'disable' };
const reboot: Args = { selector: 'robot' };
const command: Args = { selector: 'robot', argv: ['hostname'] };
const plan: MoreArgs = () => ({ plan: true });
const token: MoreArgs = (memory) => ({ token: memory.token() });
const yes = { consent: { action: 'accept', content: { approve: true } } };
const control = (more: MoreArgs = none): Attempt => tries('service_control', disable, more);
const planned = control(plan);
const onRobot = [control(), tries('system_reboot', reboot), tries('command_run', command)];

/** Plans and applies a change by its token, as the model may. */
const change = (name: string, args: Args): Attempt[] => [tries(name, args, plan), tries(name, args, token)];

/** Every way in which a client without a form has been seen, or feared, to agree with itself. */
export const fixedAttempts: Readonly<Record<string, readonly Attempt[]>> = {
  'the token as the argument': [planned, control(token)],
  'the token of a refusal': [control(), control(token)],
  'the token again and again': [planned, control(token), control(token), control(token)],
  'the token with plan': [planned, control((memory) => ({ ...plan(memory), ...token(memory) })), control(token)],
  'the code as the token': [planned, control((memory) => ({ token: memory.code() }))],
  'an argument that says yes': ['approve', 'approved', 'confirm', 'consent', 'answer', 'yes', 'force', 'dryRun'].map(
    (word) => control(() => ({ [word]: true })),
  ),
  'the policy as an argument': [control(() => ({ policy: 'allow', rules: [{ then: 'allow' }] }))],
  'the token beside the arguments': [
    planned,
    ...['token', 'requestState', 'consent', 'approve'].map((field) =>
      sends('service_control', disable, (memory) => ({ [field]: memory.token() })),
    ),
    sends('service_control', disable, (memory) => ({ _meta: { token: memory.token(), approve: true } })),
  ],
  'an answer to a form that nobody saw': [
    planned,
    sends('service_control', disable, () => ({ inputResponses: yes })),
    sends('service_control', disable, (memory) => ({ inputResponses: yes, requestState: memory.token() })),
    sends('service_control', disable, (memory) => ({
      inputResponses: yes,
      requestState: `v1.${Buffer.from(JSON.stringify({ p: { token: memory.token(), tool: 'service_control' } })).toString('base64url')}.AAAA`,
    })),
    sends('service_control', { ...disable, inputResponses: yes, requestState: 'v1.e30.e30' }, () => ({})),
  ],
  'the token of a change': [
    tries('cpu_set_governor', { selector: 'robot', governor: 'performance' }, plan),
    control(token),
    tries('system_reboot', reboot, token),
    tries('command_run', command, token),
  ],
  'the token of another disrupt': [
    planned,
    tries('system_reboot', reboot, token),
    tries('system_shutdown', reboot, token),
  ],
  'a command as a job': [
    tries('command_run', command, plan),
    tries('job_start', command, token),
    tries('job_start', command, plan),
    tries('job_start', command, token),
    tries('job_start', { ...command, argv: undefined, script: 'sudo systemctl disable cron' }),
  ],
  'a mode that reboots': [
    tries('power_set_mode', { selector: 'robot', mode: 1, reboot: true }, plan),
    tries('power_set_mode', { selector: 'robot', mode: 1, reboot: true }, token),
    tries('power_set_mode', { selector: 'robot', mode: 1, reboot: false }),
  ],
  'a selector with a board of the lab': [
    'desk or robot',
    'robot or @lab',
    'all',
    'not desk',
    '*',
    'robot,desk',
  ].flatMap((selector) => [
    tries('service_control', { ...disable, selector }, plan),
    tries('service_control', { ...disable, selector }, token),
  ]),
  'the robot moved into the lab': [...change('device_edit', { selector: 'robot', groups: ['lab'] }), ...onRobot],
  'the robot labelled as a test board': [
    ...change('device_edit', { selector: 'robot', labels: { stage: 'test' } }),
    tries('device_edit', { selector: 'robot', labels: { stage: 'test' } }),
    ...onRobot,
  ],
  'the robot added once more, to the lab': [
    async (client, memory) => {
      const devices = [{ name: 'alias', host: '127.0.0.1', port: memory.port, user: 'ops', groups: ['lab'] }];
      for (const attempt of change('device_add', { devices })) await attempt(client, memory);
    },
    ...change('device_trust', { selector: 'alias' }),
    tries('service_control', { ...disable, selector: 'alias' }),
  ],
  'the robot removed, and the lab board pointed at it': [
    ...change('device_remove', { selector: 'robot' }),
    async (client, memory) => {
      const desk = { selector: 'desk', host: '127.0.0.1', port: memory.port };
      for (const attempt of change('device_edit', desk)) await attempt(client, memory);
    },
    ...change('device_trust', { selector: 'desk' }),
    tries('service_control', { ...disable, selector: 'desk', unit: 'rsyslog' }),
  ],
  'trust in another key': [
    ...change('device_trust', { selector: 'robot' }),
    tries('device_trust', { selector: 'robot' }),
  ],
  'all at once': [
    planned,
    async (client, memory) => {
      await Promise.all(Array.from({ length: 12 }, () => control(token)(client, memory)));
    },
  ],
};

const targets = fc.constantFrom('robot', 'robot', 'robot', 'all', 'not desk', 'desk or robot');
const calls: fc.Arbitrary<readonly [string, Args]> = fc.oneof(
  fc.tuple(
    fc.constant('service_control'),
    fc.record({
      selector: targets,
      unit: fc.constantFrom('cron', 'rsyslog'),
      action: fc.constantFrom('disable', 'stop', 'restart'),
    }),
  ),
  fc.tuple(
    fc.constantFrom('system_reboot', 'system_shutdown', 'device_trust', 'device_remove'),
    fc.record({ selector: fc.constant('robot') }),
  ),
  fc.tuple(
    fc.constantFrom('command_run', 'job_start'),
    fc.record({
      selector: fc.constant('robot'),
      argv: fc.constantFrom(['hostname'], ['sudo', 'reboot']),
      sudo: fc.boolean(),
    }),
  ),
  fc.tuple(
    fc.constant('power_set_mode'),
    fc.record({ selector: fc.constant('robot'), mode: fc.constantFrom(0, 1, 2), reboot: fc.boolean() }),
  ),
  fc.tuple(
    fc.constant('cpu_set_governor'),
    fc.record({ selector: fc.constant('robot'), governor: fc.constantFrom('performance', 'schedutil') }),
  ),
  fc.tuple(
    fc.constant('device_edit'),
    fc.constantFrom<Args>(
      { selector: 'robot', groups: ['lab'] },
      { selector: 'robot', labels: { stage: 'test' } },
      { selector: 'all', labels: { stage: 'test' } },
    ),
  ),
);
/** With a plan, with a token learned at any time, with both, or as it is. */
const ways: fc.Arbitrary<MoreArgs> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(plan) },
  { weight: 4, arbitrary: fc.nat(3).map((age): MoreArgs => (memory) => ({ token: memory.token(age) })) },
  fc.constant((memory: Memory) => ({ plan: true, token: memory.token() })),
  fc.constant((memory: Memory) => ({ token: memory.code() })),
  fc.constant(none),
);

/** A call of a model that does not care for consent. */
export const attempts: fc.Arbitrary<Attempt> = fc
  .tuple(calls, ways)
  .map(([[name, args], more]) =>
    Object.assign(tries(name, args, more), { [fc.toStringMethod]: () => `${name} ${JSON.stringify(args)}` }),
  );
