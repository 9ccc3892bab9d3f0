import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bareEnvironment, ensureBuilt, line, opening, start } from './program.js';

const home = mkdtempSync(join(tmpdir(), 'jetfleet-home-'));
const config = join(home, 'fleet.yaml');
const changed = 'notifications/resources/list_changed';

/** A fleet of these devices; none of them is contacted. */
function write(...names: string[]): void {
  const devices = names.map((name) => `  - { name: ${name}, host: 127.0.9.251, port: 9 }\n`);
  writeFileSync(config, `devices:\n${devices.join('')}`);
}

beforeAll(() => ensureBuilt(), 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('an edited fleet file', () => {
  it('is told to a client, and gives it another list', async () => {
    write('one');
    const server = start(['--config', config], { env: bareEnvironment(home) });
    server.process.stdin.write(opening + line(1, 'resources/list'));
    await server.until((text) => text.includes('"id":1'));
    expect(server.stdout()).toContain('jetson://hardware/temperature');
    write('one', 'two');
    await server.until((text) => text.includes(changed));
    server.process.stdin.write(line(2, 'resources/list'));
    await server.until((text) => text.includes('"id":2'));
    expect(server.stdout()).toContain('jetson://two/hardware/temperature');
    expect(server.stdout().split(changed)).toHaveLength(2);
    server.process.stdin.end();
    await once(server.process, 'close');
  });
});
