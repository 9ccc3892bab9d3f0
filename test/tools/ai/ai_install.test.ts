import { describe, expect, it } from '@jest/globals';
import { wheelNames, wheelsFor } from '../../../src/core/ai/install/wheels.js';
import { pipFailure } from '../../../src/core/ai/install/pip-job.js';
import { stepText } from '../../../src/core/reply/plan.js';
import { AiInstall } from '../../../tools/ai/ai_install.js';
import { aptPrograms, type FakeApt } from '../../fakes/fake-apt.js';
import type { FakeBoard } from '../../fakes/fake-board.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { files } from '../orin-nano-board.js';
import { JobBoard } from '../system/job-board.js';

const tool = new AiInstall(1);
const policy =
  'nvidia-tensorrt:\n  Installed: (none)\n  Candidate: 6.2.1+b38\ntensorrt:\n  Installed: (none)\n  Candidate: 10.3.0.30-1+cuda12.5\n';
const inst = (name: string, version = '1.0'): string => `Inst ${name} (${version} NVIDIA:r36.4/stable [arm64])\n`;
const listening = (address: string, port: number): string =>
  `  sl  local\n   0: ${address}:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A 0\n`;
const site = '/home/ops/venvs/ai/lib/python3.10/site-packages';

interface Stands {
  readonly files?: Readonly<Record<string, string>>;
  readonly python?: string;
  readonly canVenv?: boolean;
  readonly free?: number;
  readonly apt?: Partial<FakeApt>;
  readonly ldd?: string;
  readonly board?: FakeBoard;
}

function deviceWith({
  files: more,
  python = '3.10.12',
  canVenv = true,
  free = 60e9,
  apt: given,
  ldd = 'there\n',
  board,
}: Stands) {
  const jobs = new JobBoard();
  const apt: FakeApt = { simulation: '', installed: { libopenblas0: '1' }, cache: { policy }, ...given };
  const programs = jobs.board().programs ?? {};
  const device = new FakeDevice('nano-01', {
    ...jobs.board({
      files: { ...files, ...more },
      runs: {
        'python3 --version': { text: `Python ${python}` },
        'python3 -c import ensurepip': { text: '', exitCode: canVenv ? 0 : 1 },
        'id -un': { text: 'ops' },
        'printenv HOME': { text: '/home/ops' },
        'df -B1 --output=avail /home': { text: `Avail\n${free}\n` },
        'dpkg-query -W -f ${db:Status-Abbrev} libopenblas0': {
          text: apt.installed['libopenblas0'] === undefined ? '' : 'ii ',
        },
      },
      programs: {
        ...aptPrograms(apt),
        sh: (command) =>
          command.argv[3] === 'jetfleet-ldd' ? { text: ldd } : (programs['sh']?.(command) ?? { text: '' }),
      },
    }),
    ...board,
  });
  return { device, jobs, apt };
}
async function planned(stands: Stands, given: object) {
  const { device, jobs, apt } = deviceWith(stands);
  const call = fakeCall();
  const args = tool.spec.input.parse(given);
  return { device, jobs, apt, call, args, plan: await tool.prepare(args, device, call) };
}
async function done(stands: Stands, given: object, outcome?: JobBoard['outcome']): Promise<unknown> {
  const { device, jobs, apt, call, args, plan } = await planned(stands, given);
  if (outcome) jobs.outcome = outcome;
  if (apt.simulation !== '')
    apt.installed = { ...apt.installed, 'python3-venv': '1.0', libopenblas0: '1.0', 'nvidia-tensorrt': '6.2.1+b38' };
  const data =
    (await tool.perform(args, plan, device, call)) ?? (plan.awaits && (await tool.settle(plan.awaits, device, call)));
  return tool.spec.output.parse(data);
}
const venv = { '/home/ops/venvs/ai/pyvenv.cfg': '' };
const torch = {
  ...venv,
  [`${site}/torch-2.8.0.dist-info/WHEEL`]: 'x',
  [`${site}/torch/version.py`]: "cuda: Optional[str] = '12.6'",
};
const ofCpu = {
  ...venv,
  [`${site}/torch-2.8.0.dist-info/WHEEL`]: 'x',
  [`${site}/torch/version.py`]: 'cuda: Optional[str] = None',
};

describe('ai_install', () => {
  it('plans wheels of this JetPack into an environment of their own, as one job of the login user', async () => {
    const { plan } = await planned({}, { what: 'torch' });
    expect(plan.steps.map(stepText)).toEqual([
      expect.stringMatching(
        /^job c0ffee0000000001, stopped after 14400 s: sh -c 'python3 -m venv --system-site-packages \/home\/ops\/venvs\/ai && .*--index-url https:\/\/pypi\.jetson-ai-lab\.io\/jp6\/cu126\/\+simple torch /,
      ),
    ]);
    expect(plan.steps[0]?.sudo).toBeUndefined();
    expect(JSON.stringify(plan.steps)).not.toContain('pypi.org');
    expect(plan.says).toMatch(
      /into the Python environment \/home\/ops\/venvs\/ai; the system's own Python stays as it is\.$/,
    );
  });

  it('proves that the build has CUDA, and names libraries that are missing', async () => {
    expect(await done({ files: torch }, { what: 'torch' })).toMatchObject({
      version: '2.8.0',
      environment: '/home/ops/venvs/ai',
      package: { gpu: true, cuda: '12.6' },
      says: expect.stringMatching(/^It is installed and built for the GPU\./),
    });
    const ldd = 'there\n\tlibcusparseLt.so.0 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n';
    expect(await done({ files: torch, ldd }, { what: 'torch' })).toMatchObject({
      missingLibraries: ['libcusparseLt.so.0'],
    });
  });

  it.each([
    ['a build for the CPU', { files: ofCpu, ldd: '' }, undefined, 'built for the CPU only'],
    ['a build without libtorch_cuda', { files: torch, ldd: '' }, undefined, 'built for the CPU only'],
    ['an environment without it', {}, undefined, 'the package is not in the environment'],
    [
      'an index that lacks it',
      {},
      { output: 'ERROR: No matching distribution found for torch\n', exitCode: 1 },
      'no wheel of it',
    ],
    [
      'a full disk',
      {},
      { output: 'OSError: [Errno 28] No space left on device\n', exitCode: 1 },
      'disk of the device is full',
    ],
  ])('tells %s', async (_what, stands, outcome, words) => {
    await expect(done(stands, { what: 'torch' }, outcome)).rejects.toThrow(words);
  });

  it('installs what Python lacks first, by the guard, as a job of its own', async () => {
    const stands: Stands = {
      files: torch,
      canVenv: false,
      apt: { simulation: inst('python3-venv') + inst('libopenblas0'), installed: {} },
    };
    const { plan } = await planned(stands, { what: 'torch' });
    expect(plan.steps.map(stepText)).toEqual([
      expect.stringMatching(/^sudo job c0ffee0000000009, .*install -- python3-venv libopenblas0 /),
      expect.stringMatching(/^job c0ffee0000000001/),
    ]);
    expect(plan.awaits).toMatchObject({ outlives: true });
    expect(await done(stands, { what: 'torch' })).toMatchObject({ version: '2.8.0' });
  });

  it('says what is left where a server ended between the two', async () => {
    const { device, apt, call, plan } = await planned(
      { canVenv: false, apt: { simulation: inst('python3-venv') } },
      { what: 'torch' },
    );
    apt.installed = { 'python3-venv': '1.0' };
    if (plan.steps[0]) await device.run(plan.steps[0], call.signal);
    await expect(plan.awaits && tool.settle(plan.awaits, device, call)).rejects.toMatchObject({
      hint: expect.stringContaining('Call ai_install again'),
    });
  });

  it('brings TensorRT by apt, under the guard', async () => {
    const apt = { simulation: inst('nvidia-tensorrt', '6.2.1+b38') };
    const { plan } = await planned({ apt }, { what: 'tensorrt' });
    expect(plan.steps.map(stepText)).toEqual([expect.stringMatching(/install -- nvidia-tensorrt /)]);
    expect(await done({ apt }, { what: 'tensorrt' })).toEqual({ version: '6.2.1+b38', says: 'tensorrt is installed.' });
    expect(await done({}, { what: 'tensorrt' })).toEqual({ says: 'tensorrt is installed already.' });
    await expect(
      planned({ apt: { simulation: 'Inst nvidia-l4t-core [36.4.3] (36.5.0 N [arm64])\n' } }, { what: 'tensorrt' }),
    ).rejects.toMatchObject({ kind: 'not_allowed' });
    await expect(planned({}, { what: 'vpi' })).rejects.toThrow('offers vpi of JetPack');
  });

  it.each([
    ['another Python', { python: '3.12.3' }, { what: 'torch' }, /are for Python 3\.10/],
    [
      'another L4T',
      {
        files: {
          '/etc/nv_tegra_release':
            '# R37 (release), REVISION: 1.0, GCID: 1, BOARD: generic, EABI: aarch64, DATE: Mon Jun 16 16:07:13 UTC 2025',
        },
      },
      { what: 'torch' },
      /No wheels are known/,
    ],
    ['no Jetson', { files: { '/etc/nv_tegra_release': '' } }, { what: 'torch' }, /is not known/],
    ['little disk', { free: 3e9 }, { what: 'torch' }, /needs about 5 GB of disk, and 3 GB are free/],
    [
      'a folder of something else',
      { files: { '/home/ops/data/x': '' } },
      { what: 'torch', environment: '/home/ops/data' },
      /something else than a Python environment/,
    ],
    [
      'a port that is taken',
      { files: { '/proc/net/tcp': listening('0100007F', 8888) } },
      { what: 'jupyter' },
      /listens on this port/,
    ],
  ])('refuses %s', async (_what, stands, given, words) => {
    await expect(planned(stands, given)).rejects.toThrow(words);
  });

  it.each(['relative', '/a b', '/x/../etc', '/x;reboot', '/'])('takes %j for no environment', (environment) => {
    expect(tool.spec.input.safeParse({ what: 'torch', environment }).success).toBe(false);
  });
});

describe('ai_install of jupyter', () => {
  const serving = { output: 'Jupyter Server is running\n' };

  it('serves it to the loopback address, and tells how to get there without the token', async () => {
    const { device, jobs, call, args, plan } = await planned({}, { what: 'jupyter', port: 9000 });
    expect(plan.says).toMatch(/whoever has the token runs commands as the login user/);
    jobs.outcome = serving;
    expect(await tool.perform(args, plan, device, call)).toBeUndefined();
    expect(plan.awaits && (await tool.settle(plan.awaits, device, call))).toBeUndefined();
    device.board = { ...device.board, files: { ...device.board.files, '/proc/net/tcp': listening('0100007F', 9000) } };
    const data = plan.awaits && (await tool.settle(plan.awaits, device, call));
    expect(data).toMatchObject({
      job: call.changeId,
      url: 'http://127.0.0.1:9000/lab',
      forward: 'ssh -N -L 9000:127.0.0.1:9000 ops@ADDRESS',
      tokenFile: '/home/ops/.local/share/jetfleet/jupyter/token',
    });
    device.board = { ...device.board, files: { ...device.board.files, '/proc/net/tcp': listening('00000000', 9000) } };
    await expect(plan.awaits && tool.settle(plan.awaits, device, call)).rejects.toThrow(/reached from outside/);
  });

  it('tells why it did not start', async () => {
    await expect(
      done({}, { what: 'jupyter' }, { output: 'Running as root is not recommended. Use --allow-root\n', exitCode: 1 }),
    ).rejects.toThrow('does not run as root');
    expect(pipFailure('x', undefined).message).toBe('The installation ended without an exit code.');
  });
});

describe('the table of wheels', () => {
  const releases = [
    '32.7.6',
    '34.1.1',
    '35.1.0',
    '35.4.1',
    '35.6.4',
    '36.2.0',
    '36.3.0',
    '36.4.0',
    '36.4.7',
    '36.5.2',
    '38.2.0',
    '39.2.1',
    '40.0.0',
    '36.40.0',
  ];
  it('has a wheel or an honest no for every release', () => {
    const rows = releases.map((l4t) => {
      const known = wheelNames.filter((what) =>
        ['3.6', '3.8', '3.10', '3.12'].some((python) => {
          try {
            return wheelsFor(what, { l4t, soc: 'tegra264', python }).requirements.length > 0;
          } catch {
            return false;
          }
        }),
      );
      return [l4t, known.join(' ')];
    });
    expect(Object.fromEntries(rows)).toMatchObject({
      '32.7.6': '',
      '34.1.1': '',
      '35.1.0': '',
      '35.4.1': 'torch tensorflow',
      '36.2.0': 'torch',
      '36.3.0': 'tensorflow',
      '36.4.7': 'torch torchvision tensorflow onnxruntime jax',
      '36.5.2': 'torch torchvision tensorflow onnxruntime jax',
      '39.2.1': 'torch torchvision onnxruntime',
      '40.0.0': '',
      '36.40.0': '',
    });
    expect(() => wheelsFor('torch', { l4t: '39.2.1', soc: 'tegra234', python: '3.12' })).toThrow('No wheels are known');
  });
});
