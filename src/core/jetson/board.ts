import { isModuleNumber, moduleOf, socFacts, type JetsonModule, type SocFacts } from './modules.js';

/** What the device tree and the boot configuration say of the board. */
export interface Board {
  readonly pNumber?: string;
  readonly carrier?: string;
  readonly module?: JetsonModule;
  readonly soc?: string;
  readonly socFacts?: SocFacts;
  /** The firmware's own mark of the "Super" configuration, which unlocks higher power modes. */
  readonly superFirmware?: boolean;
  /** The module's P-number by the boot configuration, where that names another one than the device tree. */
  readonly bootPNumber?: string;
}

const numbers = /p(\d{4}-\d{4})/g;

/** Entries of `/proc/device-tree/compatible`: NUL-separated on the device, newlines in most reports. */
export function compatibleEntries(text: string): readonly string[] {
  return text.split(/[\0\n]/).filter((entry) => entry !== '');
}

/** The module of `TNSPEC 3767-300-0005-N.2-1-1-jetson-orin-nano-devkit-super-` in `/etc/nv_boot_control.conf`. */
export function parseBootControl(text: string): { readonly pNumber?: string; readonly isSuper?: boolean } {
  const match = /^TNSPEC (\d{4})-\d{3}-(\d{4})-(\S*)$/m.exec(text);
  return match === null ? {} : { pNumber: `p${match[1]}-${match[2]}`, isSuper: /-super-?$/.test(match[3] ?? '') };
}

/**
 * Which module this is. The P-number in the device tree decides, since labels are unreliable; the boot configuration
 * stands in where a vendor's tree has none.
 */
export function boardOf(compatible: string, bootControl: string, totalBytes: number | undefined): Board {
  const entries = compatibleEntries(compatible);
  const all = entries.flatMap((entry) => [...entry.matchAll(numbers)].map((match) => `p${match[1] ?? ''}`));
  const boot = parseBootControl(bootControl);
  const inTree = all.find(isModuleNumber);
  const pNumber = inTree ?? boot.pNumber;
  const carrier = all.find((number) => !isModuleNumber(number));
  const soc = entries.map((entry) => /^nvidia,(tegra\d{2}[\dx])$/.exec(entry)?.[1]).find((name) => name !== undefined);
  const module = pNumber === undefined ? undefined : moduleOf(pNumber, totalBytes);
  const socName = soc === undefined || soc.endsWith('x') ? (module?.soc ?? soc) : soc;
  const facts = socName === undefined ? undefined : socFacts(socName);
  const treeSuper = entries.some((entry) => entry.endsWith('-super'));
  const superKnown = treeSuper || boot.isSuper !== undefined;
  return {
    ...(pNumber !== undefined && { pNumber }),
    ...(carrier !== undefined && { carrier }),
    ...(module !== undefined && { module }),
    ...(socName !== undefined && { soc: socName }),
    ...(facts !== undefined && { socFacts: facts }),
    ...(superKnown && { superFirmware: treeSuper || boot.isSuper === true }),
    ...(boot.pNumber !== undefined && boot.pNumber !== pNumber && { bootPNumber: boot.pNumber }),
  };
}
