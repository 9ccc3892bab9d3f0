import { describe, expect, it } from '@jest/globals';
import { ResourceWatcher } from '../../../src/adapters/mcp/resource-watcher.js';

/** A watcher over readings that the test settles by hand. */
function watched() {
  const readings: { uri: string; signal: AbortSignal; settle: (text: string) => Promise<void> }[] = [];
  const changes: string[] = [];
  const watcher = new ResourceWatcher({
    read: (uri, signal) =>
      new Promise((resolve) => {
        const settle = async (text: string): Promise<void> => {
          resolve(text);
          await new Promise((done) => setTimeout(done, 10));
        };
        readings.push({ uri, signal, settle });
      }),
    onChange: (uri) => void changes.push(uri),
    intervalMs: 1,
  });
  const reading = async (index: number) => {
    while (readings[index] === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    return readings[index];
  };
  return { watcher, readings, changes, reading };
}

describe('ResourceWatcher', () => {
  it('never reads twice at once, and not at all without subscribers', async () => {
    const { watcher, readings, reading } = watched();
    watcher.add('a');
    watcher.add('a');
    const first = await reading(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(readings).toHaveLength(1);
    watcher.remove('a');
    watcher.remove('a');
    await first.settle('1');
    expect(readings).toHaveLength(1);
    expect(watcher.has('a')).toBe(false);
  });

  it('keeps reading until the last subscriber has gone', async () => {
    const { watcher, changes, reading } = watched();
    watcher.add('a');
    watcher.add('a');
    watcher.remove('a');
    await (await reading(0)).settle('1');
    await (await reading(1)).settle('2');
    expect(changes).toEqual(['a']);
    watcher.close();
  });

  it('says nothing of a change that nobody waits for any more', async () => {
    const { watcher, changes, reading } = watched();
    watcher.add('a');
    await (await reading(0)).settle('1');
    const second = await reading(1);
    watcher.remove('a');
    await second.settle('2');
    expect(changes).toEqual([]);
  });

  it('aborts what it reads when it is closed', async () => {
    const { watcher, reading, readings } = watched();
    watcher.add('a');
    const { signal, settle } = await reading(0);
    watcher.close();
    expect(signal.aborted).toBe(true);
    await settle('1');
    watcher.add('b');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(readings).toHaveLength(1);
  });
});
