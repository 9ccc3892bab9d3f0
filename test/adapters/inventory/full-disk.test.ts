import { chmodSync, chownSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { YamlInventory } from '../../../src/adapters/inventory/yaml-inventory.js';
import { KnownHostsFiles } from '../../../src/adapters/ssh/trust/known-hosts-files.js';
import { openTranscriptFile } from '../../../src/adapters/mock/transcript-file.js';
import { smallDisk } from '../../setup/small-disk.js';
import { describeWith } from '../../setup/suite.js';
import { RecordingLogger } from './recording-logger.js';

const disk = smallDisk('256k');
const page = 4096;
const { signal } = new AbortController();
const rows = Array.from({ length: 200 }, (_, i) => `  - { name: nano-${String(i)}, host: 10.0.0.${String(i)} }\n`);
const fleet = `devices:\n${rows.join('')}`;
const path = join(disk.folder, 'fleet.yaml');

describeWith(disk.missing, 'on a disk with one page left', () => {
  afterAll(() => disk.remove());
  afterEach(() => {
    for (const name of readdirSync(disk.folder)) rmSync(join(disk.folder, name), { recursive: true });
  });

  it('an edit leaves the fleet file as it was, and says why; with room it keeps mode and owner', async () => {
    writeFileSync(path, fleet);
    chownSync(path, 12345, 54321);
    chmodSync(path, 0o640);
    disk.fill(page);
    const inventory = await YamlInventory.open(path, { home: '/users/ada', logger: new RecordingLogger() });
    const edit = { edit: 'add', device: 'new', settings: { host: '10.0.0.5' } } as const;
    await expect(inventory.edit([edit], signal)).rejects.toMatchObject({
      kind: 'not_allowed',
      message: expect.stringContaining('full; the file is as it was'),
    });
    expect(readFileSync(path, 'utf8')).toBe(fleet);
    expect(readdirSync(disk.folder).sort()).toEqual(['filler', 'fleet.yaml']);
    rmSync(join(disk.folder, 'filler'));
    await inventory.edit([edit], signal);
    inventory.close();
    expect(statSync(path)).toMatchObject({ uid: 12345, gid: 54321, mode: 0o100640 });
    expect(readFileSync(path, 'utf8')).toContain('name: new');
  });

  it('half a host key is not left in known_hosts', async () => {
    const file = join(disk.folder, 'known_hosts');
    const before = `# ${'x'.repeat(2 * page - 12)}\n`;
    writeFileSync(file, before);
    disk.fill(0);
    const key = { name: 'nano', type: 'ssh-ed25519', base64: 'AAAAC3NzaC1lZDI1NTE5AAAAIA' };
    await expect(new KnownHostsFiles(new RecordingLogger()).add(file, key, false)).rejects.toThrow();
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('a transcript ends after the last line that was whole', () => {
    const file = join(disk.folder, 'transcript');
    const logger = new RecordingLogger();
    disk.fill(page);
    const transcript = openTranscriptFile(file, logger);
    transcript.sink('one');
    transcript.sink('x'.repeat(2 * page));
    transcript.sink('two');
    transcript.close();
    expect(readFileSync(file, 'utf8')).toBe('one\n');
  });
});
