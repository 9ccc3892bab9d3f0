import { runScript } from '../../../core/jobs/scripts.js';
import type { Job } from '../device/jobs.js';
import { directory } from '../device/file-tree.js';
import { inputOf } from './input-of.js';
import { uidOfCaller, unsupported, type ProgramCall } from './program.js';

/** Runs an argv with the rights of a call, as a process of its own. */
export type RunArgv = (
  argv: readonly string[],
  over: Pick<ProgramCall, 'input' | 'out' | 'err' | 'signal'>,
) => Promise<number>;

const yes = (there: boolean, key: string): string => (there ? `${key} yes\n` : '');
const exitOf = ({ exit }: Job): string => (exit === undefined ? '' : `${exit.code} ${exit.atSeconds}`);
const base64Line = /.{76}/g;

/** What core's `launchScript` does: claims the folder, starts the program detached, prints one word. */
export async function launchJob(call: ProgramCall, run: RunArgv): Promise<number> {
  const [wrapper, id = '', to = '', input = '', max = '', ...argv] = call.args;
  const { device, files } = call;
  if (wrapper !== runScript || argv.length === 0) return unsupported(call);
  const uid = uidOfCaller(call);
  const say = (word: string): number => {
    call.out(`${word}\n`);
    return 0;
  };
  const folder = to === '-' ? directory : files.node(to, uid);
  if (folder?.kind !== 'directory' || !files.mayEnter(folder, uid)) return say('no-folder');
  const home = `/var/tmp/jetfleet-${uid}`;
  const old = files.node(home, 0, false);
  if (old !== undefined && (old.kind !== 'directory' || (old.uid ?? 0) !== uid)) return say('foreign');
  if (device.jobs.find(uid, id) !== undefined) return say('already');
  if (files.full(home)) return say('no-room');
  files.put(home, { ...directory, mode: 0o700, uid });
  const bytes = input === 'in' ? await call.input.bytes(Number.POSITIVE_INFINITY) : Buffer.alloc(0);
  const user = uid === 0 ? 'root' : call.caller.account.name;
  device.jobs.start({ id, uid, user }, argv, max === '-' ? undefined : Number(max), (out, signal) =>
    run(argv, { input: inputOf(bytes), out, err: out, signal }),
  );
  return say('started');
}

/** What core's `statusScript` prints of one job, and a piece of its output. */
export function jobStatus(call: ProgramCall): number {
  const [id = '', from = '', most = ''] = call.args;
  const { device } = call;
  const job = device.jobs.find(uidOfCaller(call), id);
  if (job === undefined) return 0;
  const size = job.out.length;
  const offset = from === '-' ? Math.max(0, size - Number(most)) : Math.min(Number(from), size);
  const piece = job.out.subarray(offset, offset + Number(most)).toString('base64');
  call.out(
    yes(job.alive, 'alive') +
      'found yes\n' +
      `at ${job.atSeconds}\nboot ${dashed(job.bootId)}\nargv ${job.command}\npid ${job.pid} ${Math.round(job.startedMs / 10)} ${job.pid}\nexit ${exitOf(job)}\n` +
      `${yes(job.stopped, 'stop')}${yes(job.late, 'late')}${yes(job.cut, 'cut')}` +
      `now ${Math.floor(device.nowMs() / 1000)}\nnowboot ${dashed(device.bootId())}\nsize ${size}\nfrom ${offset}\n` +
      (piece === '' ? '' : `${piece.replace(base64Line, '$&\n').trimEnd()}\n`),
  );
  return 0;
}

/** What core's `listScript` prints of a user's jobs. */
export function jobList(call: ProgramCall): number {
  const { device } = call;
  const jobs = device.jobs.of(uidOfCaller(call));
  if (jobs.length === 0) return 0;
  for (const job of jobs) {
    const ended = job.stopped ? 'stop' : job.late ? 'late' : '-';
    const alive = job.alive ? 'alive' : '-';
    call.out(
      `${[job.id, alive, exitOf(job) || '-', job.atSeconds, dashed(job.bootId), ended].join('|')}|${job.command.trimEnd()}\n`,
    );
  }
  for (const { id, out } of jobs) call.out(`${String(out.length).padStart(6)} ${id}/out\n`);
  if (jobs.length > 1) call.out(`${String(jobs.reduce((sum, { out }) => sum + out.length, 0)).padStart(6)} total\n`);
  call.out(`boot ${dashed(device.bootId())} ${Math.floor(device.nowMs() / 1000)}\n`);
  return 0;
}

/** What core's `stopScript` does and prints. */
export async function stopJob(call: ProgramCall): Promise<number> {
  const [id = ''] = call.args;
  const uid = uidOfCaller(call);
  if (call.device.jobs.find(uid, id) === undefined) call.out('none\n');
  else call.out((await call.device.jobs.stop(uid, id)) ? 'stopped\n' : 'ended\n');
  return 0;
}

/** A boot id as the kernel writes it. */
function dashed(bootId: string): string {
  return bootId.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
