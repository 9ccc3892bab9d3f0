import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { openMock } from '../../../src/adapters/mock/open-mock.js';
import { identityProbe } from '../../../src/core/probes/identity.js';
import type { ReadTool } from '../../../src/ports/tool.js';
import { tools } from '../../../tools/index.js';
import { fakeCall } from '../../fakes/fake-device.js';

const path = 'config/sample-transcript.jsonl';
const argumentsOf: Readonly<Record<string, object>> = {
  file_list: { path: '/etc' },
  file_read: { path: '/etc/nv_tegra_release' },
  ai_logs: { endpoint: 'ai-qwen3-4b' },
  container_inspect: { container: 'ai-qwen3-4b' },
  container_logs: { container: 'ai-qwen3-4b' },
  hardware_watch: { seconds: 3 },
  service_status: { unit: 'ssh.service' },
};
/** Those that ask for what only a session of one's own can have. */
const without = new Set(['job_output']);

/** Where one fails: `node scripts/record-sample.mjs` records the sample anew. */
describe('the sample transcript', () => {
  const readTools = tools.filter((tool): tool is ReadTool => tool.kind === 'read' && !without.has(tool.spec.name));

  it.each(readTools.map((tool) => [tool.spec.name, tool] as const))('answers %s', async (name, tool) => {
    const { fleet, clock } = await openMock(path);
    const call = fakeCall(clock.now());
    const answer = await tool.read(tool.spec.input.parse(argumentsOf[name] ?? {}), fleet.device('nano-01'), call);
    expect(tool.spec.output.safeParse(answer)).toMatchObject({ success: true });
  });

  it('knows who the board is, and is small', async () => {
    const { fleet, inventory } = await openMock(path);
    const facts = await fleet.device('nano-01').ask(identityProbe, new AbortController().signal);
    expect(facts).toMatchObject({ module: 'orin-nano-8gb', l4t: '36.4.4' });
    expect(inventory.devices()).toMatchObject([{ name: 'nano-01', host: '192.0.2.31', groups: ['nanos'] }]);
    expect(readFileSync(path).length).toBeLessThan(160_000);
    expect(readFileSync(path, 'utf8')).not.toMatch(/127\.0\.0\.1(?::\d| port | is an )/);
  });
});
