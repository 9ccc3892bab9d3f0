import { describe, expect, it } from '@jest/globals';
import { dangersOf } from '../../../src/core/apt/classify.js';
import { aptStep } from '../../../src/core/apt/job.js';
import { knownBadDocker, kernelOf } from '../../../src/core/apt/known-bad-docker.js';
import { aptSentence, checkRoom, refuseDangers } from '../../../src/core/apt/plan-checks.js';
import type { AptPlan } from '../../../src/core/apt/plan.js';
import { aptArgs, aptRisks, type AptRequest } from '../../../src/core/apt/request.js';
import { parseSimulation, parseSizes } from '../../../src/core/apt/simulation.js';
import { aptFailure } from '../../../src/core/apt/troubles.js';
import { aptScript } from '../../../src/core/apt/script.js';
import { stepText } from '../../../src/core/reply/plan.js';

const asked = (more: Partial<AptRequest> = {}): AptRequest => ({
  action: 'install',
  packages: ['x'],
  allow: [],
  ...more,
});

const upgradeText = `Reading package lists...
The following packages have been kept back:
  gnome-shell tensorrt
The following held packages will be changed:
  nvidia-l4t-kernel
The following packages will be DOWNGRADED:
  libfoo
Inst nvidia-l4t-kernel [5.15.148-tegra-36.4.3] (5.15.148-tegra-36.4.7 NVIDIA:36.4/stable [arm64])
Inst nvidia-l4t-bootloader [36.4.3-2025] (36.4.7-2025 NVIDIA:36.4/stable [arm64]) [nvidia-l4t-core:arm64 ]
Inst libfoo [2.0-1] (1.0-1 Ubuntu:22.04/jammy [arm64])
Inst docker-ce [5:27.5.1-1] (5:28.0.1-1 Docker:jammy [arm64])
Inst libbar:armhf (1.0 Ubuntu:22.04/jammy [armhf])
Remv old-thing [1.1]
Conf nvidia-l4t-kernel (5.15.148-tegra-36.4.7 NVIDIA:36.4/stable [arm64])
`;

const planOf = (text: string, more: Partial<AptPlan> = {}, request = asked()): AptPlan => {
  const simulation = parseSimulation(text);
  const room = new Map([['/', 9e9]]);
  return {
    simulation,
    downloadBytes: 0,
    diskBytes: 0,
    room,
    unheldBsp: [],
    dangers: dangersOf(simulation, request, '5.15.148-tegra'),
    ...more,
  };
};

describe('a simulation of apt', () => {
  it('is read to the last line', () => {
    expect(parseSimulation(upgradeText)).toMatchObject({
      install: [{ name: 'libbar:armhf', to: '1.0' }],
      upgrade: [
        { name: 'nvidia-l4t-kernel', from: '5.15.148-tegra-36.4.3', to: '5.15.148-tegra-36.4.7' },
        { name: 'nvidia-l4t-bootloader' },
        { name: 'docker-ce' },
      ],
      downgrade: [{ name: 'libfoo', from: '2.0-1', to: '1.0-1' }],
      remove: [{ name: 'old-thing', from: '1.1' }],
      held: ['nvidia-l4t-kernel'],
      keptBack: ['gnome-shell', 'tensorrt'],
      unknown: [],
    });
  });

  it('is not acted on where a line is not understood', () => {
    expect(parseSimulation('Inst $(reboot) (1 x [arm64])\n').unknown).toHaveLength(1);
  });

  it.each([
    [
      'Need to get 17.8 MB/19.7 MB of archives.\nAfter this operation, 1,234 kB of additional disk space will be used.',
      17_800_000,
      1_234_000,
    ],
    ['After this operation, 252 MB disk space will be freed.', 0, -252_000_000],
    ['', 0, 0],
  ])('has its sizes: %s', (text, downloadBytes, diskBytes) => {
    expect(parseSizes(text)).toEqual({ downloadBytes, diskBytes });
  });
});

describe('the guard', () => {
  it('names every danger with its packages', () => {
    const found = Object.fromEntries(planOf(upgradeText).dangers.map(({ risk, packages }) => [risk, packages]));
    expect(found).toEqual({
      bsp: ['nvidia-l4t-kernel', 'nvidia-l4t-bootloader'],
      kernel: ['nvidia-l4t-kernel'],
      bootloader: ['nvidia-l4t-bootloader'],
      docker: ['docker-ce'],
      docker_known_bad: ['docker-ce'],
      remove: ['old-thing'],
      downgrade: ['libfoo'],
      held: ['nvidia-l4t-kernel'],
    });
  });

  it('refuses each until all words are given, and then says it in the plan', () => {
    const plan = planOf(upgradeText);
    for (const left of aptRisks)
      expect(() => refuseDangers(plan, asked({ allow: aptRisks.filter((each) => each !== left) }))).toThrow(
        /^Apt would also /,
      );
    expect(() => refuseDangers(plan, asked({ allow: aptRisks }))).not.toThrow();
    expect(aptSentence(plan, [])).toMatch(/It will change the boot loader.*: nvidia-l4t-bootloader\./);
  });

  it('takes a package that was asked to go for no danger, and what goes along for one', () => {
    const text = 'Remv docker.io [20.10]\nRemv old-thing [1.1]\n';
    const request = asked({ action: 'remove', packages: ['docker.io'], allow: ['docker'] });
    expect(planOf(text, {}, request).dangers).toEqual([
      { risk: 'docker', packages: ['docker.io'] },
      { risk: 'remove', packages: ['old-thing'] },
    ]);
  });

  it('never lets go what the system cannot do without', () => {
    const text = 'WARNING: The following essential packages will be removed.\n  dpkg\nRemv dpkg [1.21]\n';
    expect(() => refuseDangers(planOf(text), asked({ allow: aptRisks }))).toThrow(/cannot do without: dpkg/);
  });

  it('counts room where it is needed', () => {
    const room = (sizes: object): ReadonlyMap<string, number> => new Map(Object.entries(sizes) as [string, number][]);
    const text = 'Inst linux-image-6 (6 U [arm64])\n';
    const wants = { downloadBytes: 3e9, diskBytes: 4e9 };
    expect(() => checkRoom(planOf(text, { ...wants, room: room({ '/': 8e9 }) }))).not.toThrow();
    expect(() => checkRoom(planOf(text, { ...wants, room: room({ '/': 7e9 }) }))).toThrow(
      /need 7\d{3} MB on \/, and 7000 MB are free/,
    );
    expect(() => checkRoom(planOf(text, { ...wants, room: room({ '/': 5e9, '/var': 2e9 }) }))).toThrow(/on \/var,/);
    expect(() => checkRoom(planOf(text, { ...wants, room: room({ '/': 8e9, '/boot': 1e8 }) }))).toThrow(/on \/boot,/);
  });

  it.each(['-o', 'a b', '$(x)', 'docker.io-', 'x=1=2', 'Docker', 'x=', '../x', 'x;y'])(
    'takes %j for no package',
    (word) => {
      expect(() => aptArgs(asked({ packages: [word] }))).toThrow(/A package is written/);
    },
  );

  it('tells apt exactly what was allowed', () => {
    expect(aptArgs(asked({ packages: ['g++', 'libc6:armhf', 'ab=1:2~rc1+b'] }))).toEqual([
      '--no-install-recommends',
      '--no-remove',
      'install',
      '--',
      'g++',
      'libc6:armhf',
      'ab=1:2~rc1+b',
    ]);
    expect(aptArgs(asked({ action: 'full-upgrade', packages: [], allow: aptRisks, recommends: true }))).toEqual([
      '--allow-downgrades',
      '--allow-change-held-packages',
      'dist-upgrade',
      '--',
    ]);
  });

  it('shows a person the command, not the text around it', async () => {
    const step = await aptStep(
      'c0ffee0000000001',
      asked({ packages: ['docker.io=27.5'], holdAfter: ['docker.io'], holdBsp: true }),
      planOf('Inst docker.io (27.5 U [arm64])\n', { unheldBsp: ['nvidia-l4t-core'] }),
    );
    expect(stepText(step)).toBe(
      'sudo job c0ffee0000000001, stopped after 7200 s: apt-get -y --no-install-recommends --no-remove install -- docker.io=27.5 (waits up to 600 s for locks; only what is listed; changed settings files stay; holds 1 BSP packages meanwhile; then apt-mark hold docker.io)',
    );
    expect(aptScript).not.toMatch(/['\\\n]/);
  });
});

it.each([
  ['28.0.1', '5.15.148-tegra', true],
  ['5:28.3.3-1~ubuntu.22.04~jammy', '5.10.216-tegra', true],
  ['29.4.0', '5.15.148-tegra', true],
  ['27.5.1', '5.15.148-tegra', false],
  ['28.2.2', '6.8.12-1021-tegra', false],
  ['28.2.2', '5.15.0-generic', false],
])('Docker %s on %s is known bad: %s', (version, kernel, bad) => {
  expect(knownBadDocker(version, kernelOf(kernel))).toBe(bad);
});

it.each([
  ['E: dpkg was interrupted, you must manually run...', /cut off in the middle/],
  ["E: You don't have enough free space in /var/cache/apt/archives/.", /disk of the device is full/],
  ['E: Release file for http://x is not valid yet (invalid for another 3d)', /clock of the device is behind/],
  ['W: GPG error: http://x: NO_PUBKEY 1234', /no valid signature/],
  ["Err:1 http://ports Temporary failure resolving 'ports.ubuntu.com'", /cannot reach its package servers/],
  ['E: Failed to fetch http://x  404  Not Found', /lists on the device are older/],
  ['E: Unable to correct problems, you have held broken packages.', /contradict each other/],
  [
    'dpkg: error processing package nvidia-l4t-bootloader (--configure):\nE: Sub-process /usr/bin/dpkg returned an error code (1)',
    /could not be set up: nvidia-l4t-bootloader\./,
  ],
  ['something else', /exit code 100/],
])('tells why: %s', (text, words) => {
  expect(aptFailure(text, 100).message).toMatch(words);
});
