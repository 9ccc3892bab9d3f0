import type { Board } from './board.js';
import { lineOf, releaseOf } from './releases.js';

/** Something about a device that does not fit together, with what it means. */
export interface Finding {
  readonly kind:
    | 'not_a_jetson'
    | 'unknown_module'
    | 'unknown_release'
    | 'jetpack_disagrees'
    | 'l4t_disagrees'
    | 'label_disagrees'
    | 'limits_disagree'
    | 'memory_disagrees'
    | 'boot_config_disagrees'
    | 'super_modes_missing'
    | 'no_serial';
  readonly says: string;
  readonly hint?: string | undefined;
}

export interface Evidence {
  readonly board: Board;
  readonly model?: string | undefined;
  readonly serial?: string | undefined;
  readonly l4t?: string | undefined;
  /** L4T by the version of the package nvidia-l4t-core. */
  readonly l4tPackage?: string | undefined;
  readonly jetpackPackage?: string | undefined;
  readonly totalBytes?: number | undefined;
  readonly cpuMaxMHz?: number | undefined;
  readonly modeNames: readonly string[];
}

/** The highest CPU clock of an Orin Nano, Super included; every Orin NX and AGX Orin goes beyond it. */
const orinNanoMaxMHz = 1728;

const products = ['Orin Nano', 'Orin NX', 'AGX Orin', 'Xavier NX', 'AGX Xavier', 'AGX Thor', 'TX2', 'TX1'] as const;
const productIn = (name: string): string | undefined => products.find((product) => name.includes(product));

function releaseFindings({ l4t, l4tPackage, jetpackPackage }: Evidence): Finding[] {
  if (l4t === undefined) return [];
  const known = releaseOf(l4t);
  const line = lineOf(l4t);
  const found: Finding[] = [];
  if (known === undefined)
    found.push({
      kind: 'unknown_release',
      says: `L4T ${l4t} is not in this program's release table${line === undefined ? '' : `; its line is JetPack ${line.jetpack}`}.`,
      hint: 'A newer jetfleet may know it. Images and wheels are chosen by L4T, not by a guessed JetPack.',
    });
  else if (jetpackPackage !== undefined && jetpackPackage !== known.jetpack)
    found.push({
      kind: 'jetpack_disagrees',
      says: `The package nvidia-jetpack is ${jetpackPackage}, while L4T ${l4t} belongs to JetPack ${known.jetpack}.`,
      hint: 'Held or partly upgraded packages do this. Trust L4T for drivers and images, the package for CUDA and libraries.',
    });
  if (l4tPackage !== undefined && l4tPackage !== l4t)
    found.push({
      kind: 'l4t_disagrees',
      says: `The release file says L4T ${l4t}, the package nvidia-l4t-core ${l4tPackage}.`,
      hint: 'An upgrade was not finished; a reboot or a repeated upgrade is due.',
    });
  return found;
}

function moduleFindings({ board, model, totalBytes, cpuMaxMHz }: Evidence): Finding[] {
  const { module, pNumber, bootPNumber } = board;
  const found: Finding[] = [];
  if (pNumber !== undefined && module === undefined)
    found.push({ kind: 'unknown_module', says: `The P-number ${pNumber} is not in this program's module table.` });
  if (bootPNumber !== undefined)
    found.push({
      kind: 'boot_config_disagrees',
      says: `The device tree says ${pNumber ?? 'nothing'}, /etc/nv_boot_control.conf says ${bootPNumber}.`,
      hint: 'The disk was likely cloned from another module; updates over the air may pick the wrong firmware.',
    });
  if (module === undefined) return found;
  const [isA, labelled] = [productIn(module.name), productIn(model ?? '')];
  if (isA !== undefined && labelled !== undefined && isA !== labelled)
    found.push({
      kind: 'label_disagrees',
      says: `Its label names an ${labelled}; the P-number ${module.pNumber} is an ${isA}.`,
      hint: 'Trust the P-number and the measured limits.',
    });
  const beyondNano = isA === 'Orin NX' || isA === 'AGX Orin';
  if (
    (beyondNano || labelled === 'Orin NX' || labelled === 'AGX Orin') &&
    cpuMaxMHz !== undefined &&
    cpuMaxMHz <= orinNanoMaxMHz
  )
    found.push({
      kind: 'limits_disagree',
      says: `It calls itself an ${labelled ?? isA ?? 'Orin'}, but its CPU goes to ${cpuMaxMHz} MHz only: the limit of an Orin Nano.`,
      hint: 'Plan with the measured limits. It was likely flashed with another module’s configuration.',
    });
  if (
    module.ramGB !== undefined &&
    totalBytes !== undefined &&
    (totalBytes > module.ramGB * 2 ** 30 || totalBytes <= module.ramGB * 2 ** 29)
  )
    found.push({
      kind: 'memory_disagrees',
      says: `A ${module.name} has ${module.ramGB} GB; this one has ${(totalBytes / 2 ** 30).toFixed(1)} GiB.`,
      hint: 'Plan with the measured memory.',
    });
  return found;
}

/** What does not fit together. Everything quoted is a number or a word of our own tables. */
export function describeFindings(evidence: Evidence): readonly Finding[] {
  const { board, serial, l4t, modeNames } = evidence;
  if (board.soc === undefined && board.pNumber === undefined && l4t === undefined)
    return [
      {
        kind: 'not_a_jetson',
        says: 'This host shows no sign of being a Jetson: neither its device tree nor a release file.',
      },
    ];
  const found = [...releaseFindings(evidence), ...moduleFindings(evidence)];
  if (board.superFirmware === true && modeNames.length > 0 && !modeNames.includes('MAXN_SUPER'))
    found.push({
      kind: 'super_modes_missing',
      says: 'The firmware is of the Super configuration, but the power mode file has no MAXN_SUPER.',
      hint: 'Known after an ISO update to JetPack 7.2; JetPack 7.2.1 or a reflash mends it.',
    });
  if (serial === undefined)
    found.push({ kind: 'no_serial', says: 'It gives no serial number, so it cannot be told from its twins.' });
  return found;
}
