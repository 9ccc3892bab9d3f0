import { Failure } from '../../core/errors.js';
import { boardKinds, type BoardKind } from './boards/index.js';
import type { SimDeviceSpec } from './sim-device.js';

/** The mix: cheap boards are common, big ones are rare; the first eight show every module once. */
const mix: readonly BoardKind[] = [
  'orin-nano-super',
  'nano',
  'orin-nx',
  'agx-orin',
  'xavier-nx',
  'tx2',
  'agx-thor',
  'agx-xavier',
  'orin-nano-super',
  'agx-orin-jp7',
  'orin-nx',
  'agx-thor-jp72',
];
const sites = ['lab', 'plant', 'depot'] as const;
const roles = ['camera', 'robot', 'inference', 'gateway'] as const;
const mostDevices = 10_000;

/**
 * A mixed fleet of `count` devices: `orin-nano-super-01`, `nano-01`, ... with labels `site` and `role`, and the site as
 * their group. The same count gives the same fleet. Rejects a count that is no whole number from 1 to 10,000.
 */
export function simulatedFleet(count: number): SimDeviceSpec[] {
  if (!Number.isInteger(count) || count < 1 || count > mostDevices) {
    throw new Failure('invalid_input', `A simulated fleet has 1 to ${mostDevices} devices.`, {
      hint: 'Give a whole number.',
    });
  }
  const digits = Math.max(2, String(Math.ceil(count / 4)).length);
  const made = new Map<BoardKind, number>(boardKinds.map((kind) => [kind, 0]));
  return Array.from({ length: count }, (_, index): SimDeviceSpec => {
    const board = mix[index % mix.length] ?? 'nano';
    const number = (made.get(board) ?? 0) + 1;
    made.set(board, number);
    const site = sites[Math.floor(index / 4) % sites.length] ?? 'lab';
    const role = roles[index % roles.length] ?? 'camera';
    // A fleet is never uniform: now and then a board stands in a hot cabinet, or was left in another mode.
    const odd = {
      ...(index % 10 === 9 && { ambientCelsius: 45 }),
      ...(board === 'orin-nano-super' && index % 7 === 1 && { mode: 0 }),
    };
    return {
      name: `${board}-${String(number).padStart(digits, '0')}`,
      board,
      labels: { site, role },
      groups: [site],
      ...odd,
    };
  });
}
