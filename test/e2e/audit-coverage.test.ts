import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../src/adapters/simulator/start-simulator.js';
import { missingFrom, recordsIn, type Noted } from './audit-check.js';
import { auditPlaces, copyAudit, machineOf } from './audited.js';
import { call, type Called } from './calling.js';
import { connect, type AnyClient } from './clients.js';
import { bareEnvironment, ensureBuilt, run } from './program.js';

describe('the audit log of the built program', () => {
  const home = mkdtempSync(join(tmpdir(), 'jetfleet-coverage-'));
  const env = bareEnvironment(home, { XDG_CONFIG_HOME: join(home, 'config') });
  const args = ['--config', join(home, 'fleet.yaml'), '--toolsets', 'all'];
  const notes: Noted[] = [];
  let simulator: Simulator;
  let client: AnyClient;

  const note = async (tool: string, given: Record<string, unknown>): Promise<Called> => {
    const called = await call(client, tool, given);
    notes.push({ tool, args: given, end: 'reply', reply: called.reply });
    return called;
  };
  const places = auditPlaces(machineOf(env));
  let tampered = 0;
  /** A copy of the log, for harm. */
  const copied = (): { places: typeof places; env: Record<string, string> } => {
    const folder = join(home, `copy-${String((tampered += 1))}`);
    const copyEnv = bareEnvironment(folder);
    const copy = auditPlaces(machineOf(copyEnv));
    copyAudit(places, copy);
    return { places: copy, env: copyEnv };
  };

  beforeAll(async () => {
    ensureBuilt();
    simulator = await startSimulator({
      devices: [
        { name: 'nano', board: 'orin-nano-super', login: 'ops' },
        { name: 'agx', board: 'agx-orin', login: 'ops' },
        { name: 'dead', board: 'agx-orin', login: 'ops', fault: { kind: 'refuse', at: 'tcp' } },
      ],
    });
    const identityFile = join(home, 'key');
    writeFileSync(identityFile, simulator.clientKey.privateKey, { mode: 0o600 });
    writeFileSync(join(home, 'fleet.yaml'), simulator.fleetYaml({ identityFile }), { mode: 0o600 });
    mkdirSync(join(home, 'config/jetfleet'), { recursive: true, mode: 0o700 });
    const rules = [
      '{ then: allow, tools: [cpu_set_governor, file_write] }',
      '{ then: deny, tools: [system_shutdown] }',
    ];
    const policy = `rules:\n${rules.map((rule) => `  - ${rule}\n`).join('')}`;
    writeFileSync(join(home, 'config/jetfleet/policy.yaml'), policy, { mode: 0o600 });
    client = await connect('legacy', { args, env });
    await note('cpu_set_governor', { selector: 'nano or agx', governor: 'performance' });
    await note('cpu_set_governor', { selector: 'all', governor: 'schedutil' });
    await note('cpu_set_governor', { selector: 'dead', governor: 'performance' });
    await note('cpu_set_governor', { selector: 'nano', governor: 'schedutil' });
    await note('cpu_set_governor', { selector: 'nano', governor: 'warp' });
    await note('cpu_set_governor', { selector: 'nano', gouvernor: 'schedutil' });
    await note('cpu_set_governor', { selector: 'nobody', governor: 'schedutil' });
    await note('cpu_set_governor', { selector: 'nano and agx', governor: 'schedutil' });
    await note('system_shutdown', { selector: 'nano' });
    await note('system_reboot', { selector: 'nano', plan: true });
    await note('system_reboot', { selector: 'nano' });
    await note('system_reboot', { selector: 'nano', token: 'plan-of-nobody' });
    await note('file_write', {
      selector: 'nano',
      path: '/home/ops/note',
      text: `password=Planted-4711 ${'x'.repeat(9000)}`,
    });
    await note('device_edit', { selector: 'nano', labels: { rack: '7' } });
    await client.close();
  }, 120_000);
  afterAll(async () => {
    await simulator.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('tells of every call, done, refused and failed alike, and of none twice', () => {
    const ends = notes.map(({ reply }) => reply?.summary.ok);
    expect(ends).toEqual([2, 2, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0]);
    expect(missingFrom(places.folder, notes)).toEqual([]);
    for (const each of notes) expect([each, missingFrom(places.folder, [...notes, each]).length]).toEqual([each, 1]);
  });

  it('tells who asked, by which client, and no secret', () => {
    const text = readFileSync(join(places.folder, 'audit.jsonl'), 'utf8');
    expect(text).not.toContain('Planted-4711');
    for (const record of recordsIn(places.folder))
      expect(record).toMatchObject({
        asker: { client: expect.stringContaining('jetfleet-e2e'), user: expect.stringMatching(/./) },
      });
  });

  it('does not pass the check of the suite where a record is missing, or tells another story', () => {
    const records = recordsIn(places.folder);
    const { places: copy } = copied();
    const without = (drop: (index: number) => boolean): string[] => {
      const lines = records.filter((_, index) => !drop(index)).map((record) => JSON.stringify(record));
      writeFileSync(join(copy.folder, 'audit.jsonl'), lines.map((line) => `${line}\n`).join(''));
      return missingFrom(copy.folder, notes);
    };
    const idOf = (record: (typeof records)[number]): string => ('id' in record ? record.id : '');
    let dropped = 0;
    for (const [index, record] of records.entries()) {
      // The rest tells of steps and of consent; a device that was left out stands beside those that were not.
      if (!['began', 'ended', 'refused', 'planned'].includes(record.event)) continue;
      const goesOn = records.slice(index + 1).some((each) => idOf(each) === idOf(record));
      if (record.event === 'refused' && goesOn) continue;
      dropped += 1;
      expect({ record, missing: without((each) => each === index).length }).toEqual({ record, missing: 1 });
    }
    expect(dropped).toBeGreaterThan(notes.length);
    const [first, ...rest] = notes;
    const other = { ...first, args: { selector: 'nano or agx', governor: 'powersave' } } as Noted;
    expect(missingFrom(places.folder, [other, ...rest])).toHaveLength(1);
  });

  const verify = async (given: Record<string, string>): Promise<[number | null, string]> => {
    const { code, stdout } = await run(['audit', 'verify'], { env: given });
    return [code, stdout];
  };

  it('is whole, as jetfleet audit verify says', async () => {
    expect(await verify(env)).toEqual([0, expect.stringMatching(/^The audit log is whole: \d+ records\.\n$/)]);
  });

  type Lines = string[];
  it.each<[string, (lines: Lines) => Lines, RegExp]>([
    [
      'a changed word',
      (lines) => lines.map((line, i) => (i === 3 ? line.replace('performance', 'powersaving') : line)),
      /Altered/,
    ],
    ['a removed record', (lines) => lines.filter((_, i) => i !== 5), /Removed/],
    ['two records in each other’s place', ([a = '', b = '', ...rest]) => [b, a, ...rest], /Reordered|Removed/],
    ['a record that stands twice', ([a = '', ...rest]) => [a, a, ...rest], /Duplicated/],
    ['the last record cut off', (lines) => lines.slice(0, -1), /Truncated/],
    ['everything cut off', () => [], /Truncated/],
  ])('shows %s', async (_what, harm, says) => {
    const copy = copied();
    const path = join(copy.places.folder, 'audit.jsonl');
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    const harmed = harm(lines);
    expect(harmed).not.toEqual(lines);
    writeFileSync(path, harmed.map((line) => `${line}\n`).join(''));
    const [code, said] = await verify(copy.env);
    expect([code, said]).toEqual([1, expect.stringMatching(says)]);
  });
});

/** What may start the program: the harness, which notes every call. */
const harness = ['program.ts', 'clients.ts'];
/** These start it through npm or the Inspector, and call only what changes nothing. */
const readers = ['install.test.ts', 'inspector.test.ts'];

it('no e2e test escapes the check: whatever starts the program is noted', () => {
  const folder = import.meta.dirname;
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.ts') && !harness.includes(each))) {
    if (name === 'audit-coverage.test.ts' || readers.includes(name)) continue;
    const text = readFileSync(join(folder, name), 'utf8');
    const transports = text.match(/new \w*Transport\(/g)?.length ?? 0;
    const tapped = text.match(/tapped\(/g)?.length ?? 0;
    expect({ name, untapped: transports - tapped }).toEqual({ name, untapped: 0 });
    expect({ name, spawns: /spawn\w*\([^)]*\bprogram\b/.test(text) || text.includes('dist/main.js') }).toEqual({
      name,
      spawns: false,
    });
  }
});
