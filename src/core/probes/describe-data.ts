import { z } from 'zod';
import { dockerData } from './docker-presence.js';
import { notReadData, unknownData } from './not-read.js';
import { blockDeviceData, fileSystemsData } from './storage.js';
import { cpuData } from './system-info.js';

export const describeData = z.object({
  module: z
    .object({
      name: z.string().optional(),
      slug: z.string().optional().describe('As a selector writes it: module=orin-nano-8gb.'),
      pNumber: z.string().optional(),
      carrier: z.string().optional(),
      label: z.string().optional().describe("The device tree's own label; unreliable."),
      superFirmware: z.boolean().optional(),
    })
    .describe('By P-number; name and slug absent where the table does not know it.'),
  soc: z
    .object({
      name: z.string(),
      codename: z.string().optional(),
      sm: z.string().optional().describe('CUDA compute capability.'),
    })
    .optional(),
  serial: z.string().optional(),
  hostname: z.string().optional(),
  ramBytes: z.number().optional(),
  l4t: z.string().optional(),
  jetpack: z
    .object({
      byRelease: z.string().optional().describe('By the L4T release.'),
      byPackage: z.string().optional().describe('By nvidia-jetpack.'),
    })
    .describe('The two can disagree.'),
  cuda: z.string().optional(),
  tensorrt: z.string().optional(),
  cudnn: z.string().optional(),
  containerToolkit: z.string().optional(),
  os: z.string().optional(),
  kernel: z.string().optional(),
  cpu: cpuData.extend({ maxMHz: z.number().optional() }),
  gpuMaxMHz: z.number().optional(),
  powerModes: z
    .array(z.object({ id: z.number(), name: z.string() }))
    .optional()
    .describe("From the device's own nvpmodel.conf."),
  fileSystems: fileSystemsData,
  disks: z.array(blockDeviceData),
  addresses: z.record(z.string(), z.array(z.string())).describe('By interface.'),
  docker: dockerData.optional().describe('Absent where Docker is not installed.'),
  sudo: z.enum(['root', 'nopasswd', 'password', 'none']).optional().describe('How commands become root here.'),
  cameras: z.array(z.object({ name: z.string(), kind: z.enum(['csi', 'usb', 'other']) })),
  gpioChips: z.number().describe('0 where it has none.'),
  findings: z.array(z.object({ kind: z.string(), says: z.string(), hint: z.string().optional() })),
  notRead: notReadData.optional(),
  unknown: unknownData.optional(),
});
export type Description = z.output<typeof describeData>;
