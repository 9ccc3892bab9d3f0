import type { AiBoard, BoardMemory } from '../ai/ai-board.js';
import { cudaOfJson, cudaOfText } from '../jetson/cuda-version.js';
import { releaseOf } from '../jetson/releases.js';
import { parseAssignments } from '../linux/assignments.js';
import { parseMeminfo } from '../linux/meminfo.js';
import { parseSwaps } from '../linux/swaps.js';
import { defineProbe, exists, file, type Answers } from '../probe/probe.js';
import { dockerOf, dockerReads } from './docker-presence.js';
import { identityOf, identityReads } from './identity.js';

const reads = {
  ...identityReads,
  ...dockerReads,
  osRelease: file('/etc/os-release'),
  swaps: file('/proc/swaps'),
  cudaJson: file('/usr/local/cuda/version.json'),
  cudaText: file('/usr/local/cuda/version.txt'),
  driver: file('/proc/driver/nvidia/version'),
  arm64: exists('/lib/ld-linux-aarch64.so.1'),
  // X0 is a session or the greeter of lightdm; gdm's greeter on Wayland has its X server at 1024.
  display: exists('/tmp/.X11-unix/X0'),
  greeter: exists('/tmp/.X11-unix/X1024'),
};

const mib = (bytes: number | undefined): number | undefined =>
  bytes === undefined ? undefined : Math.floor(bytes / 2 ** 20);

/** CUDA of a driver by its branch, where the release is not in the table. */
const cudaOfBranch: Readonly<Record<string, string>> = { '540': '12.6', '580': '13.0', '595': '13.2' };

function driverCuda(l4t: string | undefined, driver: string): string | undefined {
  const release = l4t === undefined ? undefined : releaseOf(l4t);
  if (release?.cuda !== undefined) return release.cuda;
  // Sources differ on R36.3: NVIDIA's notes say 12.2, jetson-containers 12.4. What needs no more than 12.2 runs on both.
  if (release?.l4t === '36.3.0') return '12.2';
  return cudaOfBranch[/\s(\d{3})\.\d+(?:\.\d+)?\s/.exec(driver)?.[1] ?? ''];
}

function memoryOf(meminfo: string, swaps: string): BoardMemory {
  const { values } = parseMeminfo(meminfo);
  const { areas } = parseSwaps(swaps);
  const zram = areas.filter(({ kind }) => kind === 'zram').reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    totalMb: mib(values.get('MemTotal')),
    availableMb: mib(values.get('MemAvailable')),
    freeMb: mib(values.get('MemFree')),
    swapMb: mib(values.get('SwapTotal')),
    zramMb: mib(zram),
  };
}

/** What matching an image and fitting a model need of a device, in one exchange. */
export const aiBoardProbe = defineProbe({
  name: 'ai_board',
  reads,
  parse: (answers: Answers<typeof reads>): AiBoard => {
    const { facts, board } = identityOf(answers);
    return {
      l4t: facts.l4t,
      jetpack: facts.jetpack,
      cudaToolkit: cudaOfJson(answers.cudaJson.text) ?? cudaOfText(answers.cudaText.text),
      cudaDriver: driverCuda(facts.l4t, answers.driver.text),
      soc: board.soc,
      sm: board.socFacts?.sm,
      module: facts.module,
      arch: answers.arm64 || board.soc !== undefined ? 'arm64' : undefined,
      ubuntu: parseAssignments(answers.osRelease.text).values.get('VERSION_ID'),
      memory: memoryOf(answers.meminfo.text, answers.swaps.text),
      desktop: answers.display || answers.greeter,
      docker: dockerOf(answers),
    };
  },
});
