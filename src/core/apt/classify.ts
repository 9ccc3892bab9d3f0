import { kernelOf, knownBadDocker } from './known-bad-docker.js';
import type { AptRequest, AptRisk } from './request.js';
import { changesOf, type PackageChange, type Simulation } from './simulation.js';

/** Something that a change takes with it, and the packages it is about. */
export interface AptDanger {
  readonly risk: AptRisk;
  readonly packages: readonly string[];
}

const kernel =
  /^(?:linux-(?:image|modules|nvidia)|nvidia-l4t-(?:kernel|dtbs?|oot-modules|display-kernel|jetson-.*-kernel|rt-kernel))(?:-|:|$)/;
const bootloader =
  /^(?:nvidia-l4t-(?:bootloader|initrd|xusb-firmware|secureboot)|grub-|shim-signed|u-boot|flash-kernel)/;
const dockerParts = /^(?:docker\.io|docker-ce|moby-engine|containerd|containerd\.io|runc)$/;
const dockerItself = /^(?:docker\.io|docker-ce|moby-engine)$/;

/** What Jetson Linux itself is made of: its updates can write firmware. */
export const isBsp = (name: string): boolean => name.startsWith('nvidia-l4t-');

const names = (changes: readonly PackageChange[]): string[] => changes.map(({ name }) => name);

/**
 * What a change takes with it beyond the packages themselves. That a package asked to be removed goes is no danger of its own; what
 * goes along with it is.
 */
export function dangersOf(
  simulation: Simulation,
  { action, packages }: AptRequest,
  kernelRelease: string,
): AptDanger[] {
  const all = changesOf(simulation);
  const asked = action === 'remove' || action === 'purge' ? packages.map((word) => word.split('=')[0]) : [];
  const along = simulation.remove.filter(({ name }) => !asked.includes(name));
  const present = all.filter(({ from }) => from !== undefined);
  const bad = all.filter(
    ({ name, to }) => dockerItself.test(name) && to !== undefined && knownBadDocker(to, kernelOf(kernelRelease)),
  );
  const dangers: [AptRisk, string[]][] = [
    ['bsp', names(all).filter((name) => name.startsWith('nvidia-l4t-'))],
    ['kernel', names(all).filter((name) => kernel.test(name))],
    ['bootloader', names(all).filter((name) => bootloader.test(name))],
    ['docker', names(present).filter((name) => dockerParts.test(name))],
    ['docker_known_bad', names(bad)],
    ['remove', names(along)],
    ['downgrade', names(simulation.downgrade)],
    ['held', [...simulation.held]],
  ];
  return dangers.filter(([, which]) => which.length > 0).map(([risk, which]) => ({ risk, packages: which }));
}
