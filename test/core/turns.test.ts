import { describe, expect, it } from '@jest/globals';
import { Turns } from '../../src/core/turns.js';

describe('turns', () => {
  it('are given to so many at a place, in the order in which they asked', () => {
    const turns = new Turns();
    const asked = (): boolean[] => ['a', 'b', 'c'].map((who) => turns.isOn('lab', who, 2, 0));
    expect(asked()).toEqual([true, true, false]);
    expect(asked()).toEqual([true, true, false]);
    expect(turns.isOn('roof', 'd', 1, 0)).toBe(true);
    turns.leave('lab', 'a');
    expect(turns.isOn('lab', 'c', 2, 0)).toBe(true);
  });

  it('are lost by whoever does not ask again', () => {
    const turns = new Turns();
    expect(turns.isOn('lab', 'a', 1, 0)).toBe(true);
    expect(turns.isOn('lab', 'b', 1, 50_000)).toBe(false);
    expect(turns.isOn('lab', 'b', 1, 70_000)).toBe(true);
    expect(turns.isOn('lab', 'a', 1, 70_000)).toBe(false);
  });
});
