import type { GpuBeside } from '../jetson/hardware-reading.js';
import { defineProbe, type Answers, type Probe } from '../probe/probe.js';
import { gpuBesideOf, gpuBesideReads } from './gpu-beside.js';
import { overcurrentOf, overcurrentReads, type OvercurrentCount } from './overcurrent.js';

/** What is looked at once more after a sample. */
export interface SecondLook {
  readonly overcurrent: OvercurrentCount;
  /** What the sample may lack of the GPU. */
  readonly gpu: GpuBeside;
}

type SecondLookReads = typeof overcurrentReads & ReturnType<typeof gpuBesideReads>;

/** The counters again, to make rates of them, and the GPU; `gpuLoad`: the sample had no load. */
export function secondLook(gpuLoad: boolean): Probe<SecondLook, SecondLookReads> {
  return defineProbe({
    name: 'second-look',
    reads: { ...overcurrentReads, ...gpuBesideReads(gpuLoad) },
    parse: (answers: Answers<SecondLookReads>): SecondLook => ({
      overcurrent: overcurrentOf(answers),
      gpu: gpuBesideOf(answers),
    }),
  });
}
