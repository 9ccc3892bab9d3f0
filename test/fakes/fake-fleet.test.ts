import { copiesContract } from '../contract/copies.js';
import { fleetContract } from '../contract/fleet.js';
import { debian } from './debian-board.js';
import { FakeFleet } from './fake-fleet.js';

for (const contract of [fleetContract, copiesContract])
  contract('FakeFleet', () =>
    Promise.resolve({
      fleet: new FakeFleet({ 'board-1': debian }),
      device: 'board-1',
      folder: '/tmp/contract',
      stop: () => Promise.resolve(),
    }),
  );
