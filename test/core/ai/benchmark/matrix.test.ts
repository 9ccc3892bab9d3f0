import { describe, expect, it } from '@jest/globals';
import { matrixBack, matrixModes, matrixOps, type MatrixOp } from '../../../../src/core/ai/benchmark/matrix.js';
import { powerSwitchProbe } from '../../../../src/core/probes/power-switch.js';
import { FakeDevice } from '../../../fakes/fake-device.js';
import { SwitchingBoard } from '../../../tools/hardware/switching-board.js';

const told = (op: MatrixOp): string => (op.op === 'switch' ? op.mode.name : `${op.op} ${op.endpoint}`);
const state = () => new FakeDevice('x', new SwitchingBoard().now).ask(powerSwitchProbe, new AbortController().signal);

describe('a matrix', () => {
  it('keeps modes that take a reboot apart, the present mode first', async () => {
    const { now, later } = matrixModes(await state(), ['7W', 'MAXN_SUPER', 0, '25W', '25W']);
    expect(now.map(({ name }) => name)).toEqual(['25W', 'MAXN_SUPER', '15W']);
    expect(later.map((group) => group.map(({ name }) => name))).toEqual([['7W']]);
  });

  it('loads each model once, and goes through the modes there and back', async () => {
    const seen = await state();
    const { now } = matrixModes(seen, ['25W', '15W']);
    const endpoints = [
      { name: 'a', running: true },
      { name: 'b', running: false },
    ];
    const ops = matrixOps(endpoints, now, 1, () => true);
    expect(ops.map(told)).toEqual([
      ...['stop a', 'start a', 'measure a', '15W', 'measure a', 'stop a'],
      ...['start b', 'measure b', '25W', 'measure b', 'stop b'],
    ]);
    const [current] = now;
    expect(matrixBack(endpoints, ops, current)).toEqual([
      { argv: ['nvpmodel', '-m', '1'], sudo: true },
      expect.objectContaining({ path: '/containers/a/start' }),
      expect.objectContaining({ path: '/containers/b/stop' }),
    ]);
  });

  it('leaves a single endpoint that runs where it is, and has nothing to put back in one mode', async () => {
    const { now } = matrixModes(await state(), ['25W']);
    const only = [{ name: 'a', running: true }];
    const ops = matrixOps(only, now, 1, () => true);
    expect(ops.map(told)).toEqual(['measure a']);
    expect(matrixBack(only, ops, now[0])).toEqual([]);
  });

  it('does nothing where every cell is measured', async () => {
    const { now } = matrixModes(await state(), ['25W', '15W']);
    expect(
      matrixOps(
        [
          { name: 'a', running: true },
          { name: 'b', running: true },
        ],
        now,
        1,
        () => false,
      ),
    ).toEqual([]);
  });
});
