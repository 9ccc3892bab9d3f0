import { fleetContract } from '../../contract/fleet.js';
import { sshdUnavailable } from '../../setup/sshd.js';
import { describeWith } from '../../setup/suite.js';
import { contractFolder, rig } from './rig.js';

describeWith(sshdUnavailable(), 'SshFleet over a real sshd', () => {
  fleetContract('SshFleet', async () => {
    const the = await rig();
    return { fleet: the.fleet, device: 'board-1', folder: contractFolder(the.server), stop: () => the.stop() };
  });
});
