import { describe, expect, it } from '@jest/globals';
import { boardOf, parseBootControl } from '../../../src/core/jetson/board.js';
import { moduleOf, modules, socFacts } from '../../../src/core/jetson/modules.js';
import { lineOf, releaseOf } from '../../../src/core/jetson/releases.js';
import { parseTegraRelease } from '../../../src/core/jetson/tegra-release.js';

const gib = 2 ** 30;
const slugOf = (compatible: string, ram?: number, boot = ''): string | undefined =>
  boardOf(compatible.replaceAll(' ', '\0'), boot, ram).module?.slug;

describe('boardOf', () => {
  it.each([
    ['nvidia,p3449-0000-b00+p3448-0000-b00 nvidia,jetson-nano nvidia,tegra210', 'nano'],
    ['nvidia,quill nvidia,p2597-0000+p3310-1000 nvidia,tegra186', 'tx2'],
    ['nvidia,p3509-0000+p3636-0001 nvidia,tegra186', 'tx2-nx'],
    ['nvidia,p3509-0000+p3668-0001 nvidia,tegra194', 'xavier-nx'],
    ['nvidia,galen nvidia,jetson-xavier nvidia,p2822-0000+p2888-0001 nvidia,tegra194', 'agx-xavier'],
    ['nvidia,p3768-0000+p3767-0000-super nvidia,p3767-0000 nvidia,tegra234', 'orin-nx-16gb'],
    ['nvidia,p3768-0000+p3767-0004 nvidia,p3767-0004 nvidia,tegra234', 'orin-nano-4gb'],
    ['nvidia,p3737-0000+p3701-0005 nvidia,p3701-0005 nvidia,tegra234', 'agx-orin-64gb'],
    ['nvidia,p4071-0000+p3834-0008 nvidia,p3834-0008 nvidia,tegra264', 'agx-thor'],
  ])('%s is %s', (compatible, slug) => expect(slugOf(compatible)).toBe(slug));

  it('asks the memory where one P-number has two sizes, and does not guess', () => {
    const devkit = 'nvidia,p3737-0000+p3701-0000 nvidia,p3701-0000 nvidia,tegra234';
    expect(slugOf(devkit, 61.4 * gib)).toBe('agx-orin-64gb');
    expect(slugOf(devkit, 29.9 * gib)).toBe('agx-orin-32gb');
    expect(slugOf(devkit)).toBeUndefined();
    expect(slugOf(devkit, 100 * gib)).toBeUndefined();
  });

  it('knows the SoC, and no more, of a module that no table has', () => {
    const board = boardOf('nvidia,p3768-0000+p3767-0099\0nvidia,tegra234\0', '', 8 * gib);
    expect(board).toEqual({
      ...{
        pNumber: 'p3767-0099',
        carrier: 'p3768-0000',
        soc: 'tegra234',
        socFacts: { soc: 'tegra234', codename: 'Orin', sm: '8.7' },
      },
    });
    expect(boardOf('nvidia,tegra999\0', '', undefined)).toEqual({ soc: 'tegra999' });
    expect(boardOf('', '', 8 * gib)).toEqual({});
    expect(boardOf('raspberrypi,4-model-b\0brcm,bcm2711\0', '', 8 * gib)).toEqual({});
  });

  it('takes the boot configuration where a vendor tree has no P-number, and tells when the two disagree', () => {
    const boot = 'TNSPEC 3767-300-0005-S.1-1-1-jetson-orin-nano-devkit-super-\nTEGRA_CHIPID 0x23';
    expect(parseBootControl(boot)).toEqual({ pNumber: 'p3767-0005', isSuper: true });
    expect(boardOf('vendor,box\0nvidia,tegra234\0', boot, undefined)).toMatchObject({
      pNumber: 'p3767-0005',
      superFirmware: true,
    });
    expect(boardOf('nvidia,p3767-0000\0nvidia,tegra234\0', boot, undefined)).toMatchObject({
      pNumber: 'p3767-0000',
      bootPNumber: 'p3767-0005',
    });
    expect(parseBootControl('TNSPEC 3701-500-0005-A.0-1-0-cti-orin-agx-agx201-00-\n')).toEqual({
      pNumber: 'p3701-0005',
      isSuper: false,
    });
  });
});

describe('the tables', () => {
  it('have a selector word and a known SoC for every module', () => {
    for (const { pNumber, slug, soc } of modules) {
      expect(pNumber).toMatch(/^p\d{4}-\d{4}$/);
      expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(socFacts(soc)).toBeDefined();
    }
    expect(moduleOf('p3768-0000', 8 * gib)).toBeUndefined();
    expect(socFacts('constructor')).toBeUndefined();
  });

  it('say nothing of a release that they lack', () => {
    expect(releaseOf('36.4.4')).toMatchObject({ jetpack: '6.2.1', cuda: '12.6', ubuntu: '22.04' });
    expect(releaseOf('36.4')).toMatchObject({ l4t: '36.4.0', jetpack: '6.1' });
    expect(releaseOf('36.5.2')?.jetpack).toBe('6.2.3');
    expect(releaseOf('36.3.0')).not.toHaveProperty('cuda');
    for (const unknown of ['36.9.9', '40.1.0', '', 'garbage', '36', '1.2.3.4', 'constructor'])
      expect(releaseOf(unknown)).toBeUndefined();
    expect(lineOf('36.9.9')).toMatchObject({ jetpack: '6' });
    expect(lineOf('__proto__')).toBeUndefined();
  });

  it('keep vendor lines of the release file as unknown', () => {
    const text =
      '# R35 (release), REVISION: 4.1, GCID: 33958178, BOARD: t186ref, EABI: aarch64, DATE: Tue Aug  1 19:57:35 UTC 2023\n# Seeed Image Name recomputer\n';
    expect(parseTegraRelease(text)).toMatchObject({
      l4t: '35.4.1',
      board: 't186ref',
      unknown: ['# Seeed Image Name recomputer'],
    });
  });
});
