/** One L4T release with what came with it. */
export interface Release {
  /** `36.4.4` */
  readonly l4t: string;
  /** The rest of the first line of /etc/nv_tegra_release. */
  readonly gcid: string;
  readonly builtAt: string;
  /** Build stamp in package versions. */
  readonly stamp: string;
  /** `BOARD:` of that line: `generic`, or the SoC family's reference on JetPack 4 and 5. */
  readonly reference?: string;
  readonly jetpackPackage: string;
  readonly jetpackMajor: 4 | 5 | 6 | 7;
  readonly kernel: string;
  readonly kernelBuild: string;
  readonly ubuntu: { readonly version: string; readonly codename: string; readonly name: string };
  readonly cuda: string;
  readonly cudaFull: string;
  readonly tensorrt: string;
  readonly cudnn: string;
  readonly docker: string;
  readonly driver?: string;
}

/** One mode of /etc/nvpmodel.conf. */
export interface PowerMode {
  readonly id: number;
  readonly name: string;
  /** Cores that are switched off. */
  readonly off: readonly number[];
  readonly cpuMaxKHz: number;
  readonly gpuMaxHz: number;
  readonly emcMaxHz?: number;
  readonly tpcMask?: number;
}

/** One thermal zone: its sysfs type, and how many degrees it is above the coolest. */
export interface Zone {
  readonly type: string;
  readonly offset: number;
  /** The sensor is powered off: sysfs fails to read, JetPack 5 tegrastats prints -256C. */
  readonly off?: boolean;
  /** A constant that is no measurement. */
  readonly constant?: number;
}

/** One power rail in milliwatts: at rest, and what full CPU and full GPU load add. */
export interface Rail {
  readonly name: string;
  readonly idle: number;
  readonly cpu: number;
  readonly gpu: number;
  /** Millivolts. */
  readonly volts: number;
}

/** What a kind of board is. Everything it answers follows from this. */
export interface BoardSpec {
  readonly kind: string;
  readonly model: string;
  readonly compatible: readonly string[];
  readonly soc: string;
  readonly sm: string;
  readonly release: Release;
  readonly cpu: {
    readonly cores: number;
    readonly partName: string;
    readonly part: string;
    readonly implementer: string;
    /** The cores of each frequency domain. */
    readonly domains: readonly (readonly number[])[];
    readonly minKHz: number;
    readonly maxKHz: number;
  };
  readonly gpu: {
    /** The devfreq directories, first the main one. */
    readonly devfreq: readonly string[];
    /** The file that holds the load in permille; Thor has none. */
    readonly loadPath?: string;
    readonly minHz: number;
    readonly maxHz: number;
    /** Frequencies in the tegrastats item: one without brackets, one per GPC with them. */
    readonly clusters: number;
    readonly bracketed: boolean;
    /** JetPack 5 AGX Orin prints a second GPU item. */
    readonly second?: boolean;
    readonly tpcs?: number;
  };
  readonly emc: { readonly minHz: number; readonly maxHz: number };
  readonly ramMB: number;
  readonly swap:
    { readonly kind: 'zram'; readonly devices: number; readonly eachMB: number } | { readonly kind: 'none' };
  readonly zones: readonly Zone[];
  /** Temperature items of tegrastats in their order: the name printed, and the zone it comes from. */
  readonly shownZones: readonly (readonly [name: string, type: string])[];
  readonly rails: readonly Rail[];
  /** A second monitor (INA238) that Thor has for its input. */
  readonly inputMonitor?: Rail;
  readonly modes: readonly PowerMode[];
  readonly defaultMode: number;
  readonly mode: number;
  /** Engine items of tegrastats as root, in order, as printed at rest. */
  readonly engines: readonly string[];
  readonly fan: 'pwm-fan' | 'hwmon';
  readonly disk: { readonly device: 'mmcblk0' | 'nvme0n1'; readonly sizeGB: number };
  readonly wired: string;
  readonly wireless?: string;
  /** Names of cooling devices under /sys/class/thermal. */
  readonly coolers: readonly string[];
}
