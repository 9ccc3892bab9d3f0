import { z } from 'zod';
import { frameworkFindings } from '../ai/frameworks/findings.js';
import { pythonPackage, pythonPackagesOf, pythonReads } from '../ai/frameworks/python-packages.js';
import { cudaOfJson, cudaOfText } from '../jetson/cuda-version.js';
import { packageFormat, parsePackages, upstreamVersion } from '../linux/packages.js';
import { present } from '../linux/present.js';
import { argv, defineProbe, file, type Answers } from '../probe/probe.js';
import { firstThatFit, leftOut } from './fitting.js';
import { identityOf, identityReads } from './identity.js';
import { notReadData, whyNot } from './not-read.js';

export const cudaData = z.object({
  l4t: z.string().optional(),
  jetpack: z.string().optional().describe('By the L4T release.'),
  sm: z.string().optional().describe('CUDA compute capability.'),
  cuda: z.string().optional(),
  cudnn: z.string().optional(),
  tensorrt: z.string().optional(),
  vpi: z.string().optional(),
  opencv: z.string().optional(),
});

export const hostFrameworks = cudaData.extend({
  python: z.array(pythonPackage),
  findings: z.array(z.object({ kind: z.string(), says: z.string() })),
  notRead: notReadData.optional(),
});
export type HostFrameworks = z.output<typeof hostFrameworks>;

const packageNames = [
  'libcudnn[0-9]*',
  'libnvinfer[0-9]*',
  'libnvvpi[0-9]*',
  'libopencv',
  'libopencv-core[0-9]*',
  'cuda-cudart-[0-9]*',
];

export const cudaReads = {
  release: identityReads.release,
  compatible: identityReads.compatible,
  model: identityReads.model,
  serial: identityReads.serial,
  bootControl: identityReads.bootControl,
  hostname: identityReads.hostname,
  meminfo: identityReads.meminfo,
  packages: argv(['dpkg-query', '-W', '-f', packageFormat, ...packageNames]),
  cudaJson: file('/usr/local/cuda/version.json'),
  cudaText: file('/usr/local/cuda/version.txt'),
};

/** CUDA and the libraries around it, from files and dpkg alone. */
export function cudaOf(answers: Answers<typeof cudaReads>): z.output<typeof cudaData> {
  const { facts, board } = identityOf(answers);
  const { versions } = parsePackages(answers.packages.text);
  const versionOf = (name: RegExp): string | undefined => {
    const found = [...versions].find(([each]) => name.test(each))?.[1];
    return found === undefined ? undefined : upstreamVersion(found);
  };
  return present({
    l4t: facts.l4t,
    jetpack: facts.jetpack,
    sm: board.socFacts?.sm,
    cuda: cudaOfJson(answers.cudaJson.text) ?? cudaOfText(answers.cudaText.text) ?? versionOf(/^cuda-cudart-\d+-\d+$/),
    cudnn: versionOf(/^libcudnn\d+(?:-cuda-\d+)?$/),
    tensorrt: versionOf(/^libnvinfer\d+$/),
    vpi: versionOf(/^libnvvpi\d+$/),
    opencv: versionOf(/^libopencv$/) ?? versionOf(/^libopencv-core[\d.a-z]+$/),
  });
}

/** CUDA alone, for the resource. */
export const cudaProbe = defineProbe({ name: 'cuda-status', reads: cudaReads, parse: cudaOf });

/** A board may have very many environments. */
const shownChars = 4_000;

const reads = { ...cudaReads, ...pythonReads() };

function parse(answers: Answers<typeof reads>): HostFrameworks {
  const libraries = cudaOf(answers);
  const {
    release,
    compatible: _c,
    model: _m,
    serial: _s,
    bootControl: _b,
    hostname: _h,
    meminfo: _i,
    packages,
    cudaJson: _j,
    cudaText: _t,
    ...globs
  } = answers;
  const python = pythonPackagesOf(globs);
  const shown = firstThatFit(python, shownChars);
  const notRead = [
    ...leftOut('Python packages', python.length, shown.length, 'see the environment itself'),
    ...(packages.status === 'ok' || packages.text !== ''
      ? []
      : [{ what: 'packages', why: whyNot(packages.status, 'dpkg is not installed') }]),
    ...(release.status === 'ok'
      ? []
      : [{ what: 'L4T release', why: whyNot(release.status, 'no /etc/nv_tegra_release') }]),
  ];
  return present({
    ...libraries,
    python: shown,
    findings: frameworkFindings(python, libraries.cuda, libraries.l4t !== undefined || libraries.sm !== undefined).map(
      (each) => ({ ...each }),
    ),
    notRead: notRead.length === 0 ? undefined : notRead,
  });
}

/** Frameworks of the host in one exchange. Nothing is imported: that takes a minute on a Jetson, and starts CUDA. */
export const frameworksProbe = defineProbe({ name: 'ai-frameworks', reads, parse });
