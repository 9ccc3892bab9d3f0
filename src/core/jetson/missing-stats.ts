import type { NotRead } from '../probes/not-read.js';
import { whyNot } from '../probes/not-read.js';
import type { HardwareReading } from './hardware-reading.js';

/** What a reading lacks that a board usually tells, and why. `asRoot`: tegrastats ran as root. */
export function missingStats(reading: HardwareReading, asRoot: boolean): NotRead {
  const needsRoot = [
    ...(reading.emc === undefined ? ['emc'] : []),
    ...(reading.engines === undefined ? ['engines'] : []),
    ...(reading.gpu?.frequencyMHz === undefined ? ['gpu.frequencyMHz'] : []),
  ];
  const why = asRoot ? 'tegrastats does not print it on this board' : whyNot('denied');
  return [
    ...needsRoot.map((what) => ({ what, why })),
    ...(reading.gpu?.loadPercent === undefined
      ? [{ what: 'gpu.loadPercent', why: 'no source on this board gave it' }]
      : []),
    ...(reading.power === undefined ? [{ what: 'power', why: 'tegrastats prints no power rails on this board' }] : []),
  ];
}
