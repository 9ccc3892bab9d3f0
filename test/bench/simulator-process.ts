import { writeFileSync } from 'node:fs';
import { simulatedFleet } from '../../src/adapters/simulator/simulated-fleet.js';
import { startSimulator } from '../../src/adapters/simulator/start-simulator.js';

/** Serves simulated devices in a process of their own: `simulator-process.mjs COUNT LOGIN KEYFILE`. Sends the fleet file to its parent. */
const [, , count = '1', login = 'nvidia', keyFile = ''] = process.argv;
const devices = simulatedFleet(Number(count)).map((spec) => ({ ...spec, login }));
const simulator = await startSimulator({ devices, host: 'many' });
writeFileSync(keyFile, simulator.clientKey.privateKey, { mode: 0o600 });
process.send?.({
  yaml: simulator.fleetYaml({ identityFile: keyFile, sudoPasswordEnv: 'JETFLEET_BENCH_SUDO' }),
  names: simulator.devices.map(({ name }) => name),
});
process.once('disconnect', () => process.exit());
