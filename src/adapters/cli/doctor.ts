import type { ToolRunner } from '../../app/tool-runner.js';
import type { Inventory } from '../../ports/inventory.js';
import type { Terminal } from './terminal.js';

export interface DoctorParts {
  readonly runner: Pick<ToolRunner, 'run'>;
  readonly inventory: Inventory;
  /** What `process.versions.node` says. */
  readonly nodeVersion: string;
}

const leastNode = [20, 19] as const;

/** `jetfleet doctor [selector]`: what is wrong here, then with the boards. Returns the exit code. */
export async function doctorCommand(
  { runner, inventory, nodeVersion }: DoctorParts,
  selector: string | undefined,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const here = checkHere(inventory, nodeVersion, terminal);
  const devices = inventory.devices();
  if (devices.length === 0) {
    terminal.say(
      `No devices yet. \`jetfleet init\` writes a fleet file to ${inventory.expectedPath()}; or set JETSON_HOST.`,
    );
    return 1;
  }
  if (selector === undefined && devices.length > 1) {
    terminal.say('`jetfleet doctor all` looks at every board, `jetfleet doctor NAME` at one.');
    return here ? 0 : 1;
  }
  const args = selector === undefined ? {} : { selector };
  const { status, text } = await runner.run('device_doctor', args, { signal });
  terminal.say(text);
  return here && status === 'done' ? 0 : 1;
}

function checkHere(inventory: Inventory, nodeVersion: string, terminal: Terminal): boolean {
  const mark = (ok: boolean): string => (ok ? terminal.paint('green', 'ok  ') : terminal.paint('red', 'FAIL'));
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const newEnough = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  terminal.say(
    `${mark(newEnough)} Node ${nodeVersion}${newEnough ? '' : `; jetfleet needs ${leastNode.join('.')} or newer`}`,
  );
  const problems = inventory.problems();
  const source = inventory.source();
  const count = inventory.devices().length;
  terminal.say(
    `${mark(problems.length === 0)} ${source ?? 'no fleet file'}: ${count} ${count === 1 ? 'device' : 'devices'}`,
  );
  for (const { line, field, message, fix } of problems) {
    terminal.say(`     ${line === undefined ? '' : `line ${line}, `}${field}: ${message} ${fix}`);
  }
  return newEnough && problems.length === 0;
}
