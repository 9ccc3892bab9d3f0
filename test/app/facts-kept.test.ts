import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/core/errors.js';
import type { Store } from '../../src/ports/store.js';
import { fixture, speaks, type Fixture } from './runner-fixture.js';

const context = { signal: new AbortController().signal };
const minute = 60_000;

/** The application over a store that notes what is put. */
function kept(boards: Parameters<typeof fixture>[0], put?: Store['facts']['put']) {
  const app = fixture(boards);
  const { facts } = app.calls.services.store;
  const puts: string[][] = [];
  const real = facts.put.bind(facts);
  facts.put = (reported) => {
    puts.push(reported.map(({ device, facts: { l4t = 'none' } }) => `${device} ${l4t}`));
    return (put ?? real)(reported);
  };
  return { app, facts, puts };
}
/** A call that asks devices for their facts where they are old, and the writing after it. */
async function called(app: Fixture, selector = 'all'): Promise<string> {
  const { status } = await app.runner.run('device_names', { selector }, context);
  await app.keeper.flush();
  return status;
}

describe('what devices report', () => {
  it('is kept with its time and address, that of many at once', async () => {
    const { app, facts, puts } = kept(
      Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`orin-${i}`, speaks('hi')])),
    );
    expect(await called(app)).toBe('done');
    expect(puts.map((each) => each.length)).toEqual([100]);
    expect((await facts.list()).find(({ device }) => device === 'orin-7')).toEqual({
      device: 'orin-7',
      address: '["orin-7",null,null]',
      facts: { l4t: '36.4.4' },
      atMs: 1_000_000,
    });
  });

  it('is written again where it differs, after a minute, and where it is the same, after an hour', async () => {
    const { app, puts } = kept({ nano: speaks('hi') });
    const after = async (minutes: number, l4t = '36.4.4'): Promise<void> => {
      app.now += minutes * minute;
      const device = app.devices.devices.get('nano');
      if (device) device.board = speaks('hi', l4t);
      await called(app);
    };
    await after(0);
    await after(0.5, '36.4.7');
    expect(puts).toEqual([['nano 36.4.4']]);
    await after(0.5, '36.4.7');
    for (let i = 0; i < 5; i++) await after(11, '36.4.7');
    expect(puts).toEqual([['nano 36.4.4'], ['nano 36.4.7']]);
    await after(11, '36.4.7');
    expect(puts).toEqual([['nano 36.4.4'], ['nano 36.4.7'], ['nano 36.4.7']]);
  });

  it('keeps no call waiting, and fails none: the log says what is wrong with the store', async () => {
    const slow = kept({ nano: speaks('hi') }, () => new Promise(() => undefined));
    await slow.app.runner.run('device_names', {}, context);
    void slow.app.keeper.flush();
    expect(await slow.app.runner.run('device_names', {}, context)).toMatchObject({ status: 'done' });
    const broken = kept({ nano: speaks('hi') }, () => Promise.reject(new Failure('unsupported', 'No store.')));
    expect(await called(broken.app)).toBe('done');
    expect(await called(broken.app)).toBe('done');
    expect(broken.app.logged.filter(({ message }) => message !== 'remote')).toEqual([
      { message: 'what devices reported could not be kept', fields: { error: expect.any(Failure) } },
    ]);
  });

  it('to an earlier process is never taken for fresh by a selector', async () => {
    const { app, facts } = kept({ nano: speaks('hi', '32.7.6') });
    await facts.put([{ device: 'nano', address: '["nano",null,null]', facts: { l4t: '36.4.7' }, atMs: 999_999 }]);
    const { reply } = await app.runner.run('device_names', { selector: 'l4t>=36' }, context);
    expect(app.devices.devices.get('nano')?.asked).toContain('facts');
    expect(JSON.stringify(reply)).toContain('In this fleet l4t is 32.7.6');
  });
});
