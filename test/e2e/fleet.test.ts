import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { describeWith } from '../setup/suite.js';
import { processesWith, until } from '../setup/processes.js';
import { connect, type AnyClient } from './clients.js';
import { ensureBuilt } from './program.js';
import { fleetUnavailable, startFleet, type RealFleet } from './real-fleet.js';

const hosts = 22;
/** An interval no other test uses, so that this test's tegrastats can be told from others. */
const seconds = 30;

const missing = fleetUnavailable({ rights: 'nopasswd' });

describeWith(missing, 'the built program on real hosts, to a client that pins 2026-07-28', () => suite('pinned'));
describeWith(missing, 'the built program on real hosts, to a client that finds out the revision', () => suite('auto'));
describeWith(missing, 'the built program on real hosts, to a client of the 1.x line', () => suite('legacy'));

function suite(kind: 'pinned' | 'auto' | 'legacy'): void {
  let fleet: RealFleet;
  let client: AnyClient;
  beforeAll(async () => {
    ensureBuilt();
    const dead = '{ name: dead-01, host: 127.0.9.250, port: 9, labels: { site: attic } }';
    fleet = await startFleet(hosts, { rights: 'nopasswd' }, { devices: [dead] });
  }, 120_000);
  afterAll(() => fleet.stop());
  beforeEach(async () => {
    client = await connect(kind, { args: ['--config', fleet.config, '--toolsets', 'all'], env: fleet.env });
  });
  afterEach(() => client.close());

  it('lists the tools, sorted, the same each time', async () => {
    const tools = await client.tools();
    const names = tools.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(names).toContain('hardware_stats');
    expect(await client.tools()).toEqual(tools);
    for (const tool of tools) {
      expect(tool).toMatchObject({
        title: expect.any(String),
        annotations: { readOnlyHint: expect.any(Boolean), destructiveHint: expect.any(Boolean) },
        outputSchema: { type: 'object' },
      });
    }
  });

  it('lists all devices without a connection', async () => {
    const before = fleet.sshd.logins();
    const { structuredContent, isError } = await client.call('device_list');
    expect(isError).toBeFalsy();
    expect(structuredContent).toMatchObject({ groups: [{ data: { total: hosts + 1 } }] });
    expect(fleet.sshd.logins()).toBe(before);
  });

  it('asks every host for its state, and shows the one that is hot', async () => {
    const progress: number[] = [];
    const { structuredContent, content } = await client.call(
      'hardware_stats',
      { selector: 'site=lab' },
      { onprogress: (each) => void progress.push(each.progress) },
    );
    expect(structuredContent).toMatchObject({ summary: { ok: hosts, failed: 0, skipped: 0 } });
    expect(structuredContent?.['spread']).toMatchObject({
      'temperaturesCelsius.cpu': { max: 83.5, outliers: [{ device: 'nano-07', value: 83.5 }] },
    });
    expect(content[0]?.text).toContain('nano-07');
    expect(progress.at(-1)).toBe(hosts);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
  });

  it('gives one device typed values in units', async () => {
    const { structuredContent } = await client.call('hardware_stats', { selector: 'nano-03' });
    const [group] = structuredContent?.['groups'] as { devices: string[]; data: Record<string, unknown> }[];
    expect(group?.devices).toEqual(['nano-03']);
    expect(group?.data).toMatchObject({
      ram: { usedBytes: 3003 * 1024 * 1024, totalBytes: 15656 * 1024 * 1024 },
      power: { totalMilliwatts: 7830, totalIs: 'input' },
    });
    expect(JSON.stringify(group?.data)).not.toContain('-256');
  });

  it('reads the power mode', async () => {
    const { structuredContent } = await client.call('power_modes', { selector: 'nano-01' });
    expect(JSON.stringify(structuredContent)).toContain('40W');
  });

  it('keeps the answers of the others when some fail', async () => {
    const { structuredContent, isError } = await client.call('system_info', {
      selector: 'nano-01 or nano-02 or dead-01',
    });
    expect(isError).toBeFalsy();
    expect(structuredContent).toMatchObject({
      summary: { ok: 2, failed: 1 },
      failures: [{ kind: 'unreachable', devices: ['dead-01'], hint: expect.any(String) }],
    });
    const alone = await client.call('system_info', { selector: 'dead-01' });
    expect(alone).toMatchObject({ isError: true, structuredContent: { summary: { ok: 0, failed: 1 } } });
  });

  it('says which device is not there', async () => {
    const { isError, content } = await client.call('system_info', { selector: 'nano-1' });
    expect(isError).toBe(true);
    expect(content[0]?.text).toContain('nano-01');
  });

  it('names a stray argument', async () => {
    const { isError, content } = await client.call('system_info', { selektor: 'all' });
    expect(isError).toBe(true);
    expect(content[0]?.text).toContain('selektor');
    expect(content[0]?.text).toContain('selector');
  });

  it('carries a cancellation to the device', async () => {
    const cancel = new AbortController();
    const running = client.call('hardware_watch', { selector: 'nano-05', seconds }, { signal: cancel.signal });
    running.catch(() => undefined);
    const remote = `${fleet.sshd.folder}/bin/tegrastats`;
    await until(() => processesWith(remote).length > 0);
    cancel.abort();
    await expect(running).rejects.toThrow();
    await until(() => processesWith(remote).length === 0);
  });

  it('serves resources, completion and prompts', async () => {
    expect(JSON.parse(await client.read('jetson://nano-02/hardware/power_mode'))).toMatchObject({ name: '40W' });
    expect(JSON.parse(await client.read('jetfleet://schemas/hardware_stats'))).toMatchObject({ type: 'object' });
    expect(await client.complete('device', 'nano-2')).toEqual(['nano-20', 'nano-21', 'nano-22']);
    expect(await client.prompt('triage_slow_device', { device: 'nano-02' })).toContain('"nano-02" is slow');
  });

  // Finding out the revision changes nothing here, and a change takes seconds to be seen.
  if (kind === 'auto') return;
  it('tells who subscribed when a resource has changed', async () => {
    const uri = 'jetson://nano-02/hardware/power_mode';
    let updates = 0;
    const stop = await client.watch(uri, () => (updates += 1));
    // Whenever the server looks, its next look sees another mode.
    for (let turn = 0; updates === 0; turn += 1) {
      fleet.sshd.standIn(
        'nvpmodel',
        turn % 2 === 0 ? "printf 'NV Power Mode: 15W\\n2\\n'" : "printf 'NV Power Mode: 10W\\n1\\n'",
      );
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
    await stop();
    fleet.sshd.standIn('nvpmodel', "printf 'NV Power Mode: 40W\\n4\\n'");
  });
}
