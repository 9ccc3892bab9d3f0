import type { SimulatedDevice } from './simulated-device.js';

/** A process of a device at this moment. */
export interface Process {
  readonly pid: number;
  readonly ppid: number;
  readonly user: string;
  readonly stat: string;
  readonly threads: number;
  readonly rssKB: number;
  readonly startedMs: number;
  readonly cpuPercent: number;
  readonly comm: string;
  readonly unit?: string;
}

const kernelThreads = [
  'kthreadd',
  'rcu_preempt',
  'migration/0',
  'ksoftirqd/0',
  'kworker/u16:1',
  'kswapd0',
  'irq/71-host_sync',
];
/** What runs at this moment. */
export function processesOf(device: SimulatedDevice): readonly Process[] {
  const load = device.load();
  const busy = load.cpu.reduce<number>((sum, share) => sum + (share ?? 0), 0) * 100;
  const init: Process = {
    pid: 1,
    ppid: 0,
    user: 'root',
    stat: 'Ss',
    threads: 1,
    rssKB: 11_800,
    startedMs: 0,
    cpuPercent: 0,
    comm: 'systemd',
  };
  const kernel = kernelThreads.map((comm, index): Process => ({
    pid: index + 2,
    ppid: index === 0 ? 0 : 2,
    user: 'root',
    stat: 'S',
    threads: 1,
    rssKB: 0,
    startedMs: 0,
    cpuPercent: 0,
    comm,
  }));
  const services = device.units.all().flatMap((service): Process[] => {
    const { pid } = service;
    if (service.process === undefined || pid === undefined) return [];
    const { comm, user, rssMB, threads } = service.process;
    const share = service.unit === 'camera-stream.service' ? 0.2 : 0.01;
    return [
      {
        pid,
        ppid: 1,
        user,
        stat: threads > 1 ? 'Ssl' : 'Ss',
        threads,
        rssKB: rssMB * 1024,
        startedMs: service.activeAtMs,
        cpuPercent: busy * share,
        comm,
        unit: service.unit,
      },
    ];
  });
  const owner = device.accounts.find((account) => account.sudo !== 'root')?.name ?? 'root';
  const inference: Process = {
    pid: 4021,
    ppid: 1,
    user: owner,
    stat: 'Sl',
    threads: 11,
    rssKB: Math.round(load.ramUsedMB * 1024 * 0.4),
    startedMs: 600_000,
    cpuPercent: busy * 0.6,
    comm: 'llama-server',
  };
  const jobs = device.jobs.running().map((job): Process => ({
    pid: job.pid,
    ppid: 1,
    user: job.user,
    stat: 'Ss',
    threads: 1,
    rssKB: 2048,
    startedMs: job.startedMs,
    cpuPercent: 0,
    comm: (job.command.split(' ')[0] ?? '').replace(/^.*\//, '').slice(0, 15),
  }));
  return [init, ...kernel, ...services, inference, ...jobs];
}
