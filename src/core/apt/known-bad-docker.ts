/** Major and minor number of a kernel, `5.15` of `5.15.148-tegra`; undefined for another kernel than a Jetson's. */
export function kernelOf(release: string): string | undefined {
  return /^(\d+\.\d+)\.[\w.-]*tegra/.exec(release)?.[1];
}

/**
 * Docker 28 and later want the raw table of iptables, which the kernels of JetPack 4 to 6 do not have (moby issue 49557: `can't initialize
 * iptables table raw`): containers with published ports do not start.
 */
export function knownBadDocker(version: string, kernel: string | undefined): boolean {
  const major = Number(/^(?:\d+:)?(\d+)\./.exec(version)?.[1] ?? 0);
  return major >= 28 && ['4.9', '5.10', '5.15'].includes(kernel ?? '');
}
