import { fullRelease } from './releases.js';

/** `/etc/nv_tegra_release`, read. */
export interface TegraRelease {
  /** `36.4.4` */
  readonly l4t?: string;
  readonly gcid?: string;
  /** `generic`, or the reference board of old releases. */
  readonly board?: string;
  /** `oot` where the kernel's NVIDIA modules are built out of tree. */
  readonly kernelVariant?: string;
  readonly unknown: readonly string[];
}

const first =
  /^# R(\d+) \(release\), REVISION: (\d+(?:\.\d+)*), GCID: (\d+), BOARD: ([\w-]+), EABI: [\w-]+, DATE: [\w: ]+$/;
const setting = /^(?:# )?([A-Z_]+)(?:: |=)([\w./-]+)$/;
const settings = new Set([
  'KERNEL_VARIANT',
  'TARGET_USERSPACE_LIB_DIR',
  'TARGET_USERSPACE_LIB_DIR_PATH',
  'INSTALL_TYPE',
]);

/** Reads the release file. Vendors add lines of their own: they come back as `unknown`. */
export function parseTegraRelease(text: string): TegraRelease {
  const found: { l4t?: string; gcid?: string; board?: string; kernelVariant?: string } = {};
  const unknown: string[] = [];
  for (const line of text.split('\n').map((each) => each.trimEnd())) {
    const head = first.exec(line);
    const other = setting.exec(line);
    const l4t = head === null ? undefined : fullRelease(`${head[1]}.${head[2]}`);
    if (head !== null && l4t !== undefined && found.l4t === undefined) {
      found.l4t = l4t;
      found.gcid = head[3] ?? '';
      found.board = head[4] ?? '';
    } else if (other !== null && settings.has(other[1] ?? '')) {
      if (other[1] === 'KERNEL_VARIANT') found.kernelVariant = other[2] ?? '';
    } else if (line !== '') {
      unknown.push(line);
    }
  }
  return { ...found, unknown };
}
