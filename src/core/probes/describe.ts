import { cameraKind } from '../jetson/camera-kind.js';
import { cudaOfJson, cudaOfNvcc, cudaOfText } from '../jetson/cuda-version.js';
import { describeFindings } from '../jetson/describe-findings.js';
import { parseNvpmodelConf } from '../jetson/nvpmodel-conf.js';
import { releaseOf } from '../jetson/releases.js';
import { dfArgv, parseDf } from '../linux/df.js';
import { parseDaemonJson } from '../linux/docker.js';
import { ipAddrArgv, parseIpAddr } from '../linux/ip-addr.js';
import { lsblkArgv, parseLsblk } from '../linux/lsblk.js';
import { parseMeminfo } from '../linux/meminfo.js';
import { packageFormat, parsePackages, upstreamVersion } from '../linux/packages.js';
import { present } from '../linux/present.js';
import { argv, defineProbe, file, glob, type Answers } from '../probe/probe.js';
import { cleanName } from '../untrusted.js';
import type { Description } from './describe-data.js';
import { dockerOf, dockerReads } from './docker-presence.js';
import { identityOf, identityReads } from './identity.js';
import { interfacesOf } from './network.js';
import { entriesThatFit, firstThatFit, leftOut } from './fitting.js';
import { toldUnknown, whyNot, type NotRead } from './not-read.js';
import { fileSystemsByTarget, shownDisk } from './storage.js';
import { cpuOf, cpuReads, osOf, osReads } from './system-info.js';

const packageNames = [
  'nvidia-jetpack',
  'nvidia-l4t-core',
  'libnvinfer[0-9]*',
  'libcudnn[0-9]*',
  'nvidia-container-toolkit',
];

const reads = {
  ...identityReads,
  ...osReads,
  ...cpuReads,
  ...dockerReads,
  packages: argv(['dpkg-query', '-W', '-f', packageFormat, ...packageNames]),
  cudaJson: file('/usr/local/cuda/version.json'),
  cudaText: file('/usr/local/cuda/version.txt'),
  nvcc: argv(['/usr/local/cuda/bin/nvcc', '--version']),
  cpuMax: file('/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq'),
  devfreq: glob('/sys/class/devfreq/*/available_frequencies'),
  powerConf: file('/etc/nvpmodel.conf'),
  cameraNames: glob('/sys/class/video4linux/*/name'),
  gpioChips: glob('/dev/gpiochip*'),
  df: argv(dfArgv),
  lsblk: argv(lsblkArgv),
  addresses: argv(ipAddrArgv),
};
type DescribeAnswers = Answers<typeof reads>;

/** The version of the first installed package of that pattern. */
function versionOf(packages: ReadonlyMap<string, string>, name: RegExp): string | undefined {
  const found = [...packages].find(([each]) => name.test(each))?.[1];
  return found === undefined ? undefined : upstreamVersion(found);
}

const gpuNode = /\/(?:[0-9a-f]+\.(?:gpu|gv11b|gp10b|ga10b|gm20b)|gpu-gpc-0)\/available_frequencies$/;

function gpuMaxMHz(devfreq: ReadonlyMap<string, string>): number | undefined {
  const list = [...devfreq].find(([path]) => gpuNode.test(path))?.[1];
  const rates = (list ?? '')
    .split(/\s+/)
    .filter((word) => /^\d+$/.test(word))
    .map(Number);
  return rates.length === 0 ? undefined : Math.round(Math.max(...rates) / 1e6);
}

const isRealDisk = ({ name, type }: { name: string; type: string }): boolean =>
  type === 'disk' && !/^(?:zram|mtdblock|ram)\d|boot\d$/.test(name);

function dockerGaps({ daemonJson }: DescribeAnswers): NotRead {
  if (daemonJson.status === 'absent') return [];
  if (daemonJson.status !== 'ok') return [{ what: 'Docker settings', why: whyNot(daemonJson.status) }];
  return parseDaemonJson(daemonJson.text) === undefined
    ? [{ what: 'Docker settings', why: 'daemon.json is not valid' }]
    : [];
}

function gaps(answers: DescribeAnswers, cuda: string | undefined): NotRead {
  const { release, compatible, serial, packages, powerConf, df, lsblk, addresses } = answers;
  const missing = (what: string, status: typeof df.status, whereAbsent?: string): NotRead =>
    status === 'ok' ? [] : [{ what, why: whyNot(status, whereAbsent) }];
  return [
    ...missing(
      'L4T release',
      release.status,
      'no /etc/nv_tegra_release: no Jetson Linux, or a vendor image without it',
    ),
    ...missing('module', compatible.status, 'no device tree'),
    ...missing('serial', serial.status, 'not in the device tree'),
    // It exits with 1 where it does not know one of the names, and still prints the others.
    ...(packages.status === 'ok' || packages.text !== ''
      ? []
      : missing('package versions', packages.status, 'dpkg is not installed')),
    ...(cuda === undefined ? [{ what: 'CUDA', why: 'no CUDA toolkit in /usr/local/cuda' }] : []),
    ...missing('power modes', powerConf.status, 'no /etc/nvpmodel.conf'),
    ...(df.text === '' ? missing('file systems', df.status, 'df is not installed') : []),
    ...missing('disks', lsblk.status, 'lsblk is not installed'),
    ...dockerGaps(answers),
    ...missing('addresses', addresses.status, 'ip is not installed'),
  ];
}

/** A board has a few of each; far more would crowd out the rest of the answer. */
const partChars = 1_500;

function parse(answers: DescribeAnswers): Omit<Description, 'sudo'> {
  const { facts, board, release, model } = identityOf(answers);
  const { versions, unknown: strangePackages } = parsePackages(answers.packages.text);
  const conf = parseNvpmodelConf(answers.powerConf.text);
  const [df, blocks, links] = [
    parseDf(answers.df.text),
    parseLsblk(answers.lsblk.text),
    parseIpAddr(answers.addresses.text),
  ];
  const cuda = cudaOfJson(answers.cudaJson.text) ?? cudaOfText(answers.cudaText.text) ?? cudaOfNvcc(answers.nvcc.text);
  const meminfo = parseMeminfo(answers.meminfo.text);
  const totalBytes = meminfo.values.get('MemTotal');
  const cpuMaxMHz = /^\d{4,9}$/.test(answers.cpuMax.text) ? Math.round(Number(answers.cpuMax.text) / 1000) : undefined;
  const jetpackPackage = versionOf(versions, /^nvidia-jetpack$/);
  const modes = conf.modes.map(({ id, name }) => ({ id, name }));
  const unknown = [
    ...release.unknown,
    ...meminfo.unknown,
    ...strangePackages,
    ...conf.unknown,
    ...df.unknown,
    ...blocks.unknown,
    ...links.unknown,
  ];
  const interfaces = interfacesOf(links.interfaces, new Map(), new Map(), new Map());
  const addresses = Object.fromEntries(
    Object.entries(interfaces).flatMap(([name, { kind, addresses: found }]) =>
      kind === 'loopback' || found.length === 0 ? [] : [[name, found]],
    ),
  );
  const disks = blocks.devices.filter(isRealDisk).map(shownDisk);
  const fileSystems = fileSystemsByTarget(df.fileSystems);
  const shown = {
    fileSystems: entriesThatFit(fileSystems, partChars),
    disks: firstThatFit(disks, partChars),
    addresses: entriesThatFit(addresses, partChars),
  };
  const count = (record: object): number => Object.keys(record).length;
  const notRead: NotRead = [
    ...gaps(answers, cuda),
    ...leftOut('file systems', count(fileSystems), count(shown.fileSystems), 'see system_storage'),
    ...leftOut('disks', disks.length, shown.disks.length, 'see system_storage'),
    ...leftOut('addresses', count(addresses), count(shown.addresses), 'see system_network'),
  ];
  return present({
    module: present({
      name: board.module?.name,
      slug: board.module?.slug,
      pNumber: board.pNumber,
      carrier: board.carrier,
      label: model,
      superFirmware: board.superFirmware,
    }),
    soc:
      board.soc === undefined
        ? undefined
        : present({ name: board.soc, codename: board.socFacts?.codename, sm: board.socFacts?.sm }),
    serial: facts.serial,
    hostname: facts.hostname,
    ramBytes: totalBytes,
    l4t: facts.l4t,
    jetpack: present({
      byRelease: facts.l4t === undefined ? undefined : releaseOf(facts.l4t)?.jetpack,
      byPackage: jetpackPackage,
    }),
    cuda,
    tensorrt: versionOf(versions, /^libnvinfer\d+$/),
    cudnn: versionOf(versions, /^libcudnn\d+(?:-cuda-\d+)?$/),
    containerToolkit: versionOf(versions, /^nvidia-container-toolkit$/),
    ...osOf(answers),
    cpu: present({ ...cpuOf(answers), maxMHz: cpuMaxMHz }),
    gpuMaxMHz: gpuMaxMHz(answers.devfreq.files),
    powerModes: modes.length === 0 ? undefined : modes,
    ...shown,
    docker: dockerOf(answers),
    cameras: [...answers.cameraNames.files.values()].map((name) => ({ name: cleanName(name), kind: cameraKind(name) })),
    gpioChips: answers.gpioChips.files.size + answers.gpioChips.unreadable.length,
    findings: describeFindings({
      board,
      model,
      serial: facts.serial,
      l4t: facts.l4t,
      l4tPackage: versionOf(versions, /^nvidia-l4t-core$/),
      jetpackPackage,
      totalBytes,
      cpuMaxMHz,
      modeNames: modes.map(({ name }) => name),
    }).map((finding) => ({ ...finding })),
    notRead: notRead.length === 0 ? undefined : notRead,
    unknown: toldUnknown(unknown),
  });
}

/** What a device is and can do, in one exchange. How it becomes root is not in it: the link knows. */
export const describeProbe = defineProbe({ name: 'device_describe', reads, parse });
