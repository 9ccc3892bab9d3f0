import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { YamlInventory } from '../../../src/adapters/inventory/yaml-inventory.js';
import { readFleetYaml } from '../../../src/adapters/inventory/fleet-yaml.js';
import type { InventoryEdit } from '../../../src/core/inventory-edit.js';
import { describeWith } from '../../setup/suite.js';
import { RecordingLogger } from './recording-logger.js';

let folder: string;
let path: string;
const opened: YamlInventory[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jetfleet-edit-'));
  path = join(folder, 'fleet.yaml');
});
afterEach(() => {
  for (const inventory of opened.splice(0)) inventory.close();
  rmSync(folder, { recursive: true, force: true });
});

const { signal } = new AbortController();
const add = (device: string): InventoryEdit => ({ edit: 'add', device, settings: { host: '10.0.0.5' } });
const text = (): string => readFileSync(path, 'utf8');
async function open(): Promise<YamlInventory> {
  const inventory = await YamlInventory.open(path, { home: '/users/ada', logger: new RecordingLogger() });
  opened.push(inventory);
  return inventory;
}
const lab = '# The lab.\ndevices:\n  - { name: a, host: b } # first\n';

describe('YamlInventory.edit', () => {
  it('makes the file with the first device, in folders that were not there', async () => {
    path = join(folder, 'deep', 'er', 'fleet.yaml');
    const inventory = await open();
    await inventory.edit([add('a')], signal);
    expect(text()).toMatch(
      /^# The fleet file of jetfleet[^]*\ndevices:\n {2}- name: a\n {4}host: 10\.0\.0\.5\n {4}addedBy: client\n$/,
    );
    expect(inventory.devices()).toMatchObject([{ name: 'a', origin: 'client' }]);
    expect(readdirSync(join(folder, 'deep', 'er'))).toEqual(['fleet.yaml']);
  });

  it('edits what the file holds at that moment, though nobody has read it yet', async () => {
    writeFileSync(path, lab);
    const inventory = await open();
    writeFileSync(path, lab.replace('a,', 'other,'));
    await inventory.edit([add('c')], signal);
    expect(inventory.devices().map(({ name }) => name)).toEqual(['other', 'c']);
    await expect(inventory.edit([{ edit: 'remove', device: 'a' }], signal)).rejects.toMatchObject({
      kind: 'invalid_input',
    });
  });

  it('leaves a file with problems as it is, and tells them', async () => {
    const inventory = await open();
    for (const bad of [`${lab}  - { name: x }\n`, 'devices:\n  - { name: a\n', '- a\n']) {
      writeFileSync(path, bad);
      await expect(inventory.edit([add('c')], signal)).rejects.toMatchObject({
        kind: 'not_allowed',
        message: expect.stringMatching(/line \d/),
      });
      expect(text()).toBe(bad);
    }
    const latin = Buffer.concat([Buffer.from(lab), Buffer.from([0x23, 0xe9, 0x0a])]);
    writeFileSync(path, latin);
    await expect(inventory.edit([add('c')], signal)).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('UTF-8'),
    });
    expect(readFileSync(path).equals(latin)).toBe(true);
    expect(readdirSync(folder)).toEqual(['fleet.yaml']);
  });

  it('takes over the lock of a server that was killed, and leaves none', async () => {
    writeFileSync(path, lab);
    const inventory = await open();
    mkdirSync(`${path}.lock`);
    utimesSync(`${path}.lock`, 1, 1);
    await inventory.edit([add('c')], signal);
    expect(text()).toContain('name: c');
    expect(readdirSync(folder)).toEqual(['fleet.yaml']);
  });

  it('writes edits that come together at once, and refuses only the one that does not fit', async () => {
    writeFileSync(path, lab);
    const inventory = await open();
    let heard = 0;
    inventory.onChange(() => heard++);
    const names = Array.from({ length: 50 }, (_, i) => `n${String(i)}`);
    await Promise.all(names.map((name) => inventory.edit([add(name)], signal)));
    expect([heard, inventory.devices().length]).toEqual([1, 51]);
    const ends = await Promise.allSettled(
      ['x', 'a', 'y'].map((name) => inventory.edit([add(name)], name === 'y' ? new AbortController().signal : signal)),
    );
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(inventory.devices().map(({ name }) => name)).toEqual(['a', ...names, 'x', 'y']);
  });

  it('waits for a lock no longer than it is wanted', async () => {
    writeFileSync(path, lab);
    const inventory = await open();
    mkdirSync(`${path}.lock`);
    const stop = new AbortController();
    const edit = inventory.edit([add('c')], stop.signal);
    setTimeout(() => stop.abort(), 20);
    await expect(edit).rejects.toMatchObject({ kind: 'cancelled' });
    expect(text()).toBe(lab);
  });
});

describeWith(process.platform === 'win32' ? 'not on Windows' : undefined, 'YamlInventory.edit on POSIX', () => {
  it('makes a file for its owner only, and keeps the mode of one that is there', async () => {
    const inventory = await open();
    await inventory.edit([add('a')], signal);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (const mode of [0o640, 0o664]) {
      chmodSync(path, mode);
      await inventory.edit([add(`m${String(mode)}`)], signal);
      expect(statSync(path).mode & 0o777).toBe(mode);
    }
  });

  it("writes through a link to the file behind it, under that file's lock", async () => {
    const real = join(folder, 'real.yaml');
    writeFileSync(real, lab);
    symlinkSync('real.yaml', path);
    const inventory = await open();
    mkdirSync(`${real}.lock`);
    const stop = AbortSignal.timeout(30);
    await expect(inventory.edit([add('c')], stop)).rejects.toMatchObject({ kind: 'cancelled' });
    rmSync(`${real}.lock`, { recursive: true });
    await inventory.edit([add('c')], signal);
    expect(readFileSync(real, 'utf8')).toContain('name: c');
    expect(readdirSync(folder, { withFileTypes: true }).map((each) => each.isSymbolicLink())).toEqual([true, false]);
    rmSync(real);
    await expect(inventory.edit([add('c')], signal)).rejects.toMatchObject({
      message: 'The fleet file is a link that leads nowhere.',
    });
  });
});

/** A process of its own: adds devices to a fleet file, one edit each, and sees each there when its edit is done. */
const editingServer = `
  import { YamlInventory } from './yaml-inventory.js';
  const [path, name, count] = process.argv.slice(2);
  const inventory = await YamlInventory.open(path, { home: '/users/ada', logger: { log: () => undefined } });
  for (let i = 0; i < Number(count); i++) {
    const device = name + '-' + i;
    await inventory.edit([{ edit: 'add', device, settings: { host: '10.0.0.1' } }], new AbortController().signal);
    if (!inventory.devices().some((each) => each.name === device)) throw new Error(device + ' is not there');
  }
  inventory.close();
`;

describe('YamlInventory.edit by several servers at once', () => {
  it('loses no edit and no comment', async () => {
    writeFileSync(path, lab);
    const outfile = join(folder, 'edits.mjs');
    await build({
      stdin: { contents: editingServer, resolveDir: 'src/adapters/inventory', loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      logLevel: 'error',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url), __filename = 'edits';",
      },
    });
    const [servers, each] = [4, 25];
    const names = Array.from({ length: servers }, (_, i) => `s${String(i)}`);
    const run = (name: string): Promise<unknown> =>
      promisify(execFile)(process.execPath, [outfile, path, name, String(each)]);
    const ends = await Promise.allSettled(names.map(run));
    expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
    const { devices, problems } = readFleetYaml(text(), '/users/ada');
    expect(problems).toEqual([]);
    const wanted = names.flatMap((name) => Array.from({ length: each }, (_, i) => `${name}-${String(i)}`));
    expect(devices?.map(({ name }) => name).sort()).toEqual(['a', ...wanted].sort());
    expect(text().startsWith(lab)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['edits.mjs', 'fleet.yaml']);
  }, 60_000);
});
