/** From power-off to SSH, twice what was seen: firmware, memory training and services take the longer the bigger the board is. */
const minutesBySoc: Readonly<Record<string, number>> = {
  tegra210: 4,
  tegra186: 4,
  tegra194: 5,
  tegra234: 6,
  tegra264: 10,
};

/** How many minutes a restart of a board may take; six where its SoC is not known. */
export function bootMinutes(soc: string | undefined): number {
  return minutesBySoc[soc ?? ''] ?? 6;
}

/** What is known to hang the boot of a release (NVIDIA issue 6236259, mended in 7.2.1), and what helps. */
export function knownHang(l4t: string | undefined): string | undefined {
  return l4t === '39.2.0'
    ? 'JetPack 7.2 can hang at boot after a switch that lowers the memory clock while a display is attached (NVIDIA issue 6236259, mended in 7.2.1): unplug the display and cycle its power.'
    : undefined;
}
