/** Core names by `implementer part`, as `/proc/cpuinfo` writes them. */
const parts: Readonly<Record<string, string>> = {
  '0x41 0xd03': 'Cortex-A53',
  '0x41 0xd07': 'Cortex-A57',
  '0x41 0xd08': 'Cortex-A72',
  '0x41 0xd0b': 'Cortex-A76',
  '0x41 0xd42': 'Cortex-A78AE',
  '0x41 0xd83': 'Neoverse-V3AE',
  '0x4e 0x003': 'NVIDIA Denver 2',
  '0x4e 0x004': 'NVIDIA Carmel',
};

/** The kinds of cores that `/proc/cpuinfo` lists, in its order; a part without a name as its numbers. */
export function cpuModels(cpuinfo: string): readonly string[] {
  const found = new Set<string>();
  for (const block of cpuinfo.split(/\n\s*\n/)) {
    const field = (name: string): string | undefined => new RegExp(`^${name}\\s*: (.+)$`, 'm').exec(block)?.[1]?.trim();
    const [implementer, part] = [field('CPU implementer'), field('CPU part')];
    const key = `${implementer ?? ''} ${part ?? ''}`;
    if (implementer !== undefined && part !== undefined)
      found.add(Object.hasOwn(parts, key) ? (parts[key] ?? key) : `ARM part ${key}`);
    else if (/^processor\s*:/m.test(block)) found.add(field('model name') ?? 'unnamed');
  }
  return [...found];
}

/** How many CPUs a kernel list such as `0-3,5` names; undefined where it is no such list. */
export function cpuCount(list: string): number | undefined {
  if (!/^\d{1,5}(?:-\d{1,5})?(?:,\d{1,5}(?:-\d{1,5})?)*$/.test(list)) return undefined;
  return list.split(',').reduce((sum, part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return sum + to - from + 1;
  }, 0);
}
