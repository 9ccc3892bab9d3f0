import { describe, expect, it } from '@jest/globals';
import { packageFormat } from '../../../src/core/linux/packages.js';
import { Failure } from '../../../src/core/errors.js';
import { AiFrameworks } from '../../../tools/ai/ai_frameworks.js';
import { cudaStatusResource } from '../../../tools/resources/cuda-status.js';
import { frameworksResource } from '../../../tools/resources/frameworks.js';
import type { FakeBoard } from '../../fakes/fake-board.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { files } from '../orin-nano-board.js';

const call = fakeCall();
const tool = new AiFrameworks();
const site = '/home/ops/venvs/ai/lib/python3.10/site-packages';
const system = '/usr/local/lib/python3.10/dist-packages';
const dpkg = `dpkg-query -W -f ${packageFormat} libcudnn[0-9]* libnvinfer[0-9]* libnvvpi[0-9]* libopencv libopencv-core[0-9]* cuda-cudart-[0-9]*`;
const packages =
  'libcudnn9-cuda-12\t9.3.0.75-1\tii \nlibnvinfer10\t10.3.0.30-1+cuda12.5\tii \nlibnvvpi3\t3.2.4\tii \nlibopencv\t4.8.0-1-g6371ee1\tii \n';
const wheel = (folder: string, name: string, version: string): Record<string, string> => ({
  [`${folder}/${name}-${version}.dist-info/WHEEL`]: 'Wheel-Version: 1.0\n',
});
const id = 'f'.repeat(64);

const board = (python: Record<string, string> = {}, more: FakeBoard = {}): FakeBoard => ({
  files: { ...files, '/usr/local/cuda/version.json': '{"cuda":{"name":"CUDA SDK","version":"12.6.11"}}', ...python },
  runs: { [dpkg]: { text: packages } },
  ...more,
});
const read = async (given: FakeBoard, args: object = {}) =>
  tool.spec.output.parse(await tool.read(tool.spec.input.parse(args), new FakeDevice('nano-01', given), call));

describe('ai_frameworks', () => {
  it('tells the libraries of the host, in one exchange', async () => {
    const device = new FakeDevice('nano-01', board());
    const data = await tool.read({ containers: false }, device, call);
    expect(data).toMatchObject({
      l4t: '36.4.7',
      jetpack: '6.2.1',
      sm: '8.7',
      cuda: '12.6.11',
      cudnn: '9.3.0.75',
      tensorrt: '10.3.0.30',
      vpi: '3.2.4',
      opencv: '4.8.0',
      python: [],
      findings: [],
    });
    expect(device.asked).toEqual(['ai-frameworks']);
  });

  it('tells builds for the GPU from builds for the CPU by their own files', async () => {
    const { python, findings } = await read(
      board({
        ...wheel(site, 'torch', '2.8.0'),
        [`${site}/torch/version.py`]:
          "from typing import Optional\n__version__ = '2.8.0'\ncuda: Optional[str] = '12.6'\nhip: Optional[str] = None\n",
        ...wheel(system, 'torch', '2.5.1'),
        [`${system}/torch/version.py`]: "__version__ = '2.5.1+cpu'\ncuda: Optional[str] = None\n",
        ...wheel(site, 'torchaudio', '2.8.0'),
        ...wheel(site, 'onnxruntime_gpu', '1.23.0'),
        ...wheel(system, 'tensorflow', '2.16.1+nv24.08'),
        [`${system}/tensorflow/python/platform/build_info.py`]:
          "build_info = collections.OrderedDict([('cuda_version', '12.6'), ('is_cuda_build', True)])\n",
        ...wheel(site, 'jax', '0.5.0'),
        ...wheel(site, 'jax_cuda12_plugin', '0.5.0'),
        ...wheel(site, 'opencv_python', '4.10.0.84'),
      }),
    );
    expect(python.map(({ name, where, gpu, cuda }) => [name, where.split('/')[1], gpu, cuda])).toEqual([
      ['jax', 'home', true, undefined],
      ['onnxruntime', 'home', true, undefined],
      ['opencv', 'home', undefined, undefined],
      ['tensorflow', 'usr', true, '12.6'],
      ['torch', 'home', true, '12.6'],
      ['torch', 'usr', false, undefined],
    ]);
    expect(findings).toEqual([{ kind: 'cpu_only', says: expect.stringMatching(/^A torch is built for the CPU only/) }]);
  });

  it.each([
    ['2.5.0+cpu', false, 'cpu_only'],
    ['2.5.0a0+872d972e41.nv24.08', true, undefined],
    ['2.7.0+cu128', true, undefined],
    ['2.9.0+cu130', true, 'cuda_differs'],
    ['2.5.0', undefined, 'perhaps_cpu_only'],
  ])('tells it of torch %s by its version alone', async (version, gpu, kind) => {
    const { python, findings } = await read(board(wheel(site, 'torch', version)));
    expect([python[0]?.gpu, findings[0]?.kind]).toEqual([gpu, kind]);
  });

  it('tells of running containers what image and variables say, takes nothing but versions from them, and says so', async () => {
    const image = 'dustynv/pytorch:2.7-r36.4.0-cu128-24.04';
    const Env = ['CUDA_VERSION=12.8.1', 'HF_TOKEN=hf_secret', 'TENSORRT_VERSION=10.7.0.23', 'TORCH_VERSION=$(id)'];
    const listed = {
      Id: id,
      Names: ['/train'],
      Image: image,
      ImageID: 'sha256:1',
      State: 'running',
      Status: 'Up 1 hour',
    };
    const answers = {
      '/containers/json': [listed],
      [`/containers/${id}/json`]: { Id: id, Config: { Env, Image: image } },
    };
    const data = await read(board({}, { docker: { answers } }));
    expect(data.containers).toEqual([
      { name: 'train', image, has: { cuda: '12.8.1', torch: '2.7', tensorrt: '10.7.0.23' } },
    ]);
    expect(JSON.stringify(data)).not.toContain('hf_secret');
    expect(tool.spec.description).toMatch(/by image name and variables, not by what is installed/);
  });

  it('tells the host where the engine cannot be asked', async () => {
    const { cuda, notRead } = await read(
      board({}, { docker: { failing: new Failure('unreachable', 'The daemon is down.') } }),
    );
    expect([cuda, notRead]).toEqual(['12.6.11', [{ what: 'containers', why: 'The daemon is down.' }]]);
  });

  it('is a resource, too', async () => {
    const device = new FakeDevice('nano-01', board(wheel(site, 'torch', '2.7.0+cu126')));
    expect(await cudaStatusResource.read(device, call)).toMatchObject({ cuda: '12.6.11', sm: '8.7' });
    expect(await frameworksResource.read(device, call)).toMatchObject({
      python: [{ name: 'torch', gpu: true, cuda: '12.6' }],
    });
  });
});
