import type { SimulatedDevice } from '../device/simulated-device.js';

/** The OpenSSH that each Ubuntu brings. */
const openSsh: Readonly<Record<string, string>> = {
  '18.04': '7.6p1',
  '20.04': '8.2p1',
  '22.04': '8.9p1',
  '24.04': '9.6p1',
};

/** How its SSH server names itself. */
export function identOf({ spec }: SimulatedDevice): string {
  return `OpenSSH_${openSsh[spec.release.ubuntu.version] ?? '8.9p1'} jetfleet-simulator`;
}
