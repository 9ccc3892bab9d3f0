import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ensureInspector } from '../setup/inspector.js';
import { describeWith } from '../setup/suite.js';
import { ensureBuilt, program } from './program.js';
import { fleetUnavailable, startFleet, type RealFleet } from './real-fleet.js';

const inspector = ensureInspector();
const missing = typeof inspector === 'string' ? inspector : fleetUnavailable();

/** Tools that only an engine of containers can answer. */
const ofEngine = /^(?:container_|image_list$|ai_list$)/;

interface Listed {
  readonly tools: {
    readonly name: string;
    readonly inputSchema: { readonly required?: readonly string[] };
    readonly annotations?: { readonly readOnlyHint?: boolean };
  }[];
}

describeWith(missing, 'the official Inspector', () => {
  let fleet: RealFleet;
  beforeAll(async () => {
    ensureBuilt();
    fleet = await startFleet(1);
  }, 120_000);
  afterAll(() => fleet.stop());

  /** Runs the Inspector's CLI against the built program. */
  function inspect(era: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
    if (typeof inspector === 'string') throw new Error(inspector);
    const { node, script } = inspector;
    const server = [process.execPath, program, '--config', fleet.config, '--toolsets', 'all'];
    const result = spawnSync(node, [script, '--cli', ...server, '--', '--protocol-era', era, ...args], {
      env: fleet.env,
      encoding: 'utf8',
    });
    return { status: result.status, stdout: result.stdout, stderr: result.stderr };
  }

  it('runs on a Node that it accepts', () => {
    if (typeof inspector === 'string') throw new Error(inspector);
    expect(execFileSync(inspector.node, ['-v'], { encoding: 'utf8' })).toMatch(/^v2[2-9]\./);
  });

  it.each(['legacy', 'auto', 'modern'])('lists the tools without a finding of --strict: %s', (era) => {
    const { status, stdout, stderr } = inspect(era, '--method', 'tools/list', '--strict');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect((JSON.parse(stdout) as Listed).tools.length).toBeGreaterThan(5);
  });

  it('calls every tool that only reads and needs no argument', () => {
    const { tools } = JSON.parse(inspect('modern', '--method', 'tools/list').stdout) as Listed;
    const callable = tools.filter(
      ({ inputSchema, annotations }) => annotations?.readOnlyHint === true && (inputSchema.required ?? []).length === 0,
    );
    expect(callable.length).toBeGreaterThan(10);
    for (const { name } of callable) {
      const short = name === 'hardware_watch' ? ['--tool-arg', 'seconds=1'] : [];
      // This device has no engine, which is an error of the tool: the Inspector then ends with 5.
      if (ofEngine.test(name)) {
        const { status } = inspect('modern', '--method', 'tools/call', '--tool-name', name);
        expect({ name, status }).toEqual({ name, status: 5 });
        continue;
      }
      const { structuredContent } = called('modern', name, ...short) as { structuredContent: { summary: unknown } };
      // ai_catalog asks no device.
      const ok = name === 'ai_catalog' ? 0 : 1;
      expect({ name, ...structuredContent }).toMatchObject({ name, summary: { ok, failed: 0 } });
    }
  }, 120_000);

  it.each(['legacy', 'auto'])('calls a tool: %s', (era) => {
    expect(called(era, 'hardware_stats')).toMatchObject({ structuredContent: { summary: { ok: 1, failed: 0 } } });
  });

  function called(era: string, name: string, ...args: string[]): unknown {
    const { status, stdout, stderr } = inspect(era, '--method', 'tools/call', '--tool-name', name, ...args);
    expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: '' });
    return JSON.parse(stdout);
  }

  it.each(['resources/list', 'resources/templates/list', 'prompts/list'])('asks %s', (method) => {
    const { status, stdout, stderr } = inspect('modern', '--method', method);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toBeInstanceOf(Object);
  });
});
