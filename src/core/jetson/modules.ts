export type Soc = 'tegra264' | 'tegra234' | 'tegra194' | 'tegra186' | 'tegra210';

export interface SocFacts {
  readonly soc: Soc;
  readonly codename: string;
  /** CUDA compute capability of its GPU, `8.7`. */
  readonly sm: string;
}

const socs: Readonly<Record<Soc, SocFacts>> = {
  tegra264: { soc: 'tegra264', codename: 'Thor', sm: '11.0' },
  tegra234: { soc: 'tegra234', codename: 'Orin', sm: '8.7' },
  tegra194: { soc: 'tegra194', codename: 'Xavier', sm: '7.2' },
  tegra186: { soc: 'tegra186', codename: 'Parker', sm: '6.2' },
  tegra210: { soc: 'tegra210', codename: 'Erista', sm: '5.3' },
};

/** What is known of an SoC name; undefined for one that no table has. */
export function socFacts(name: string): SocFacts | undefined {
  return Object.hasOwn(socs, name) ? socs[name as Soc] : undefined;
}

export interface JetsonModule {
  /** `p3767-0005`, as device trees and NVIDIA's documents write it. */
  readonly pNumber: string;
  /** As a selector writes it, `orin-nano-8gb`. */
  readonly slug: string;
  readonly name: string;
  readonly soc: Soc;
  /** Nominal size; absent where boards of one P-number come with different sizes. */
  readonly ramGB?: number;
}

const row = (pNumber: string, slug: string, name: string, soc: Soc, ramGB?: number): JetsonModule => ({
  pNumber,
  slug,
  name: `Jetson ${name}`,
  soc,
  ...(ramGB !== undefined && { ramGB }),
});

/** Two rows with one P-number are told apart by the memory that the board has. */
export const modules: readonly JetsonModule[] = [
  row('p3834-0008', 'agx-thor', 'AGX Thor (T5000)', 'tegra264', 128),
  row('p3834-0000', 'thor-t4000', 'T4000', 'tegra264', 64),
  row('p3767-0005', 'orin-nano-8gb', 'Orin Nano 8GB Developer Kit', 'tegra234', 8),
  row('p3767-0003', 'orin-nano-8gb', 'Orin Nano 8GB', 'tegra234', 8),
  row('p3767-0004', 'orin-nano-4gb', 'Orin Nano 4GB', 'tegra234', 4),
  row('p3767-0001', 'orin-nx-8gb', 'Orin NX 8GB', 'tegra234', 8),
  row('p3767-0000', 'orin-nx-16gb', 'Orin NX 16GB', 'tegra234', 16),
  row('p3767-0002', 'orin-nx-16gb', 'Orin NX 16GB', 'tegra234', 16),
  row('p3701-0000', 'agx-orin-64gb', 'AGX Orin 64GB Developer Kit', 'tegra234', 64),
  row('p3701-0000', 'agx-orin-32gb', 'AGX Orin 32GB Developer Kit', 'tegra234', 32),
  row('p3701-0005', 'agx-orin-64gb', 'AGX Orin 64GB', 'tegra234', 64),
  row('p3701-0004', 'agx-orin-32gb', 'AGX Orin 32GB', 'tegra234', 32),
  row('p3701-0002', 'igx-orin', 'IGX Orin', 'tegra234', 64),
  row('p3701-0008', 'agx-orin-industrial', 'AGX Orin Industrial', 'tegra234', 64),
  row('p3668-0000', 'xavier-nx', 'Xavier NX Developer Kit', 'tegra194', 8),
  row('p3668-0001', 'xavier-nx', 'Xavier NX', 'tegra194', 8),
  row('p3668-0003', 'xavier-nx-16gb', 'Xavier NX 16GB', 'tegra194', 16),
  // The device tree of every AGX Xavier kit says 0001, whichever memory it has.
  row('p2888-0001', 'agx-xavier', 'AGX Xavier', 'tegra194'),
  row('p2888-0003', 'agx-xavier', 'AGX Xavier 32GB', 'tegra194', 32),
  row('p2888-0004', 'agx-xavier', 'AGX Xavier 32GB', 'tegra194', 32),
  row('p2888-0005', 'agx-xavier-64gb', 'AGX Xavier 64GB', 'tegra194', 64),
  row('p2888-0006', 'agx-xavier-8gb', 'AGX Xavier 8GB', 'tegra194', 8),
  row('p2888-0008', 'agx-xavier-industrial', 'AGX Xavier Industrial', 'tegra194', 32),
  row('p3310-1000', 'tx2', 'TX2', 'tegra186', 8),
  row('p3489-0000', 'tx2i', 'TX2i', 'tegra186', 8),
  row('p3489-0888', 'tx2-4gb', 'TX2 4GB', 'tegra186', 4),
  row('p3636-0001', 'tx2-nx', 'TX2 NX', 'tegra186', 4),
  row('p3448-0000', 'nano', 'Nano Developer Kit', 'tegra210', 4),
  row('p3448-0002', 'nano', 'Nano', 'tegra210', 4),
  row('p3448-0003', 'nano-2gb', 'Nano 2GB', 'tegra210', 2),
  row('p2180-1000', 'tx1', 'TX1', 'tegra210', 4),
];

const families = new Set(modules.map((module) => module.pNumber.slice(0, 5)));

/** Whether a P-number is a module's; a carrier board's is not. */
export function isModuleNumber(pNumber: string): boolean {
  return families.has(pNumber.slice(0, 5));
}

/**
 * The module of a P-number. Where memory decides and is not known, or fits no row, and for a P-number that the table
 * does not have, the answer is undefined: never a neighbour.
 */
export function moduleOf(pNumber: string, totalBytes: number | undefined): JetsonModule | undefined {
  const rows = modules.filter((module) => module.pNumber === pNumber);
  if (rows.length <= 1) return rows[0];
  if (totalBytes === undefined) return undefined;
  // The kernel sees the nominal size less what firmware and carve-outs keep: more than half of it, never all.
  const fits = ({ ramGB = 0 }: JetsonModule): boolean => totalBytes <= ramGB * 2 ** 30 && totalBytes > ramGB * 2 ** 29;
  return rows.find(fits);
}
