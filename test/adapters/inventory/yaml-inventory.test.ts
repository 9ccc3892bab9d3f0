import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { YamlInventory } from '../../../src/adapters/inventory/yaml-inventory.js';
import { inventoryContract } from '../../contract/inventory.js';
import { describeWith } from '../../setup/suite.js';
import { RecordingLogger } from './recording-logger.js';

let folder: string;
let path: string;
const opened: YamlInventory[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jetfleet-inventory-'));
  path = join(folder, 'fleet.yaml');
});
afterEach(() => {
  for (const inventory of opened.splice(0)) inventory.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(names: readonly string[]): void {
  writeFileSync(path, `devices:\n${names.map((name) => `  - { name: ${name}, host: ${name} }\n`).join('')}`);
}
async function open(options: { pollMs?: number; named?: boolean } = {}): Promise<YamlInventory> {
  const inventory = await YamlInventory.open(path, { home: '/users/ada', logger: new RecordingLogger(), ...options });
  opened.push(inventory);
  return inventory;
}
const names = (inventory: YamlInventory): string =>
  inventory
    .devices()
    .map(({ name }) => name)
    .join();

describe('YamlInventory', () => {
  inventoryContract(async () => {
    write(['jetson']);
    const inventory = await open();
    const rewrite = async (to: readonly string[]): Promise<void> => {
      write(to);
      await inventory.refresh();
    };
    return { inventory, editable: true, rewrite, close: () => inventory.close() };
  });

  it('needs no file, and sees it appear in a folder that was not there', async () => {
    path = join(folder, 'deep', 'er', 'fleet.yaml');
    const inventory = await open();
    expect([names(inventory), inventory.source(), inventory.problems(), inventory.expectedPath()]).toEqual([
      '',
      undefined,
      [],
      path,
    ]);
    mkdirSync(dirname(path), { recursive: true });
    write(['a']);
    await inventory.refresh();
    expect([names(inventory), inventory.source()]).toEqual(['a', path]);
  });

  it('says that a file the user named is not there', async () => {
    const inventory = await open({ named: true });
    expect(inventory.problems()).toEqual([expect.objectContaining({ message: `There is no file at ${path}.` })]);
  });

  it('sees a file that is replaced by renaming, and one that a link was turned to', async () => {
    write(['a']);
    const inventory = await open();
    const real = path;
    path = join(folder, 'new.yaml');
    write(['b']);
    renameSync(path, real);
    await inventory.refresh();
    expect(names(inventory)).toBe('b');
    path = join(folder, 'other.yaml');
    write(['c']);
    rmSync(real);
    symlinkSync(path, real);
    await inventory.refresh();
    expect(names(inventory)).toBe('c');
  });

  it('has no devices once the file is gone', async () => {
    write(['a']);
    const inventory = await open();
    rmSync(path);
    await inventory.refresh();
    expect([names(inventory), inventory.source()]).toEqual(['', undefined]);
  });

  it('speaks of one device that stays in use as of one', async () => {
    write(['a']);
    const inventory = await open();
    writeFileSync(path, 'devices:\n  - { name: a\n');
    await inventory.refresh();
    expect(inventory.problems().at(-1)?.message).toBe('The device of the last good reading stays in use.');
  });

  it('keeps the devices of the last good reading while the file is broken, and says so', async () => {
    write(['a', 'b']);
    const inventory = await open();
    writeFileSync(path, 'devices:\n  - { name: a\n');
    await inventory.refresh();
    expect(names(inventory)).toBe('a,b');
    expect(inventory.problems().map(({ message }) => message)).toEqual([
      expect.any(String),
      'The 2 devices of the last good reading stay in use.',
    ]);
    rmSync(path);
    mkdirSync(path);
    await inventory.refresh();
    expect(names(inventory)).toBe('a,b');
    expect(inventory.problems()[0]?.message).toBe('There is a folder where the fleet file should be.');
    rmSync(path, { recursive: true });
    write(['c']);
    await inventory.refresh();
    expect([names(inventory), inventory.problems()]).toEqual(['c', []]);
  });

  it('follows the file by itself', async () => {
    write(['a']);
    const inventory = await open({ pollMs: 5 });
    const changed = new Promise<void>((resolve) => void inventory.onChange(resolve));
    write(['a', 'b']);
    await changed;
    expect(names(inventory)).toBe('a,b');
  });

  it('sees changes of one size that follow each other within a tick of the clock', async () => {
    write(['a']);
    const inventory = await open();
    for (const name of ['b', 'c', 'd', 'e', 'f', 'g']) {
      write([name]);
      await inventory.refresh();
      expect(names(inventory)).toBe(name);
    }
  });

  it('survives a listener that fails', async () => {
    write(['a']);
    const inventory = await open();
    let heard = 0;
    inventory.onChange(() => {
      throw new Error('broken listener');
    });
    inventory.onChange(() => void (heard += 1));
    for (const names of [['b'], ['c', 'd']]) {
      write(names);
      await inventory.refresh();
    }
    expect([heard, names(inventory)]).toEqual([2, 'c,d']);
  });

  it('reads calls in turn, and an unchanged file once', async () => {
    write(['a']);
    const logger = new RecordingLogger();
    const inventory = await YamlInventory.open(path, { home: '/users/ada', logger });
    opened.push(inventory);
    write(['a', 'b']);
    await Promise.all(Array.from({ length: 10 }, () => inventory.refresh()));
    expect(logger.events).toEqual(['info: The fleet file was read again. {"devices":2,"problems":0}']);
  });
});

const anyFileReadable =
  process.platform === 'win32'
    ? 'not on Windows'
    : process.getuid?.() === 0
      ? 'runs as root, who may read every file'
      : undefined;
describeWith(anyFileReadable, 'YamlInventory without rights', () => {
  it('keeps its devices when the file may no longer be read', async () => {
    write(['a']);
    const inventory = await open();
    chmodSync(path, 0o000);
    await inventory.refresh();
    expect(names(inventory)).toBe('a');
    expect(inventory.problems()[0]?.message).toBe('The fleet file may not be read.');
  });
});
