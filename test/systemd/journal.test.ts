import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Device } from '../../src/ports/fleet.js';
import { ServiceStatus } from '../../tools/system/service_status.js';
import { SystemInfo } from '../../tools/system/system_info.js';
import { SystemLogs } from '../../tools/system/system_logs.js';
import { fakeCall } from '../fakes/fake-device.js';
import { describeWith } from '../setup/suite.js';
import { systemdUnavailable } from '../setup/systemd.js';
import { startBench, type SystemdBench } from './bench.js';

const levels = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;
const writer = (text: string): string => `[Service]\nType=oneshot\nExecStart=/bin/sh -c '${text}'`;

describeWith(systemdUnavailable(), 'the journal of a real systemd', () => {
  let the: SystemdBench;
  beforeAll(async () => {
    the = await startBench();
    await the.host.units({
      'levels.service': writer(levels.map((level, i) => `echo "<${String(i)}>this is ${level}"`).join('; ')),
      'count.service': writer('for i in 1 2 3 4 5 6 7 8 9 10; do echo "line $$i of ten"; done'),
      'odd.service': writer('printf "caf\\\\303\\\\251 \\\\033[31mred\\\\033[0m\\\\n\\\\377\\\\376 bytes\\\\n"'),
      'long.service': writer('head -c 70000 /dev/zero | tr "\\\\0" x; echo'),
    });
    await the.host.run('systemctl start levels count odd long; journalctl --sync');
  }, 60_000);
  afterAll(async () => {
    await the.stop();
  });

  const tool = new SystemLogs();
  const logs = async (args: object, device: Device = the.nano) =>
    tool.spec.output.parse(await tool.read(tool.spec.input.parse(args), device, fakeCall(Date.now())));
  /** What the unit's program wrote; systemd has something to say of every unit as well. */
  const messages = async (args: object, device?: Device): Promise<string[]> =>
    (await logs(args, device)).entries.filter(({ from }) => from !== 'systemd').map(({ message }) => message);

  it('by unit, with what systemd says of it', async () => {
    const { entries, unknown, notRead, found } = await logs({ unit: 'count' });
    expect({ unknown, notRead, found }).toEqual({ found: true });
    expect(new Set(entries.map(({ from }) => from))).toEqual(new Set(['systemd', 'count.service']));
    expect(entries.filter(({ from }) => from === 'count.service')).toHaveLength(10);
    // journald may take what a unit wrote after what systemd said of its end.
    expect(entries.filter(({ from }) => from === 'systemd').at(-1)?.message).toMatch(/^Finished count.service/);
    expect(entries.every(({ at, pid }) => !Number.isNaN(Date.parse(at)) && (pid ?? 0) > 0)).toBe(true);
  });

  it.each(levels.map((level, i) => [level, i] as const))('by priority: %s and graver', async (priority, i) => {
    expect(await messages({ unit: 'levels', priority })).toEqual(
      levels.slice(0, i + 1).map((each) => `this is ${each}`),
    );
  });

  it('by time, as the device reckons it', async () => {
    expect(await messages({ unit: 'count', since: '1h' })).toHaveLength(10);
    const { entries } = await logs({ unit: 'count' });
    const last = entries.at(-1)?.at ?? '';
    const after = new Date(Date.parse(last) + 1000).toISOString();
    expect(await logs({ unit: 'count', since: after })).toMatchObject({ found: false, entries: [] });
  });

  it('by text', async () => {
    expect(await messages({ unit: 'count', grep: 'LINE 1' })).toEqual(['line 1 of ten', 'line 10 of ten']);
  });

  it('reads on from a position without losing or repeating an entry', async () => {
    const newest = async () => (await logs({ unit: 'count', limit: 500 })).entries;
    // So the position is that of an entry which is not the unit's.
    await the.host.run('logger between; journalctl --sync');
    const [before, { after: mark }] = [await newest(), await logs({ limit: 1 })];
    await the.host.run('systemctl start count; journalctl --sync');
    const read: (typeof before)[number][] = [];
    let [after, later] = [mark, true];
    for (let page = 0; page < 40 && later; page += 1) {
      const part = await logs({ unit: 'count', after, limit: 3 });
      expect(part.entries.length).toBeLessThanOrEqual(3);
      expect(part.unknown).toBeUndefined();
      read.push(...part.entries);
      [after, later] = [part.after, part.later === true];
    }
    expect([...before, ...read]).toEqual(await newest());
    // In which order the program's and systemd's come, journald decides.
    expect(read.filter(({ from }) => from === 'count.service').map(({ message }) => message)).toEqual(
      Array.from({ length: 10 }, (_, i) => `line ${String(i + 1)} of ten`),
    );
    expect(read.map(({ message }) => message)).toContain('Starting count.service...');
    expect(await logs({ unit: 'count', after })).toMatchObject({ found: false, after });
  });

  it('shows bytes, colours and overlong lines as plain text', async () => {
    expect(await messages({ unit: 'odd' })).toEqual(['café red', '\ufffd\ufffd bytes']);
    // journald cuts such a line in two, and journalctl leaves out both.
    expect(new Set(await messages({ unit: 'long' }))).toEqual(new Set(['[longer than 4 KiB: not shown]']));
  });

  it('says of what there is none, and why', async () => {
    expect(await logs({ unit: 'nowhere' })).toMatchObject({ found: false, entries: [] });
    expect((await logs({ boot: 'previous' })).notRead).toEqual([
      { what: 'journal', why: expect.stringMatching(/does not reach back to that boot/) },
    ]);
    expect(await messages({ unit: 'count', boot: 'current', limit: 500 })).not.toEqual([]);
  });

  it('tells a user without rights that he does not see it, instead of that there is nothing', async () => {
    const why = expect.stringMatching(/sees only its own entries: add it to group systemd-journal or adm/);
    expect(await logs({ unit: 'count' }, the.guest)).toMatchObject({
      found: false,
      notRead: [{ what: 'journal', why }],
    });
    const status = new ServiceStatus();
    expect(await status.read({ unit: 'count', lines: 5 }, the.guest, fakeCall(Date.now()))).toMatchObject({
      lines: [],
      notRead: [{ what: 'journal', why }],
    });
    expect((await status.read({ unit: 'count', lines: 5 }, the.nano, fakeCall(Date.now()))).lines).toHaveLength(5);
  });

  it('system_info of a host that is no Jetson says what it is, and nothing that it does not know', async () => {
    const info = new SystemInfo();
    const data = info.spec.output.parse(await info.read({}, the.guest, fakeCall(Date.now())));
    expect(data).toMatchObject({ hostname: 'nano', os: expect.stringMatching(/^Debian/) });
    expect(data).not.toHaveProperty('module');
    expect(data).not.toHaveProperty('l4t');
    expect(data.unknown).toBeUndefined();
  });
});
