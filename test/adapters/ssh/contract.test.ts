import { describe, it } from '@jest/globals';
import { fleetContract } from '../../contract/fleet.js';
import { sshdUnavailable } from '../../setup/sshd.js';
import { rig } from './rig.js';

const missing = sshdUnavailable();
if (missing === undefined) {
  fleetContract('SshFleet over a real sshd', async () => {
    const the = await rig();
    return { fleet: the.fleet, device: 'board-1', stop: () => the.stop() };
  });
} else {
  describe('the fleet contract: SshFleet', () => it.skip(`[skipped: ${missing}]`, () => undefined));
}
