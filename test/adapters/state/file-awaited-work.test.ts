import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FileAwaitedWork } from '../../../src/adapters/state/file-awaited-work.js';
import { awaitedRecord } from '../../contract/awaited-work.js';
import { RecordingLogger } from '../inventory/recording-logger.js';
import { clockOf, tempFolders } from './setup.js';

const newFolder = tempFolders();
const startMs = 1_800_000_000_000;
const dayMs = 86_400_000;
const id = 'a1b2c3d4e5f60718';

function setUp() {
  const [folder, time, logger] = [join(newFolder(), 'awaited'), { nowMs: startMs }, new RecordingLogger()];
  const another = (): FileAwaitedWork => new FileAwaitedWork({ folder, clock: clockOf(time), logger });
  return { folder, time, logger, another, work: another() };
}

describe('the folder of unfinished changes', () => {
  it('keeps what ended for seven days after it was written, and what did not end for good', async () => {
    const { work, time, folder } = setUp();
    await work.put(awaitedRecord('going', { state: 'awaiting' }));
    await work.put(awaitedRecord('ended'));
    time.nowMs += dayMs;
    await work.put(awaitedRecord('ended', { state: 'ended', outcome: { data: {} } }));
    const listed = async (): Promise<string[]> => (await work.list()).map(({ device }) => device).sort();
    time.nowMs += 7 * dayMs;
    expect(await listed()).toEqual(['ended', 'going']);
    time.nowMs += 1;
    expect(await listed()).toEqual(['going']);
    expect(await work.get(id, 'ended')).toBeUndefined();
    expect(readdirSync(folder)).toEqual([`${id}.going.json`]);
  });

  it('passes over what it cannot read, says so once, and leaves it', async () => {
    const { work, folder, logger } = setUp();
    await work.put(awaitedRecord('good'));
    const good = readFileSync(join(folder, `${id}.good.json`), 'utf8');
    const damaged = {
      [`${id}.empty.json`]: '',
      [`${id}.cut.json`]: good.slice(0, 50),
      [`${id}.other.json`]: good,
      [`${id}.later.json`]: good.replace('"version":1', '"version":2').replace('"good"', '"later"'),
    };
    for (const [name, text] of Object.entries(damaged)) writeFileSync(join(folder, name), text, { mode: 0o600 });
    mkdirSync(join(folder, `${id}.folder.json`));
    for (let times = 0; times < 2; times++) expect((await work.list()).map(({ device }) => device)).toEqual(['good']);
    expect(logger.events).toHaveLength(5);
    expect(await work.get(id, 'cut')).toBeUndefined();
    expect(readdirSync(folder)).toHaveLength(6);
    await work.put(awaitedRecord('cut'));
    expect(await work.get(id, 'cut')).toBeDefined();
  });

  it('lets no name leave it', async () => {
    const { work, folder } = setUp();
    const [bad, worse] = ['../../x', '/etc/\0x'];
    await work.put(awaitedRecord(bad, { id: worse }));
    expect((await work.get(worse, bad))?.device).toBe(bad);
    expect(readdirSync(folder)).toEqual(['~2f~etc~2f~~0~x.~2e~~2e~~2f~~2e~~2e~~2f~x.json']);
    expect(readdirSync(join(folder, '..'))).toEqual(['awaited']);
  });

  it('gives a claim whose file is damaged to the next who asks', async () => {
    const { work, another, folder } = setUp();
    expect(await work.claim(id, 'nano-01', 60_000)).toBe(true);
    writeFileSync(join(folder, `${id}.nano-01.lease`), '{');
    expect(await another().claim(id, 'nano-01', 60_000)).toBe(true);
  });

  it('does not touch the disk for a claim that still lasts long enough', async () => {
    const { work, time, folder } = setUp();
    const [path, aside] = [join(folder, `${id}.nano-01.lease`), join(folder, 'aside')];
    expect(await work.claim(id, 'nano-01', 60_000)).toBe(true);
    renameSync(path, aside);
    time.nowMs += 15_000;
    expect(await work.claim(id, 'nano-01', 60_000)).toBe(true);
    expect(readdirSync(folder)).toEqual(['aside']);
    time.nowMs += 1;
    expect(await work.claim(id, 'nano-01', 60_000)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual([`${id}.nano-01.lease`, 'aside']);
  });

  it('is not made before there is something to keep', async () => {
    const { work, folder } = setUp();
    expect([await work.list(), await work.get(id, 'nano-01')]).toEqual([[], undefined]);
    await work.remove(id, 'nano-01');
    await work.release(id, 'nano-01');
    expect(existsSync(folder)).toBe(false);
  });

  it('tells what is wrong where there can be no folder', async () => {
    const { work, folder } = setUp();
    writeFileSync(folder, '');
    await expect(work.put(awaitedRecord('nano-01'))).rejects.toMatchObject({ kind: 'not_allowed' });
    await expect(work.list()).rejects.toMatchObject({ hint: expect.stringContaining(folder) });
  });
});
