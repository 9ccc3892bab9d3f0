import { unsupported, type Caller, type ProgramCall } from '../programs/program.js';

/** What a sudo command line asks for. */
interface SudoRequest {
  readonly askNobody: boolean;
  readonly fromStdin: boolean;
  readonly prompt: string;
  readonly validate: boolean;
  readonly command: readonly string[];
}

const maxTries = 3;

function requestOf(args: readonly string[]): SudoRequest | undefined {
  let askNobody = false;
  let fromStdin = false;
  let validate = false;
  let prompt = '[sudo] password: ';
  let index = 0;
  for (; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '--') {
      index++;
      break;
    }
    if (!arg.startsWith('-')) break;
    if (arg === '-n') askNobody = true;
    else if (arg === '-S') fromStdin = true;
    else if (arg === '-v') validate = true;
    else if (arg === '-p') prompt = args[++index] ?? '';
    else if (arg !== '-k' && arg !== '-H') return undefined;
  }
  return { askNobody, fromStdin, prompt, validate, command: args.slice(index) };
}

/** How sudo treats an account, with what is wrong with it. */
function sudoOf({ device, caller: { account, root } }: ProgramCall): 'free' | 'asks' | 'refuses_password' | 'refuses' {
  const { fault } = device;
  if (root) return 'free';
  if (fault?.kind === 'wrong_sudo') return fault.as === 'password' ? 'refuses_password' : 'refuses';
  if (account.sudo === 'nopasswd') return 'free';
  return account.sudo === 'none' ? 'refuses' : 'asks';
}

async function passwordAccepted(call: ProgramCall, request: SudoRequest): Promise<boolean> {
  const { account } = call.caller;
  const kind = sudoOf(call);
  let tries = 0;
  for (; tries < maxTries; tries++) {
    if (tries > 0) call.err('Sorry, try again.\n');
    call.err(request.prompt);
    const line = await call.input.line();
    if (line === undefined) break;
    if (kind !== 'refuses_password' && account.password !== undefined && line === account.password) {
      if (kind === 'asks') return true;
      call.err(`${account.name} is not in the sudoers file.  This incident will be reported.\n`);
      return false;
    }
  }
  call.err(
    tries === 0
      ? 'sudo: no password was provided\n'
      : `sudo: ${tries} incorrect password attempt${tries === 1 ? '' : 's'}\n`,
  );
  return false;
}

/** `sudo` as the account's rights have it; `inner` runs the command with the rights it then has. */
export async function runSudo(
  call: ProgramCall,
  inner: (argv: readonly string[], caller: Caller) => Promise<number>,
): Promise<number> {
  const request = requestOf(call.args);
  if (request === undefined || (request.command.length === 0 && !request.validate)) return unsupported(call);
  const { account } = call.caller;
  if (sudoOf(call) !== 'free') {
    if (!request.fromStdin || request.askNobody) {
      if (!request.askNobody)
        call.err(
          'sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\n',
        );
      call.err('sudo: a password is required\n');
      return 1;
    }
    if (!(await passwordAccepted(call, request))) return 1;
  }
  return request.command.length === 0 ? 0 : inner(request.command, { account, root: true });
}
