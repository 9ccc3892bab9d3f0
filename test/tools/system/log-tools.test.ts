import { describe, expect, it } from '@jest/globals';
import { consensusOf } from '../../../src/core/reply/consensus.js';
import { sightArgv } from '../../../src/core/probes/logs.js';
import { ServiceList } from '../../../tools/system/service_list.js';
import { ServiceStatus } from '../../../tools/system/service_status.js';
import { SystemLogs } from '../../../tools/system/system_logs.js';
import { FakeDevice, fakeCall, type FakeBoard } from '../../fakes/fake-device.js';
import { files, keys, orinNano } from '../orin-nano-board.js';

const fields = '--output-fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_SYSTEMD_UNIT,_PID';
const journal = (rest: string): string => `journalctl -o json --no-pager ${fields} ${rest}`;
const cursor = (n: number): string => `s=0a;i=${n.toString(16)};b=0b;m=1;t=2;x=3`;
const at = Date.UTC(2026, 10, 20, 6, 59) * 1000;
const entry = (n: number, message: unknown, more: object = {}): string =>
  JSON.stringify({
    __CURSOR: cursor(n),
    __REALTIME_TIMESTAMP: String(at + n * 1e6),
    PRIORITY: '4',
    MESSAGE: message,
    _SYSTEMD_UNIT: 'a.service',
    ...more,
  });
const board = (runs: NonNullable<FakeBoard['runs']>, change: FakeBoard = {}): FakeDevice =>
  new FakeDevice('nano-01', { ...orinNano, ...change, runs: { ...orinNano.runs, ...runs } });

describe('system_logs', () => {
  const tool = new SystemLogs();
  const read = async (device: FakeDevice, args: object = {}) =>
    tool.spec.output.parse(await tool.read(tool.spec.input.parse(args), device, fakeCall()));

  it('reads entries and recognises an OOM kill and an NvMap failure, each once', async () => {
    const text = [
      entry(1, 'python3 invoked oom-killer: gfp_mask=0x140cca', {
        _SYSTEMD_UNIT: undefined,
        SYSLOG_IDENTIFIER: 'kernel',
      }),
      entry(2, 'Out of memory: Killed process 4711 (llama-server) total-vm:1kB, anon-rss:1kB', { _PID: '17' }),
      entry(3, 'session-1.scope: A process of this unit has been killed by the OOM killer.'),
      entry(4, 'NvMapMemAllocInternalTagged: 1075072515 error 12'),
    ].join('\n');
    const found = await read(board({ [journal('-n 40')]: { text } }));
    expect(found.entries).toHaveLength(4);
    expect(found.entries[0]).toEqual({
      at: '2026-11-20T06:59:01.000Z',
      priority: 'warning',
      from: 'kernel',
      message: expect.any(String),
    });
    expect(found.entries[1]).toMatchObject({ pid: 17, from: 'a.service' });
    expect(found.recognised).toMatchObject({
      out_of_memory: { count: 1, programs: ['llama-server'] },
      gpu_allocation: { count: 1, lastAt: '2026-11-20T06:59:04.000Z' },
    });
    expect(found).toMatchObject({ found: true, matched: 4, lookedAt: 4, after: cursor(4) });
    expect(found).not.toHaveProperty('unknown');
  });

  it('passes unit, priority, boot, kernel and position on, and searches text and time itself', async () => {
    const asked = journal(`-n 1001 --priority=err --unit=docker.service -k --boot=-1 --cursor=${cursor(1)}`);
    const device = board({
      [asked]: { text: [entry(1, 'old Needle'), entry(50, 'a NEEDLE'), entry(55, 'hay')].join('\n') },
    });
    const args = {
      unit: 'docker',
      priority: 'err',
      kernel: true,
      boot: 'previous',
      after: cursor(1),
      grep: 'needle',
      since: '30s',
    };
    // The device's clock says 07:00:00; the entries are of 06:59:01, :50 and :55.
    expect((await read(device, args)).entries.map(({ message }) => message)).toEqual(['a NEEDLE']);
  });

  it('says that older entries match too, and reads on from a position', async () => {
    const many = Array.from({ length: 40 }, (_, n) => entry(n, `line ${n}`)).join('\n');
    expect(await read(board({ [journal('-n 40')]: { text: many } }))).toMatchObject({ earlier: true, lookedAt: 40 });
    const quiet = await read(board({ [journal(`-n 41 --cursor=${cursor(9)}`)]: { text: '-- No entries --' } }), {
      after: cursor(9),
    });
    expect(quiet).toEqual({
      ...{ found: false, matched: 0, recognised: {} },
      ...{ entries: [], lookedAt: 0, after: cursor(9) },
    });
  });

  it.each([
    ['No journal files were opened due to insufficient permissions.', 1, /systemd-journal/],
    ['No journal files were found.\n-- No entries --', 0, /no journal is kept/],
    ['Data from the specified boot (-1) is not available: No such boot ID in journal', 1, /\/var\/log\/journal/],
    ['', 1, /no answer/],
  ])('says why the journal could not be read: %s', async (text, exitCode, why) => {
    const found = await read(board({ [journal('-n 40')]: { text, exitCode } }));
    expect(found.notRead).toEqual([{ what: 'journal', why: expect.stringMatching(why) }]);
    expect(found).not.toHaveProperty('unknown');
  });

  it('says what journalctl hides, which it does not tell in JSON', async () => {
    const hint =
      "Hint: You are currently not seeing messages from other users and the system.\n      Users in groups 'adm', 'systemd-journal' can see all messages.\n      Pass -q to turn off this notice.\n-- No entries --";
    const found = await read(board({ [journal('-n 40')]: { text: '' }, [sightArgv.join(' ')]: { text: hint } }));
    expect(found.notRead).toEqual([{ what: 'journal', why: expect.stringMatching(/systemd-journal/) }]);
    expect(found).not.toHaveProperty('unknown');
  });

  it('refuses a position of another device, says when there is no journalctl or no clock', async () => {
    const wrong = board({
      [journal(`-n 41 --cursor=${cursor(1)}`)]: {
        text: 'Failed to seek to cursor: Invalid argument',
        exitCode: 1,
      },
    });
    await expect(read(wrong, { after: cursor(1) })).rejects.toMatchObject({
      kind: 'invalid_input',
      hint: expect.stringContaining('after'),
    });
    expect((await read(board({}, { missing: ['journalctl'] }))).notRead?.[0]?.why).toMatch(/not installed/);
    const clockless = board({ [journal('-n 1000')]: { text: '' } }, { files: { ...files, '/proc/stat': '' } });
    await expect(read(clockless, { since: '1h' })).rejects.toMatchObject({ kind: 'unsupported' });
  });

  it('cleans what the device wrote: bytes, escapes, what is no entry', async () => {
    const text = [
      entry(1, [72, 105, 27, 91, 51, 49, 109, 255]),
      entry(2, 'x\u202ey'),
      entry(3, null),
      '{"broken',
      'free text',
    ].join('\n');
    const found = await read(board({ [journal('-n 40')]: { text } }));
    expect(found.entries.map(({ message }) => message)).toEqual(['Hi\ufffd', 'xy', '[longer than 4 KiB: not shown]']);
    expect(found.unknown).toEqual(['{"broken', 'free text']);
  });
});

describe('service_list', () => {
  const tool = new ServiceList();
  const read = async (device: FakeDevice, args: object = {}) =>
    tool.spec.output.parse(await tool.read(tool.spec.input.parse(args), device, fakeCall()));

  it('lists services by state, and what failed in any case', async () => {
    const found = await read(board({}));
    expect(found).toEqual({
      counts: { active: 1, inactive: 2, failed: 1 },
      failed: ['broken.service'],
      services: [
        {
          unit: 'ssh.service',
          active: 'active',
          sub: 'running',
          enabled: 'enabled',
          description: 'OpenBSD Secure Shell server',
        },
      ],
    });
    expect(await read(board({}), { state: 'all', limit: 2 })).toMatchObject({ more: 2, services: [{}, {}] });
    expect((await read(board({}), { state: 'inactive' })).services[0]).toEqual({
      unit: 'ghost.service',
      load: 'not-found',
      active: 'inactive',
      sub: 'dead',
    });
  });

  it('counts none as 0, so that two failed of sixteen show', async () => {
    const good = 'ssh.service loaded active running OpenBSD Secure Shell server\n';
    const bad = `${good}broken.service loaded failed failed A broken thing\n`;
    const answers = Array.from({ length: 16 }, async (_, n) => {
      const data = await read(board({ [keys.units]: { text: n < 2 ? bad : good } }));
      return { device: `nano-${n}`, data };
    });
    const { spread } = consensusOf(await Promise.all(answers), tool.spec, false);
    expect(spread['counts.failed']).toMatchObject({ min: 0, median: 0, max: 1 });
    expect(spread['counts.inactive']).toMatchObject({ min: 0, max: 0 });
  });

  it('says what is missing', async () => {
    const found = await read(board({}, { missing: ['systemctl'] }));
    expect(found).toMatchObject({ counts: {}, failed: [], services: [] });
    expect(found.notRead?.map(({ why }) => why)).toEqual(['this host has no systemd', 'this host has no systemd']);
  });
});

describe('service_status', () => {
  const tool = new ServiceStatus();
  const show =
    'systemctl show --no-pager -p Id,Description,LoadState,ActiveState,SubState,UnitFileState,Type,Restart,Result,ExecMainCode,ExecMainStatus,MainPID,NRestarts,MemoryCurrent,ActiveEnterTimestampMonotonic,InactiveEnterTimestampMonotonic,NeedDaemonReload -- a.service';
  const status = async (text: string, lines = entry(1, 'last words')) =>
    tool.spec.output.parse(
      await tool.read(
        { unit: 'a', lines: 10 },
        board({ [show]: { text }, [journal('-n 10 --unit=a.service')]: { text: lines } }),
        fakeCall(),
      ),
    );

  it('tells a running service', async () => {
    const found = await status(
      'Id=a.service\nDescription=A thing\nLoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\nRestart=always\nResult=success\nExecMainCode=0\nExecMainStatus=0\nMainPID=812\nNRestarts=0\nMemoryCurrent=5000\nActiveEnterTimestampMonotonic=600000000\nInactiveEnterTimestampMonotonic=0\nNeedDaemonReload=no',
    );
    expect(found).toEqual({
      ...{
        unit: 'a.service',
        found: true,
        active: 'active',
        sub: 'running',
        enabled: 'enabled',
        description: 'A thing',
      },
      ...{
        meaning: 'It is running.',
        since: '2026-11-20T06:10:00.000Z',
        forSeconds: 3000,
        restarts: 0,
        mainPid: 812,
        memoryBytes: 5000,
      },
      ...{ restartPolicy: 'always', lines: [expect.objectContaining({ message: 'last words' })] },
    });
  });

  it('tells why one failed, and leaves out what is not set', async () => {
    const found = await status(
      'LoadState=loaded\nActiveState=failed\nSubState=failed\nResult=oom-kill\nExecMainCode=2\nExecMainStatus=9\nMainPID=0\nNRestarts=7\nMemoryCurrent=[not set]',
    );
    expect(found).toMatchObject({
      result: 'oom-kill',
      exit: 'signal 9',
      restarts: 7,
      meaning: 'It failed: the kernel killed it for want of memory.',
    });
    for (const absent of ['mainPid', 'memoryBytes', 'since', 'forSeconds']) expect(found).not.toHaveProperty(absent);
    expect(await status('LoadState=loaded\nActiveState=failed\nMemoryCurrent=18446744073709551615')).not.toHaveProperty(
      'memoryBytes',
    );
  });

  it('says that a device has no such unit, or no systemd', async () => {
    const shown = 'LoadState=not-found\nActiveState=inactive\nSubState=dead\nNRestarts=0\nRestart=no';
    expect(await status(shown, '-- No entries --')).toEqual({
      unit: 'a.service',
      found: false,
      meaning: 'This device has no such unit; service_list tells what it has.',
      lines: [],
    });
    // Its file was removed while it ran: what it does is true all the same.
    const orphan = await status('LoadState=not-found\nActiveState=active\nSubState=running\nNRestarts=3');
    expect(orphan).toMatchObject({ found: false, active: 'active', restarts: 3 });
    const bare = tool.spec.output.parse(
      await tool.read({ unit: 'a', lines: 10 }, board({}, { missing: ['systemctl', 'journalctl'] }), fakeCall()),
    );
    expect(bare).toMatchObject({ found: false, meaning: 'Its state could not be read.', lines: [] });
    expect(bare.notRead).toHaveLength(2);
  });
});
