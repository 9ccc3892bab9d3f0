import { renderArgv, type Argv, type Command, type CommandOutput } from '../command.js';
import { Failure } from '../errors.js';
import { shownConvert } from '../ai/model-files/convert-job.js';
import { shownPull } from '../ai/model-files/pull.js';
import { shownApt } from '../apt/script.js';
import { launchScript, runScript, stopScript } from './scripts.js';

/** What is to run as a job. */
export interface JobStart {
  /** Sixteen hex digits; a second launch of the same id starts nothing. */
  readonly id: string;
  readonly argv: Argv;
  readonly sudo?: boolean | undefined;
  /** The folder it works in; the user's home where absent. */
  readonly cwd?: string | undefined;
  readonly stdin?: string | undefined;
  /** The device itself stops it after that time. */
  readonly maxSeconds?: number | undefined;
}

/** Ids of jobs. They become names of folders on the device. */
export const jobIdPattern = /^[0-9a-f]{16}$/;

const name = 'jetfleet-job';
const stopName = 'jetfleet-job-stop';
const withdrawName = 'jetfleet-job-withdraw';
const graceSeconds = 5;

function checkedId(id: string): string {
  if (!jobIdPattern.test(id)) throw new Failure('invalid_input', 'A job id has sixteen hex digits.', { retry: 'no' });
  return id;
}

/** The command that starts a job, detached, and returns at once. `launched` reads what it printed. */
export function launchCommand({ id, argv, sudo, cwd, stdin, maxSeconds }: JobStart): Command {
  if (argv[0] === '' || argv[0].startsWith('-'))
    throw new Failure(
      'invalid_input',
      'The first word of argv is the program: it cannot be empty or begin with a dash.',
      {
        retry: 'yes',
      },
    );
  if (cwd !== undefined && !cwd.startsWith('/'))
    throw new Failure('invalid_input', 'cwd is an absolute path.', { retry: 'yes' });
  const input = stdin === undefined ? '-' : 'in';
  const limit = maxSeconds === undefined ? '-' : String(maxSeconds);
  const words = [name, runScript, checkedId(id), cwd ?? '-', input, limit, ...argv];
  return {
    argv: ['sh', '-c', launchScript, ...words],
    ...(sudo === true && { sudo }),
    ...(stdin !== undefined && { stdin }),
  };
}

/** The command that ends a job with every process of it. `stopped` reads what it printed. */
export function stopCommand(id: string, sudo: boolean, when: 'now' | 'if cancelled' = 'now'): Command {
  const words = [when === 'now' ? stopName : withdrawName, checkedId(id), String(graceSeconds)];
  return { argv: ['sh', '-c', stopScript, ...words], ...(sudo && { sudo }) };
}

const decoder = new TextDecoder();
const wordOf = ({ stdout }: CommandOutput): string => decoder.decode(stdout).trim();

const refusals: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  'no-folder': [
    'The folder that the command is to work in does not exist, or its user may not enter it; nothing was started.',
    'Correct cwd, or leave it away.',
  ],
  foreign: [
    'The folder of jobs in /var/tmp on the device belongs to somebody else; nothing was started.',
    'Have somebody look at /var/tmp/jetfleet-UID on the device: another user made it, or put a link there. Remove it.',
  ],
  'no-room': [
    'The device has no room in /var/tmp to keep a job, or may not write there; nothing was started.',
    'system_storage shows what fills the disk.',
  ],
};

/** What came of a launch: `already` where a job of that id was there before and nothing was started. Throws where it was not started. */
export function launched(output: CommandOutput): 'started' | 'already' {
  const word = wordOf(output);
  if (word === 'started' || word === 'already') return word;
  const [message, hint] = refusals[word] ?? [
    'The device did not confirm that the command started.',
    'job_output with the same id tells whether it runs.',
  ];
  throw new Failure('command_failed', message, { hint, retry: refusals[word] ? 'no' : 'check_first' });
}

/** What came of a stop: `stopped`, or `ended` where nothing of the job was left. Throws where it still runs or never was. */
export function stopped(output: CommandOutput): 'stopped' | 'ended' {
  const word = wordOf(output);
  if (word === 'stopped' || word === 'ended') return word;
  if (word === 'none') throw noSuchJob();
  throw new Failure('command_failed', 'Some process of the job is still there after KILL.', {
    hint: 'It hangs in the kernel (a driver, a lost disk), or became another user by sudo. system_processes shows it.',
    retry: 'check_first',
  });
}

/** The device has no job of that id. */
export function noSuchJob(): Failure {
  return new Failure('invalid_input', 'This device has no job of that id.', {
    hint: 'job_list lists the jobs of a device. Ended ones are removed after a week.',
    retry: 'no',
  });
}

/** A job's command as a person reads it, without the texts that start or stop it; undefined for any other command. */
export function shownJob({ argv }: Command): string | undefined {
  const [shell, option, script, title, run, id = '', cwd = '-', , limit = '-', ...program] = argv;
  if (shell !== 'sh' || option !== '-c') return undefined;
  if (script === stopScript && title === stopName) return `stop job ${run ?? ''}`;
  if (script === stopScript && title === withdrawName) return `stop job ${run ?? ''} if the call is cancelled`;
  if (script !== launchScript || title !== name || run !== runScript) return undefined;
  const where = cwd === '-' ? '' : ` in ${renderArgv([cwd])}`;
  const until = limit === '-' ? '' : `, stopped after ${limit} s`;
  return `job ${id}${where}${until}: ${shownApt(program) ?? shownPull(program) ?? shownConvert(program) ?? renderArgv(program)}`;
}
