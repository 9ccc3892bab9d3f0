import { dfArgv, parseDf, type FileSystem } from '../linux/df.js';
import { argv, defineProbe, exists } from '../probe/probe.js';

/** Where jetson-containers keeps its data, on boards whose owner has set it up; the model folder tells. */
const dataFolders = [
  '/data',
  '/ssd/jetson-containers/data',
  '/mnt/nvme/jetson-containers/data',
  '/mnt/ssd/jetson-containers/data',
];

const reads = {
  df: argv(dfArgv),
  data0: exists('/data/models'),
  data1: exists('/ssd/jetson-containers/data/models'),
  data2: exists('/mnt/nvme/jetson-containers/data/models'),
  data3: exists('/mnt/ssd/jetson-containers/data/models'),
};

/** What a launch finds of disks and folders. */
export interface LaunchPlace {
  readonly fileSystems: readonly FileSystem[];
  /** A jetson-containers data folder with models in it. */
  readonly dataFolder?: string | undefined;
}

/** Looks for room, and for jetson-containers' folder. */
export const launchPlaceProbe = defineProbe({
  name: 'launch-place',
  reads,
  parse: ({ df, data0, data1, data2, data3 }): LaunchPlace => ({
    fileSystems: parseDf(df.text).fileSystems,
    dataFolder: dataFolders[[data0, data1, data2, data3].indexOf(true)],
  }),
});
