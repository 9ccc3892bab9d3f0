import type { ToolRunner } from '../../app/tool-runner.js';
import type { Inventory, InventoryProblem } from '../../ports/inventory.js';
import type { Terminal } from './terminal.js';

export interface DoctorParts {
  readonly runner: Pick<ToolRunner, 'run'>;
  readonly inventory: Inventory;
  /** What `process.versions.node` says. */
  readonly nodeVersion: string;
}

export interface DoctorRequest {
  readonly selector: string | undefined;
  /** Print one JSON object: the reply of device_doctor, where boards are looked at, and in `here` what was found on this machine. */
  readonly asJson: boolean;
}

/** What is to be said of this machine. */
interface Here {
  readonly node: { readonly version: string; readonly ok: boolean };
  readonly source: string | undefined;
  readonly devices: number;
  readonly problems: readonly InventoryProblem[];
}

const leastNode = [20, 19] as const;

/** `jetfleet doctor [selector]`: what is wrong here, then with the boards. Returns the exit code. */
export async function doctorCommand(
  { runner, inventory, nodeVersion }: DoctorParts,
  { selector, asJson }: DoctorRequest,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const here = lookHere(inventory, nodeVersion);
  const fine = here.node.ok && here.problems.length === 0;
  // Advice stays readable beside JSON, on the other stream.
  const advise = (line: string): void => (asJson ? terminal.note(line) : terminal.say(line));
  if (!asJson) printHere(here, terminal);
  if (here.devices === 0 || (selector === undefined && here.devices > 1)) {
    if (asJson) terminal.say(JSON.stringify({ here }, null, 2));
    advise(
      here.devices === 0
        ? howToBegin(inventory)
        : '`jetfleet doctor all` looks at every board, `jetfleet doctor NAME` at one.',
    );
    return fine && here.devices > 0 ? 0 : 1;
  }
  const { status, reply, text } = await runner.run('device_doctor', selector === undefined ? {} : { selector }, {
    signal,
  });
  terminal.say(asJson ? JSON.stringify({ here, ...reply }, null, 2) : text);
  return fine && status === 'done' ? 0 : 1;
}

function lookHere(inventory: Inventory, nodeVersion: string): Here {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const ok = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  const devices = inventory.devices().length;
  return { node: { version: nodeVersion, ok }, source: inventory.source(), devices, problems: inventory.problems() };
}

function printHere({ node, source, devices, problems }: Here, terminal: Terminal): void {
  const mark = (ok: boolean): string => (ok ? terminal.paint('green', 'ok  ') : terminal.paint('red', 'FAIL'));
  const needs = node.ok ? '' : `; jetfleet needs ${leastNode.join('.')} or newer`;
  terminal.say(`${mark(node.ok)} Node ${node.version}${needs}`);
  const count = `${devices} ${devices === 1 ? 'device' : 'devices'}`;
  terminal.say(`${mark(problems.length === 0)} ${source ?? 'no fleet file'}: ${count}`);
  for (const { line, field, message, fix } of problems) {
    const place = [line === undefined ? '' : `line ${line}`, field].filter((part) => part !== '').join(', ');
    terminal.say(`     ${place === '' ? '' : `${place}: `}${message} ${fix}`);
  }
}

function howToBegin(inventory: Inventory): string {
  const source = inventory.source();
  if (inventory.problems().length > 0) return 'No devices can be used until that is mended.';
  if (source !== undefined) return `No devices yet. Put your boards into ${source}.`;
  return `No devices yet. \`jetfleet init\` writes a fleet file to ${inventory.expectedPath()}; or set JETSON_HOST.`;
}
