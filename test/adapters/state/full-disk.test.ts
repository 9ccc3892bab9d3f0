import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { FileAwaitedWork } from '../../../src/adapters/state/file-awaited-work.js';
import { FileConsents } from '../../../src/adapters/state/file-consents.js';
import { pendingPlan } from '../../contract/consents.js';
import { awaitedRecord } from '../../contract/awaited-work.js';
import { RecordingLogger } from '../inventory/recording-logger.js';
import { smallDisk } from '../../setup/small-disk.js';
import { describeWith } from '../../setup/suite.js';

const disk = smallDisk('256k');
const clock = { now: () => 0 };
const page = 4096;
/** More than is left, so that the disk takes a part of it. */
const long = 'x'.repeat(3 * page);
const full = {
  name: 'Failure',
  kind: 'not_allowed',
  message: expect.stringContaining('is full; the file is as it was'),
  hint: expect.stringContaining(disk.folder),
};

describeWith(disk.missing, 'on a disk with one page left', () => {
  afterAll(() => disk.remove());
  beforeEach(() => {
    for (const name of readdirSync(disk.folder)) rmSync(join(disk.folder, name), { recursive: true });
  });

  it('keeps the plans that wait, and refuses the new one', async () => {
    const folder = join(disk.folder, 'state');
    const consents = new FileConsents(folder, clock);
    await consents.offer(pendingPlan('a'));
    const before = readFileSync(join(folder, 'consents.json'), 'utf8');
    disk.fill(page);
    await expect(consents.offer({ ...pendingPlan('b'), text: long })).rejects.toMatchObject(full);
    expect(readFileSync(join(folder, 'consents.json'), 'utf8')).toBe(before);
    expect(readdirSync(folder)).toEqual(['consents.json']);
    expect((await consents.find(pendingPlan('a').token)).state).toBe('pending');
  });

  it('keeps the record of a change, and refuses the next state of it', async () => {
    const folder = join(disk.folder, 'awaited');
    const work = new FileAwaitedWork({ folder, clock, logger: new RecordingLogger() });
    const record = awaitedRecord('nano');
    await work.put(record);
    const names = readdirSync(folder);
    disk.fill(page);
    await expect(work.put({ ...record, state: 'ended', outcome: { data: long } })).rejects.toMatchObject(full);
    expect(await work.get(record.id, record.device)).toEqual(record);
    expect(readdirSync(folder)).toEqual(names);
  });
});
