import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openInventory, type OpenedInventory } from '../../../src/adapters/inventory/open-inventory.js';
import type { Environment } from '../../../src/adapters/inventory/environment-inventory.js';
import { RecordingLogger } from './recording-logger.js';

let folder: string;
let defaultPath: string;
let logger: RecordingLogger;
const opened: OpenedInventory[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jetfleet-open-'));
  defaultPath = join(folder, 'fleet.yaml');
  logger = new RecordingLogger();
});
afterEach(() => {
  for (const inventory of opened.splice(0)) inventory.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(env: Environment, named?: string): Promise<OpenedInventory> {
  const inventory = await openInventory({ defaultPath, env, home: '/users/ada', logger, named, pollMs: 5 });
  opened.push(inventory);
  return inventory;
}
const file = 'devices:\n  - { name: nano, host: h }\n';
const names = (inventory: OpenedInventory): string =>
  inventory
    .devices()
    .map(({ name }) => name)
    .join();
const changeOf = (inventory: OpenedInventory): Promise<void> =>
  new Promise((resolve) => {
    const stop = inventory.onChange(() => {
      stop();
      resolve();
    });
  });

describe('openInventory', () => {
  it('starts with nothing at all', async () => {
    const inventory = await open({});
    expect([inventory.source(), names(inventory), inventory.problems()]).toEqual([undefined, '', []]);
    expect(inventory.expectedPath()).toBe(defaultPath);
  });

  it('takes the environment where there is no file', async () => {
    const inventory = await open({ JETSON_HOST: 'h' });
    expect([inventory.source(), names(inventory)]).toEqual(['environment', 'jetson']);
    expect(logger.events).toEqual([]);
  });

  it('takes the file alone where both are there, and logs it', async () => {
    writeFileSync(defaultPath, file);
    const inventory = await open({ JETSON_HOST: 'h' });
    expect([inventory.source(), names(inventory), inventory.problems()]).toEqual([defaultPath, 'nano', []]);
    expect(logger.events).toEqual([expect.stringMatching(/^warn: The JETSON_\* variables are not used/)]);
  });

  it('goes over to the file when it appears, and back when it vanishes', async () => {
    const inventory = await open({ JETSON_HOST: 'h' });
    const appeared = changeOf(inventory);
    writeFileSync(defaultPath, file);
    await appeared;
    expect(names(inventory)).toBe('nano');
    const vanished = changeOf(inventory);
    rmSync(defaultPath);
    await vanished;
    expect(names(inventory)).toBe('jetson');
  });

  it('never falls back from a file that the user named', async () => {
    const inventory = await open({ JETSON_HOST: 'h' }, join(folder, 'mine.yaml'));
    expect([names(inventory), inventory.problems().length]).toEqual(['', 1]);
  });

  it('edits the file, be it the first time, and never the environment', async () => {
    const { signal } = new AbortController();
    const edits = [{ edit: 'add', device: 'orin', settings: { host: 'o' } }] as const;
    const inventory = await open({ JETSON_HOST: 'h' });
    await expect(inventory.edit(edits, signal)).rejects.toMatchObject({
      kind: 'unsupported',
      hint: expect.stringContaining('jetfleet init'),
    });
    const bare = await open({});
    await bare.edit(edits, signal);
    expect(names(bare)).toBe('orin');
    const again = await open({ JETSON_HOST: 'h' });
    await again.edit([{ edit: 'remove', device: 'orin' }], signal);
    expect([names(again), again.source()]).toEqual(['', defaultPath]);
    const mine = await open({}, join(folder, 'mine.yaml'));
    await mine.edit(edits, signal);
    expect([names(mine), mine.problems()]).toEqual(['orin', []]);
  });
});
