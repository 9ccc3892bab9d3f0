import { describe, expect, it } from '@jest/globals';
import {
  cells,
  followUpsOf,
  outcomeOf,
  type Cell,
  type CellOutcome,
  type FollowUp,
} from '../../../src/core/consent/matrix.js';

type Way = readonly [cell: Cell, then: FollowUp | undefined, outcome: CellOutcome];

/** Every cell, and every way on from it. */
const ways: readonly Way[] = cells.flatMap((cell) =>
  [undefined, ...followUpsOf(cell)].map((then): Way => [cell, then, outcomeOf(cell, then)]),
);
const disrupts = ({ kind }: Cell): boolean => kind === 'disrupt' || kind === 'any_command';
const running = ways.filter(([, , { does }]) => does === 'runs');

describe('the matrix of consent', () => {
  it('has every circumstance once', () => {
    expect(cells).toHaveLength(4 * 4 * 3 * 3);
    expect(
      new Set(cells.map((cell) => JSON.stringify([cell.kind, cell.ability, cell.rule ?? '', cell.mode]))).size,
    ).toBe(cells.length);
    expect(running.length).toBeGreaterThan(40);
  });

  it('lets nothing disrupt without a rule or a person', () => {
    const word = running.flatMap(([cell, then, outcome]) =>
      disrupts(cell) && outcome.does === 'runs' ? [`${then ?? cell.rule ?? ''} ${outcome.by}`] : [],
    );
    expect([...new Set(word)].sort()).toEqual(['allow policy', 'approve form', 'terminal terminal']);
  });

  it('lets nothing change without a rule, a person or the token of its plan', () => {
    const word = running.flatMap(([{ kind, rule }, then, outcome]) =>
      kind === 'change' && outcome.does === 'runs' ? [`${then ?? rule ?? ''} ${outcome.by}`] : [],
    );
    expect([...new Set(word)].sort()).toEqual(['allow policy', 'approve form', 'terminal terminal', 'token token']);
    // Who wrote `ask` wants to be asked: the model's token is not that.
    const byToken = running.filter(([, then]) => then === 'token');
    expect(new Set(byToken.map(([{ rule }]) => rule))).toEqual(new Set([undefined]));
  });

  it('does nothing where a rule denies, or the tool is switched off', () => {
    const off = ({ kind, rule, mode }: Cell): boolean =>
      rule === 'deny' ||
      (mode === '--read-only' && kind !== 'read') ||
      (mode !== 'normal' && kind !== 'read' && kind !== 'change');
    expect(running.filter(([cell]) => off(cell))).toEqual([]);
  });

  it('keeps what takes any command off where no rule names it', () => {
    const unnamed = ways.filter(([{ kind, rule, mode }]) => kind === 'any_command' && !rule && mode === 'normal');
    expect(unnamed.map(([, , { does }]) => does)).toEqual(['denied', 'denied', 'denied']);
  });
});
