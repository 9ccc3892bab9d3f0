import { mkdtempSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { exhaustive } from '../setup/runs.js';
import { recordsIn } from './audit-check.js';
import { auditPlaces, machineOf } from './audited.js';
import { call, type Called } from './calling.js';
import { connect, type AnyClient } from './clients.js';
import { bareEnvironment, ensureBuilt, run } from './program.js';

const operations = exhaustive ? 5000 : 1000;
const lanes = 6;

interface Entry {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

describe('three servers on one home', () => {
  const home = mkdtempSync(join(tmpdir(), 'jetfleet-servers-'));
  const env = bareEnvironment(home);
  const config = join(home, 'fleet.yaml');
  const state = join(auditPlaces(machineOf(env)).folder, '..');
  let clients: readonly AnyClient[];
  /** What the fleet file has to hold in the end, by the answers that were given. */
  const expected = new Map<string, Readonly<Record<string, string>>>();
  const comments: string[] = ['# the user wrote this'];
  const counted = { calls: 0, done: 0, refused: 0, spentTwice: 0, raced: 0, byEditor: 0 };

  beforeAll(async () => {
    ensureBuilt();
    const first = Array.from({ length: 5 }, (_, i) => `first-${String(i)}`);
    for (const name of first) expected.set(name, {});
    const entries = first.map((name) => `  - name: ${name} # kept, ${name}\n    host: 192.0.2.1\n`);
    comments.push(...first.map((name) => `# kept, ${name}`));
    writeFileSync(config, `${comments[0] ?? ''}\ndevices:\n${entries.join('')}`, { mode: 0o600 });
    const start = { args: ['--config', config, '--toolsets', 'all'], env };
    clients = await Promise.all((['pinned', 'auto', 'legacy'] as const).map((kind) => connect(kind, start)));
  }, 60_000);
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  /** Numbers that are the same in every run. */
  const random = (seed: number) => () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const tell = async (server: AnyClient | undefined, tool: string, args: Record<string, unknown>): Promise<Called> => {
    counted.calls += 1;
    if (server === undefined) throw new Error('no such server');
    return call(server, tool, args);
  };
  const whyNot = ({ reply }: Called): string => reply.failures?.map(({ message }) => message).join(' ') ?? '';

  /** Plans on one server and spends the token on another, with what is offered anew wherever the file has changed meanwhile. */
  async function agreed(next: () => number, tool: string, args: Record<string, unknown>): Promise<boolean> {
    const any = (): AnyClient | undefined => clients[Math.floor(next() * clients.length)];
    let { reply } = await tell(any(), tool, { ...args, plan: true });
    for (;;) {
      const token = reply.plan?.token;
      if (token === undefined) throw new Error(JSON.stringify(reply));
      const given = { ...args, token };
      const both = next() < 0.1;
      if (both) counted.raced += 1;
      const answers = await Promise.all((both ? [any(), any()] : [any()]).map((server) => tell(server, tool, given)));
      const done = answers.filter((each) => each.reply.summary.ok === 1);
      expect(done.length).toBeLessThanOrEqual(1);
      if (done.length === 1) {
        counted.done += 1;
        if (next() < 0.2) {
          const again = await tell(any(), tool, given);
          expect(again.reply.summary.ok).toBe(0);
          counted.spentTwice += 1;
        }
        return true;
      }
      const refused = answers.find((each) => each.reply.plan?.token !== undefined);
      if (refused === undefined) throw new Error(answers.map(whyNot).join('; '));
      counted.refused += 1;
      reply = refused.reply;
    }
  }

  async function lane(number: number): Promise<void> {
    const next = random(number);
    const own: string[] = [];
    for (let i = 0; counted.calls < operations; i++) {
      const dice = next();
      const name = own[Math.floor(next() * own.length)];
      if (dice < 0.15) {
        const { isError } = await tell(clients[number % clients.length], 'device_list', {});
        expect(isError).toBe(false);
      } else if (dice < 0.6 || name === undefined) {
        const added = `lane${String(number)}-${String(i)}`;
        await agreed(next, 'device_add', { devices: [{ name: added, host: '192.0.2.2' }] });
        expected.set(added, {});
        own.push(added);
      } else if (dice < 0.85) {
        const labels = { turn: `t${String(i)}` };
        await agreed(next, 'device_edit', { selector: name, labels });
        expected.set(name, labels);
      } else {
        await agreed(next, 'device_remove', { selector: name });
        expected.delete(name);
        own.splice(own.indexOf(name), 1);
      }
    }
  }

  /** Saves as text editors do: another file, renamed. Between two edits of jetfleet, whose lock it does not know. */
  async function editor(): Promise<void> {
    for (let i = 0; counted.calls < operations; i++) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      while (existsSync(`${config}.lock`)) await new Promise((resolve) => setTimeout(resolve, 1));
      const comment = `# by the editor, ${String(i)}`;
      const name = `edited-${String(i)}`;
      writeFileSync(
        `${config}.new`,
        `${readFileSync(config, 'utf8')}  ${comment}\n  - name: ${name}\n    host: 192.0.2.3\n`,
        {
          mode: 0o600,
        },
      );
      if (existsSync(`${config}.lock`)) continue;
      renameSync(`${config}.new`, config);
      comments.push(comment);
      expected.set(name, {});
      counted.byEditor += 1;
    }
  }

  it(`keep file, consents and audit log whole through ${String(operations)} interleaved operations`, async () => {
    await Promise.all([editor(), ...Array.from({ length: lanes }, (_, i) => lane(i + 1))]);
    await Promise.all(clients.map((client) => client.close()));

    const text = readFileSync(config, 'utf8');
    const { devices } = parse(text) as { devices: Entry[] };
    expect(devices.map(({ name }) => name).sort()).toEqual([...expected.keys()].sort());
    for (const { name, labels } of devices) expect([name, labels ?? {}]).toEqual([name, expected.get(name)]);
    for (const comment of comments) expect(text).toContain(comment);

    const { plans, spent } = JSON.parse(readFileSync(join(state, 'consents.json'), 'utf8')) as Record<
      string,
      { token: string }[]
    >;
    const tokens = [...(plans ?? []), ...(spent ?? [])].map(({ token }) => token);
    expect(new Set(tokens).size).toBe(tokens.length);

    const { code, stdout } = await run(['audit', 'verify', '--json'], { env });
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ ok: true, torn: [], unended: [] })]);
    const records = recordsIn(join(state, 'audit'));
    const began = records.filter((record) => record.event === 'began');
    expect(began).toHaveLength(counted.done);
    // A token stands for one plan, whose id its change has.
    expect(new Set(began.map((record) => ('id' in record ? record.id : ''))).size).toBe(began.length);
    expect(records.filter((record) => record.event === 'step_ended' && record.result === 'ok')).toHaveLength(
      counted.done,
    );
    expect(counted.done).toBeGreaterThan(operations / 10);
    for (const seen of [counted.refused, counted.spentTwice, counted.raced, counted.byEditor])
      expect(seen).toBeGreaterThan(0);
  }, 600_000);
});
