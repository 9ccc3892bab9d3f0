import { processesOf, type Process } from '../device/processes.js';
import { pause, prints, unsupported, type Program, type ProgramCall, type Programs } from './program.js';

const psArgs = ['-e', '--no-headers', '-o', 'pid,ppid,user:32,stat,nlwp,rss,etimes,pcpu,comm'];

function ps({ device }: ProgramCall): string {
  const row = (process: Process): string => {
    const elapsed = Math.floor(Math.max(0, device.uptimeMs() - process.startedMs) / 1000);
    return `${String(process.pid).padStart(7)} ${String(process.ppid).padStart(7)} ${process.user.padEnd(32)} ${process.stat.padEnd(4)} ${String(process.threads).padStart(4)} ${String(process.rssKB).padStart(6)} ${String(elapsed).padStart(7)} ${process.cpuPercent.toFixed(1).padStart(4)} ${process.comm}\n`;
  };
  return processesOf(device).map(row).join('');
}

function frame({ device }: ProgramCall): string {
  const load = device.load();
  const idle = 100 - (100 * load.cpu.reduce<number>((sum, share) => sum + (share ?? 0), 0)) / device.spec.cpu.cores;
  const list = [...processesOf(device)].sort((a, b) => b.cpuPercent - a.cpuPercent);
  const row = (process: Process): string =>
    `${String(process.pid).padStart(7)} ${process.user.slice(0, 8).padEnd(8)}  20   0 ${String(process.rssKB * 3).padStart(7)} ${String(process.rssKB).padStart(6)} ${String(Math.round(process.rssKB * 0.6)).padStart(6)} ${process.stat.slice(0, 1)} ${process.cpuPercent.toFixed(1).padStart(5)} ${(process.rssKB / 10.24 / device.spec.ramMB).toFixed(1).padStart(5)}   0:${(10 + (process.pid % 50)).toFixed(2)} ${process.comm}\n`;
  return (
    `top - ${new Date(device.nowMs()).toISOString().slice(11, 19)} up 1 day,  2:11,  1 user,  load average: 0.52, 0.40, 0.31\n` +
    `Tasks: ${list.length} total,   1 running, ${list.length - 1} sleeping,   0 stopped,   0 zombie\n` +
    `%Cpu(s):  ${(100 - idle).toFixed(1)} us,  0.5 sy,  0.0 ni, ${idle.toFixed(1)} id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st\n` +
    `MiB Mem : ${device.spec.ramMB}.0 total,  ${device.spec.ramMB - load.ramUsedMB}.0 free,  ${load.ramUsedMB}.0 used,   1200.0 buff/cache\n` +
    'MiB Swap:      0.0 total,      0.0 free,      0.0 used.   4100.0 avail Mem\n\n' +
    '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n' +
    list.map(row).join('')
  );
}

const top: Program = async (call) => {
  if (call.args.join(' ') !== '-b -n 2 -d 1 -w 512') return unsupported(call);
  call.out(`${frame(call)}\n`);
  if (!(await pause(1000, call.signal))) return 143;
  call.out(frame(call));
  return 0;
};

/** What runs. */
export const processPrograms: Programs = { ps: prints(psArgs, ps), top };
