import { describe, expect, it } from '@jest/globals';
import { placement, type Place } from '../../../../src/core/ai/launch/placement.js';

const place = (device: string, more: Partial<Place> = {}): Place => ({
  device,
  site: 'lab',
  serves: [],
  fits: true,
  hot: false,
  speed: 20,
  ...more,
});
const decided = (places: readonly Place[], replicas: number): Record<string, string> =>
  Object.fromEntries(placement(places, replicas));

describe('a placement', () => {
  it('spreads over sites, and takes cool and fast boards first', () => {
    const places = [
      place('a1', { site: 'a', speed: 10 }),
      place('a2', { site: 'a', speed: 30 }),
      place('a3', { site: 'a', speed: 40, hot: true }),
      place('b1', { site: 'b', hot: true }),
      place('b2', { site: 'b', fits: false }),
    ];
    expect(decided(places, 1)).toMatchObject({ a2: 'launch', a1: 'none', a3: 'none', b1: 'none' });
    expect(decided(places, 2)).toMatchObject({ a2: 'launch', b1: 'launch', a1: 'none' });
    expect(decided(places, 3)).toMatchObject({ a2: 'launch', b1: 'launch', a1: 'launch', a3: 'none' });
  });

  it('counts those that serve already', () => {
    const places = [
      place('a', { site: 'x', serves: ['ai-m'], fits: true }),
      place('b', { site: 'x' }),
      place('c', { site: 'y' }),
    ];
    expect(decided(places, 1)).toEqual({ a: 'keep', b: 'none', c: 'none' });
    expect(decided(places, 2)).toEqual({ a: 'keep', b: 'none', c: 'launch' });
  });

  it('gives up first at the fullest site, the hot board, then the slow one', () => {
    const serves = ['ai-m'];
    const places = [
      place('a', { site: 'x', serves, speed: 10 }),
      place('b', { site: 'x', serves, hot: true }),
      place('c', { site: 'x', serves }),
      place('d', { site: 'y', serves, hot: true, speed: 1 }),
    ];
    expect(decided(places, 3)).toEqual({ a: 'keep', b: 'stop', c: 'keep', d: 'keep' });
    expect(decided(places, 2)).toEqual({ a: 'stop', b: 'stop', c: 'keep', d: 'keep' });
    expect(Object.values(decided(places, 0))).toEqual(['stop', 'stop', 'stop', 'stop']);
  });

  it('does not depend on the order of the devices', () => {
    const places = ['d', 'a', 'c', 'b'].map((name) => place(name, { site: name < 'c' ? 'x' : 'y' }));
    const one = decided(places, 2);
    expect(decided([...places].reverse(), 2)).toEqual(one);
    expect(one).toMatchObject({ a: 'launch', c: 'launch' });
  });

  it('says how many fit, and why not more', () => {
    const places = [
      place('a'),
      place('b', { fits: false, why: 'It needs 9000 MiB.' }),
      place('c', { fits: false, why: 'It needs 9000 MiB.' }),
    ];
    expect(() => placement(places, 2)).toThrow('replicas: 1 of 2 fit on these devices. b, c: It needs 9000 MiB.');
  });
});
