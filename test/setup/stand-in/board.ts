import { startEngineHost, type EngineHost } from '../engine-host.js';
import { importStandIn } from './image.js';
import type { Pace } from './pace.js';

/** What a board is set to: the pace of its engine, and what it draws meanwhile. */
export interface BoardSettings extends Pace {
  readonly idleWatts: number;
  readonly busyWatts: number;
}

/** As jetson-containers lays out a board's second disk. */
const dataFolder = '/mnt/nvme/jetson-containers/data';

/** The lines of an Orin Nano (corpus: tegrastats), at the interval that is asked for, with the power of the moment. */
const tegrastats = ({ idleWatts, busyWatts }: BoardSettings): string => `
[ "$1" = --interval ] || exit 64
pause=$(($2 / 1000)).$(printf %03d $(($2 % 1000)))
while sleep "$pause"; do
  set -- ${dataFolder}/busy-*
  if [ -e "$1" ]; then mw=${Math.round(busyWatts * 1000)} gpu=99 c=61.5; else mw=${Math.round(idleWatts * 1000)} gpu=0 c=45.25; fi
  echo "11-20-2026 07:00:00 RAM 5077/7620MB (lfb 14x4MB) SWAP 0/3810MB (cached 0MB) CPU [9%@729,0%@729,0%@729,0%@729,0%@729,0%@729] GR3D_FREQ $gpu% cpu@$c""C gpu@$c""C tj@$c""C VDD_IN \${mw}mW/\${mw}mW VDD_CPU_GPU_CV 484mW/484mW VDD_SOC 1373mW/1373mW"
done
`;

/**
 * A board on which a stand-in engine can be launched: real sshd, real dockerd that knows the runtime `nvidia`, and a tegrastats that
 * tells one power while the engine has a request in work and another while it has none. It is the `n`th device of its fleet, so that
 * boards differ by name.
 */
export async function startBoard(n: number, tar: string, image: string, settings: BoardSettings): Promise<EngineHost> {
  const hosts = Array.from({ length: n }, (_, i) => `127.0.0.${i + 1}`);
  const host = await startEngineHost({ hosts, daemonJson: { runtimes: { nvidia: { path: 'runc' } } } });
  // Folders of its own: boards that measure at once must not see each other's lock.
  await host.run(['mount', '-t', 'tmpfs', '-o', 'mode=1777', 'none', '/var/tmp']);
  await host.run(['mount', '-t', 'tmpfs', '-o', 'mode=755', 'none', '/mnt']);
  await host.run(['mkdir', '-p', `${dataFolder}/models`]);
  host.sshd.standIn('tegrastats', tegrastats(settings));
  await importStandIn(host.engine, tar, image, settings);
  return { ...host, device: host.fleet.device(`board-${n}`) };
}
