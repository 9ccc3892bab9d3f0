import { describe, expect, it } from '@jest/globals';
import { mockOf } from '../../../src/adapters/mock/open-mock.js';
import { RecordingFleet } from '../../../src/adapters/mock/recording-fleet.js';
import { Redactor } from '../../../src/core/redact.js';
import { copiesContract } from '../../contract/copies.js';
import { fleetContract, type FleetUnderTest } from '../../contract/fleet.js';
import { debian } from '../../fakes/debian-board.js';
import { FakeFleet } from '../../fakes/fake-fleet.js';
import { FakeInventory } from '../../fakes/fake-inventory.js';

const lines: string[] = [];
const stop = (): Promise<void> => Promise.resolve();
const folder = '/tmp/contract';

describe('a session that is recorded, and its replay', () => {
  const recorded = (): Promise<FleetUnderTest> => {
    const redactor = new Redactor();
    const sink = (line: string): unknown => lines.push(line);
    const made = new RecordingFleet(new FakeFleet({ 'board-1': debian }), new FakeInventory('board-1'), {
      redactor,
      sink,
      clock: { now: () => 0 },
    });
    return Promise.resolve({ fleet: made, device: 'board-1', folder, stop });
  };
  const replayed = (): Promise<FleetUnderTest> => {
    // Each recording begins with the line that names its devices.
    const own = lines.filter((line, index) => index === 0 || !line.startsWith('{"jetfleetTranscript"'));
    const { fleet } = mockOf(own.join('\n'), 'a test');
    return Promise.resolve({ fleet, device: 'board-1', folder, stop });
  };

  fleetContract('RecordingFleet', recorded);
  copiesContract('RecordingFleet', recorded);
  fleetContract('MockFleet', replayed);
  copiesContract('MockFleet', replayed);

  it('was recorded by the first for the second', () => {
    expect(lines.length).toBeGreaterThan(30);
  });
});
