import { startSimulator } from '../../../src/adapters/simulator/start-simulator.js';
import { fleetContract } from '../../contract/fleet.js';
import { sshFleetFor } from './ssh-fleet.js';

fleetContract('the SSH link to a simulated device', async () => {
  const sim = await startSimulator({ devices: [{ name: 'orin-1', board: 'orin-nx', login: 'ops' }] });
  const folder = '/home/ops';
  sim.put('orin-1', `${folder}/old`, { owner: 'ops', text: 'old' });
  sim.put('orin-1', `${folder}/link`, { owner: 'ops', link: 'old' });
  const fleet = sshFleetFor(sim);
  const stop = async (): Promise<void> => {
    await fleet.close();
    await sim.close();
  };
  return { fleet, device: 'orin-1', folder, stop };
});
