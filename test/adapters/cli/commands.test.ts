import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { doctorCommand } from '../../../src/adapters/cli/doctor.js';
import { toolsCommand } from '../../../src/adapters/cli/tools.js';
import { ToolCatalog } from '../../../src/app/tool-catalog.js';
import type { Outcome, RunContext } from '../../../src/app/run-context.js';
import type { DeviceEntry } from '../../../src/core/device.js';
import type { Inventory, InventoryProblem } from '../../../src/ports/inventory.js';
import { Screen } from './screen.js';

const { signal } = new AbortController();
const done: Outcome = { status: 'done', reply: { summary: { ok: 1, failed: 0, skipped: 0 } }, text: 'one: fine' };
const failed: Outcome = { status: 'failed', reply: { summary: { ok: 0, failed: 1, skipped: 0 } }, text: 'FAILED one' };

/** A runner that answers one thing and remembers what it was asked. */
function runner(outcome: Outcome) {
  const calls: [string, unknown][] = [];
  const run = async (name: string, args: unknown, { progress }: RunContext): Promise<Outcome> => {
    calls.push([name, args]);
    progress?.({ done: 1, total: 2, message: '1 of 2 devices' });
    return Promise.resolve(outcome);
  };
  return { run, calls };
}

function inventory(
  names: readonly string[],
  problems: readonly InventoryProblem[] = [],
  source = names.length === 0 ? undefined : '/etc/fleet.yaml',
): Inventory {
  const entries = names.map((name): DeviceEntry => ({
    name,
    host: name,
    settings: {},
    defaults: {},
    labels: {},
    groups: [],
    origin: 'file',
  }));
  return {
    devices: () => entries,
    problems: () => problems,
    source: () => source,
    expectedPath: () => '/home/me/fleet.yaml',
    onChange: () => () => undefined,
    edit: () => Promise.resolve(),
  };
}

describe('jetfleet tools', () => {
  const spec = {
    area: 'system' as const,
    description: 'x',
    effect: 'read' as const,
    input: z.strictObject({}),
    output: z.object({}),
  };
  const tools = ['system_b', 'system_a'].map((name) => ({
    kind: 'read' as const,
    spec: { ...spec, name, title: `Title of ${name}` },
    read: () => Promise.resolve({}),
  }));

  it('lists them, sorted', () => {
    const screen = new Screen();
    expect(toolsCommand(new ToolCatalog(tools, ['system_a', 'system_b']), false, screen)).toBe(0);
    expect(screen.said).toEqual(['system_a  read     Title of system_a', 'system_b  read     Title of system_b']);
  });

  it('prints them as JSON, with what they take', () => {
    const screen = new Screen();
    expect(toolsCommand(new ToolCatalog(tools, ['system_a']), true, screen)).toBe(0);
    expect(JSON.parse(screen.said.join('\n'))).toEqual([
      {
        name: 'system_a',
        area: 'system',
        effect: 'read',
        title: 'Title of system_a',
        description: 'x',
        inputSchema: expect.objectContaining({ type: 'object', additionalProperties: false }),
      },
    ]);
    const none = new Screen();
    expect(toolsCommand(new ToolCatalog(tools, []), true, none)).toBe(1);
    expect(none.said).toEqual(['[]']);
  });

  it('says so when there is none', () => {
    const screen = new Screen();
    expect(toolsCommand(new ToolCatalog(tools, []), false, screen)).toBe(1);
    expect(screen.noted).toEqual(['The options leave no tool.']);
  });
});

describe('jetfleet doctor', () => {
  const unasked = { selector: undefined, asJson: false };
  const problem = { line: 3, field: 'devices[0].port', message: 'must be a number.', fix: 'Write 22.' };

  it('says how to begin where there is no device', async () => {
    const [screen, answering] = [new Screen(), runner(done)];
    const parts = { runner: answering, inventory: inventory([]), nodeVersion: '22.1.0' };
    expect(await doctorCommand(parts, unasked, screen, signal)).toBe(1);
    expect(screen.said.at(-1)).toContain('`jetfleet init` writes a fleet file to /home/me/fleet.yaml');
    expect(answering.calls).toEqual([]);
  });

  it.each([
    ['a fleet of one', ['one'], undefined, [['device_doctor', {}]]],
    ['many, unasked', ['one', 'two'], undefined, []],
    ['many, by selector', ['one', 'two'], 'all', [['device_doctor', { selector: 'all' }]]],
  ])('looks at the boards: %s', async (_what, names, selector, calls) => {
    const [screen, answering] = [new Screen(), runner(done)];
    expect(
      await doctorCommand(
        { runner: answering, inventory: inventory(names), nodeVersion: '20.19.0' },
        { selector, asJson: false },
        screen,
        signal,
      ),
    ).toBe(0);
    expect(answering.calls).toEqual(calls);
  });

  it('asks for boards where the file is there and empty', async () => {
    const screen = new Screen();
    const parts = { runner: runner(done), inventory: inventory([], [], '/home/me/fleet.yaml'), nodeVersion: '22.1.0' };
    expect(await doctorCommand(parts, { selector: 'all', asJson: false }, screen, signal)).toBe(1);
    expect(screen.said.at(-1)).toBe('No devices yet. Put your boards into /home/me/fleet.yaml.');
  });

  it('prints the reply as JSON, with what it found on this machine', async () => {
    const screen = new Screen();
    const parts = { runner: runner(done), inventory: inventory(['one'], [problem]), nodeVersion: '22.1.0' };
    expect(await doctorCommand(parts, { selector: 'one', asJson: true }, screen, signal)).toBe(1);
    expect(JSON.parse(screen.said.join('\n'))).toEqual({
      here: { node: { version: '22.1.0', ok: true }, source: '/etc/fleet.yaml', devices: 1, problems: [problem] },
      ...done.reply,
    });
  });

  it('prints nothing but JSON on stdout where no board was looked at', async () => {
    const screen = new Screen();
    const parts = { runner: runner(done), inventory: inventory([]), nodeVersion: '22.1.0' };
    expect(await doctorCommand(parts, { selector: undefined, asJson: true }, screen, signal)).toBe(1);
    expect(JSON.parse(screen.said.join('\n'))).toMatchObject({ here: { devices: 0 } });
    expect(screen.noted[0]).toContain('jetfleet init');
  });

  it.each([
    [{ line: 4, field: '' }, 'line 4: Bad. Mend it.'],
    [{ field: 'devices[0].port' }, 'devices[0].port: Bad. Mend it.'],
    [{ field: '' }, 'Bad. Mend it.'],
  ])('tells a problem without what it lacks: %j', async (place, line) => {
    const screen = new Screen();
    const bad = inventory([], [{ ...place, message: 'Bad.', fix: 'Mend it.' }], '/etc/fleet.yaml');
    const parts = { runner: runner(done), inventory: bad, nodeVersion: '22.1.0' };
    await doctorCommand(parts, unasked, screen, signal);
    expect(screen.said.slice(-2)).toEqual([`     ${line}`, 'No devices can be used until that is mended.']);
  });

  it('fails for a problem in the fleet file, an old Node and a sick board', async () => {
    const screen = new Screen();
    const bad = { runner: runner(done), inventory: inventory(['one'], [problem]), nodeVersion: '20.18.3' };
    expect(await doctorCommand(bad, unasked, screen, signal)).toBe(1);
    expect(screen.said.join('\n')).toMatch(
      /FAIL Node 20\.18\.3; jetfleet needs 20\.19 or newer\n.*line 3, devices\[0\]\.port: must be a number\. Write 22\./s,
    );
    const sick = { runner: runner(failed), inventory: inventory(['one']), nodeVersion: '24.0.0' };
    expect(await doctorCommand(sick, unasked, new Screen(), signal)).toBe(1);
  });
});
