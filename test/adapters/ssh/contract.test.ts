import { describe, it } from '@jest/globals';
import { fleetContract } from '../../contract/fleet.js';
import { sshdUnavailable } from '../../setup/sshd.js';
import { rig } from './rig.js';

const missing = sshdUnavailable();
if (missing === undefined) {
  fleetContract('SshFleet over a real sshd', async () => {
    const { fleet, stop } = await rig();
    return { fleet, device: 'board-1', stop };
  });
} else {
  describe('the fleet contract: SshFleet', () => it.skip(`[skipped: ${missing}]`, () => undefined));
}
