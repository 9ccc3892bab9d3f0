import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeWith } from '../setup/suite.js';
import { call, type Called } from './calling.js';
import { connect, type AnyClient } from './clients.js';
import { ensureBuilt } from './program.js';
import { fleetUnavailable, startFleet, type RealFleet } from './real-fleet.js';

const seed = 20_261_120;
const numRuns = 60;
/** Everything a probe runs; each writes down the words it was given. */
const programs = [
  ...['systemctl', 'journalctl', 'du', 'df', 'lsblk', 'ps', 'ip', 'nvme', 'dpkg-query', 'docker'],
  ...['nvpmodel', 'jetson_clocks', 'nvfancontrol', 'nvidia-smi', 'tegrastats'],
];

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** A value that is fine, for arguments that may hold one: what it makes the device run is what others are held against. */
const benign: Readonly<Record<string, string>> = {
  unit: 'benign.service',
  path: '/benign',
  grep: 'benign',
  // Another name is looked up without the device.
  model: '/benign',
  since: '5m',
  after: 's=00;i=11;b=22;m=33;t=44;x=55',
};

describeWith(fleetUnavailable(), 'hostile arguments', () => {
  let fleet: RealFleet;
  let client: AnyClient;
  let traps = '';
  let tools: readonly { readonly name: string; readonly inputSchema: JsonSchema }[] = [];
  const recordFile = (): string => join(traps, 'ran');

  beforeAll(async () => {
    ensureBuilt();
    fleet = await startFleet(2);
    traps = join(fleet.sshd.folder, 'traps');
    mkdirSync(traps);
    // Whatever a hostile word would run, runs as the login user: it must be able to fall into the trap.
    chmodSync(traps, 0o777);
    for (const name of programs) {
      fleet.sshd.standIn(name, `printf '%s\\0' ${name} "$@" "$(printf '\\001')" >>${recordFile()}; exit 1`);
    }
    client = await connect('legacy', { args: ['--config', fleet.config, '--toolsets', 'all'], env: fleet.env });
    tools = (await client.tools()) as unknown as typeof tools;
  }, 120_000);
  afterAll(async () => {
    await client.close();
    await fleet.stop();
  });

  /** What ran on the device during a call, each as its words. */
  async function runs(name: string, args: Record<string, unknown>): Promise<{ answer: Called; ran: string[][] }> {
    rmSync(recordFile(), { force: true });
    const answer = await call(client, name, { selector: 'nano-01', ...args });
    const text = existsSync(recordFile()) ? readFileSync(recordFile(), 'utf8') : '';
    const ran = text
      .split('\u0001\0')
      .slice(0, -1)
      .map((each) => each.split('\0').slice(0, -1));
    return { answer, ran: ran.sort((a, b) => a.join(' ').localeCompare(b.join(' '))) };
  }

  /** Shell, option, path and control-character tricks; each that is obeyed leaves a file in the trap. */
  const hostile = (): fc.Arbitrary<string> => {
    const touch = `touch ${join(traps, 'sprung')}`;
    const core = fc.constantFrom(
      ...[
        `$(${touch})`,
        `\`${touch}\``,
        `;${touch}`,
        `; ${touch};`,
        `|${touch}`,
        `&&${touch}`,
        `&${touch}&`,
        `\n${touch}\n`,
      ],
      ...[
        `'; ${touch}; '`,
        `"; ${touch}; "`,
        `' $(${touch}) '`,
        `\\'; ${touch} #`,
        `$(${touch.replace(' ', '${IFS}')})`,
      ],
      ...[
        `>${join(traps, 'sprung')}`,
        `--output=${join(traps, 'sprung')}`,
        `-oProxyCommand=${touch}`,
        `--cursor-file=${join(traps, 'sprung')}`,
      ],
      ...[
        '--version',
        '-h',
        '*',
        '~root',
        '../../etc/shadow',
        '%s%n',
        '\\x2d',
        '\u202e',
        '\u0000',
        '\r\n',
        '-',
        '--',
        '!!',
        '{a,b}',
        '$HOME',
      ],
    );
    const around = fc.constantFrom('', '/', '/tmp/', 'ssh', 'ssh.service', 'docker@', '1h', 's=1', 'x'.repeat(300));
    return fc.oneof(
      { weight: 4, arbitrary: fc.tuple(around, core, around).map((parts) => parts.join('')) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => `/${text}`) },
      { weight: 1, arbitrary: fc.stringMatching(/^s=[0-9a-f]{1,8};i=[0-9a-f]{1,8}$/) },
      { weight: 1, arbitrary: fc.stringMatching(/^[1-9][0-9]{0,3}[smhd]$/) },
      { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9:_.\\@-]{0,40}$/) },
    );
  };

  const sprung = (): string[] => readdirSync(traps).filter((name) => name !== 'ran');

  /** Every argument of every tool that takes a text, with what its tool cannot do without. */
  function texts(): { tool: string; argument: string; rest: Record<string, unknown>; closed: boolean }[] {
    return tools.flatMap(({ name, inputSchema: { properties = {}, required = [] } }) =>
      Object.entries(properties)
        .filter(([, { type }]) => type === 'string')
        .map(([argument, schema]) => {
          const needed = required.filter((each) => each !== argument).map((each) => [each, benign[each]] as const);
          return { tool: name, argument, rest: Object.fromEntries(needed), closed: schema.enum !== undefined };
        }),
    );
  }

  it('has such arguments to try', () => {
    expect(texts().map(({ tool, argument }) => `${tool}.${argument}`)).toEqual(
      expect.arrayContaining([
        'service_status.unit',
        'system_logs.unit',
        'system_storage.path',
        'system_info.selector',
      ]),
    );
  });

  it('are refused, or reach the device as one word of the same command', async () => {
    const reached = new Map<string, number>();
    for (const { tool, argument, rest, closed } of texts()) {
      // Arguments of the runner's own never get near a device.
      const ownArgument = !['selector', 'detail', 'cursor'].includes(argument) && !closed;
      const usual = ownArgument ? (await runs(tool, { ...rest, [argument]: benign[argument] ?? 'benign' })).ran : [];
      const runsOfIt = argument === 'selector' || argument === 'detail' || argument === 'cursor' ? 8 : numRuns;
      await fc.assert(
        fc.asyncProperty(hostile(), async (value) => {
          const { answer, ran } = await runs(tool, { ...rest, [argument]: value });
          expect(sprung()).toEqual([]);
          if (answer.isError && answer.reply.failures?.[0]?.kind === 'invalid_input' && ran.length === 0) return;
          // `x@nano-01` and the like are selectors that name no device, or the one there is; no tool's own words change.
          if (!ownArgument) {
            expect(ran.flat().join(' ')).not.toContain(value.length > 3 ? value : '\u0000');
            return;
          }
          if (ran.length > 0) reached.set(`${tool}.${argument}`, (reached.get(`${tool}.${argument}`) ?? 0) + 1);
          const lengths = ran.map((words) => words.length);
          expect({ tool, argument, lengths }).toEqual({ tool, argument, lengths: usual.map((words) => words.length) });
          for (const [index, words] of ran.entries()) {
            const changed = words.filter((word, place) => word !== usual[index]?.[place]);
            expect(changed.length).toBeLessThanOrEqual(1);
            if (argument !== 'since') for (const word of changed) expect(word).toContain(value);
          }
        }),
        { seed, numRuns: runsOfIt },
      );
    }
    // Hostile words did come through, quoted: it is not that nothing was run at all.
    expect([...reached.keys()]).toEqual(
      expect.arrayContaining([
        'service_status.unit',
        'system_logs.after',
        'system_logs.grep',
        'system_logs.since',
        'system_logs.unit',
        'system_storage.path',
      ]),
    );
    expect(reached.get('system_storage.path')).toBeGreaterThan(10);
  }, 240_000);

  it('are refused in place of numbers and flags', async () => {
    for (const { name, inputSchema } of tools) {
      for (const [argument, { type }] of Object.entries(inputSchema.properties ?? {})) {
        if (type === 'string' || type === undefined) continue;
        const rest = Object.fromEntries((inputSchema.required ?? []).map((each) => [each, benign[each]]));
        for (const value of [`$(touch ${traps}/sprung)`, '1; id', -1, 1e99, null, ['x'], { a: 1 }]) {
          if (type === 'object' && typeof value === 'object' && !Array.isArray(value) && value !== null) continue;
          if (type === 'array' && Array.isArray(value)) continue;
          const { answer, ran } = await runs(name, { ...rest, [argument]: value });
          expect(answer.reply.failures?.[0]).toMatchObject({ kind: 'invalid_input' });
          expect(ran).toEqual([]);
        }
      }
    }
    expect(sprung()).toEqual([]);
  }, 60_000);
});
