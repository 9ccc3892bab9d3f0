import { prints, type Programs } from './program.js';

/** Thor alone answers nvidia-smi with a load. */
export const thorPrograms: Programs = {
  'nvidia-smi': prints(
    ['--query-gpu=name,utilization.gpu', '--format=csv,noheader,nounits'],
    ({ device }) => `NVIDIA Thor, ${Math.round(device.load().gpu * 100)}\n`,
  ),
};
