import { renderArgv, type Argv, type Command } from '../../command.js';
import { Failure } from '../../errors.js';
import { launchCommand } from '../../jobs/job-commands.js';
import type { WheelSource } from './wheels.js';

const quiet = ['--no-input', '--disable-pip-version-check', '--progress-bar', 'off'] as const;
const pypi = 'https://pypi.org/simple';

/** How long such a job may take: gigabytes over a thin line. */
export const pipSeconds = 4 * 3600;

/** The step that makes an environment, where there is none, and puts wheels into it; a job of the login user. */
export function pipStep(id: string, environment: string, source: WheelSource): Command {
  const python = `${environment}/bin/python`;
  const { index = pypi, alsoPyPI, requirements } = source;
  const also = alsoPyPI === true && index !== pypi ? ['--extra-index-url', pypi] : [];
  const commands: readonly Argv[] = [
    // Of the system's packages only what the environment lacks is seen: TensorRT and OpenCV of JetPack.
    ['python3', '-m', 'venv', '--system-site-packages', environment],
    [python, '-m', 'pip', 'install', ...quiet, '--index-url', index, ...also, ...requirements],
  ];
  return launchCommand({ id, argv: ['sh', '-c', commands.map(renderArgv).join(' && ')], maxSeconds: pipSeconds });
}

/**
 * Puts Jupyter into an environment and serves it to the device's own loopback address alone. Its token is made on the device, in a file
 * for its user alone, and never in argv or output. Arguments: the environment, the port, the folder of the
 * token, the index.
 */
export const jupyterScript = [
  'set -e; v=$1 port=$2 dir=$3 index=$4; umask 077; mkdir -p "$dir"; t=$dir/token',
  'if [ ! -s "$t" ]; then head -c 24 /dev/urandom | base64 | tr "+/" "-_" | tr -d "[:space:]" >"$t"; fi',
  'if [ ! -x "$v/bin/python" ]; then python3 -m venv --system-site-packages "$v"; fi',
  `"$v/bin/python" -m pip install ${quiet.join(' ')} --index-url "$index" "jupyterlab>=4,<5"`,
  'cd "$HOME"; export JUPYTER_TOKEN_FILE="$t"',
  'exec "$v/bin/python" -m jupyterlab --no-browser --ServerApp.ip=127.0.0.1 --ServerApp.port="$port" --ServerApp.port_retries=0 --ServerApp.allow_remote_access=False',
].join('; ');

/** Where the token of Jupyter is kept, below the user's home. */
export const tokenFolder = '.local/share/jetfleet/jupyter';

/** The step that starts it; a job of the login user that goes on until it is stopped, or the device restarts. */
export function jupyterStep(id: string, environment: string, port: number, home: string, index = pypi): Command {
  const words = ['jetfleet-jupyter', environment, String(port), `${home}/${tokenFolder}`, index];
  return launchCommand({ id, argv: ['sh', '-c', jupyterScript, ...words] });
}

const troubles: readonly (readonly [RegExp, string, string])[] = [
  [
    /No matching distribution found|Could not find a version that satisfies/,
    'The index has no wheel of it for this Python',
    'The index may have changed: use a container instead (ai_match).',
  ],
  [/No space left on device/, 'The disk of the device is full', 'system_storage shows what fills it.'],
  [
    /Temporary failure in name resolution|Connection(?:Error| refused| timed out)|Max retries exceeded|Read timed out/,
    'The device does not reach the index of wheels',
    'system_network shows its routes and name servers.',
  ],
  [
    /ensurepip is not\s+available|returned non-zero exit status 1.*ensurepip/s,
    'python3 of the device cannot make environments',
    'Call again: the plan will install python3-venv.',
  ],
  [
    /DO NOT MATCH THE HASHES/,
    'What was downloaded is not what the index announced',
    'A broken download or cache: call again.',
  ],
  [
    /CERTIFICATE_VERIFY_FAILED/,
    'The certificate of the index was not accepted',
    'Most often the clock of the device is wrong: see system_info.',
  ],
  [/Address already in use|is already in use/, 'The port is taken', 'Give another port.'],
  [/Running as root is not recommended/, 'Jupyter does not run as root', 'Have the fleet file log in as another user.'],
  [/MemoryError|Killed/, 'Memory was not enough', 'Stop what else runs, then call again.'],
];

/** Why such a job failed, read from the end of what it printed. */
export function pipFailure(text: string, exitCode: number | undefined): Failure {
  const [, says, hint] = troubles.find(([matches]) => matches.test(text)) ?? [];
  const ended = exitCode === undefined ? 'without an exit code' : `with exit code ${exitCode}`;
  return new Failure(
    'command_failed',
    says === undefined ? `The installation ended ${ended}.` : `${says}: nothing was installed.`,
    {
      hint: hint ?? 'job_output with the id of this change and after: 0 shows what pip printed.',
      retry: 'check_first',
    },
  );
}

/** How far pip is, read from the end of what it printed. */
export function pipProgress(text: string): string | undefined {
  const [, doing, name] =
    /^ {0,8}(Collecting|Downloading|Installing collected packages|Building wheel)[ :]*([A-Za-z0-9_.-]{1,80})?/.exec(
      text.trimEnd().split('\n').at(-1) ?? '',
    ) ?? [];
  if (doing === undefined) return undefined;
  return doing.startsWith('Installing') ? 'unpacking wheels' : `${doing.toLowerCase()} ${name ?? ''}`.trim();
}
