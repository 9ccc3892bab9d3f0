import { Failure } from '../core/errors.js';
import type { DeviceEntry, DeviceState } from '../core/device.js';
import { factsOf, needsOf, type Selector } from '../core/selector/ast.js';
import { parseSelector } from '../core/selector/parse.js';
import { checkNamed, select, type Selection } from '../core/selector/select.js';
import type { Inventory, InventoryProblem } from '../ports/inventory.js';
import type { DeviceBook } from './device-book.js';

export interface Chosen {
  readonly entry: DeviceEntry;
  readonly state: DeviceState | undefined;
}

/** The devices of a call; `note` says what would have matched where none did. */
export interface Selected extends Selection<Chosen> {
  readonly note?: string | undefined;
}

const mostProblemsShown = 5;
const mostValuesShown = 12;

/** What is wrong with the fleet file, for a note or a hint. */
export function describeProblems(problems: readonly InventoryProblem[]): string[] {
  const shown = problems.slice(0, mostProblemsShown).map(({ line, field, message, fix }) => {
    const place = [line === undefined ? '' : `line ${line}`, field].filter((part) => part !== '').join(', ');
    return `${place === '' ? '' : `${place}: `}${message} ${fix}`;
  });
  return problems.length > shown.length ? [...shown, `and ${problems.length - shown.length} more problems.`] : shown;
}

function emptyFleet(inventory: Inventory): Failure {
  const problems = describeProblems(inventory.problems());
  const path = inventory.expectedPath();
  if (problems.length > 0) {
    return new Failure('unknown_device', `No device of the fleet file can be used. ${problems.join(' ')}`, {
      hint: `Mend ${inventory.source() ?? path}; it is read again by itself.`,
    });
  }
  return new Failure('unknown_device', 'No device is listed yet.', {
    hint: `Ask the user to run "jetfleet init", or to write ${path} with: devices: [{ name: nano-01, host: 192.168.1.31, user: nvidia }]. For one board the environment JETSON_HOST and JETSON_USERNAME is enough.`,
  });
}

/**
 * The devices a call is about. Facts that the selector names and nobody has read are probed first. Throws
 * `unknown_device` for an empty fleet and `invalid_input` where no selector leaves it open which of several is meant.
 */
export async function chooseDevices(
  text: string | undefined,
  noneMeansAll: boolean,
  inventory: Inventory,
  book: DeviceBook,
  signal: AbortSignal,
): Promise<Selected> {
  const entries = inventory.devices();
  const candidates = (): Chosen[] => entries.map((entry) => ({ entry, state: book.state(entry) }));
  if (entries.length === 0) throw emptyFleet(inventory);
  if (text === undefined) {
    if (entries.length === 1 || noneMeansAll) return { chosen: candidates(), skipped: [] };
    throw new Failure('invalid_input', `selector: say which of the ${entries.length} devices.`, {
      hint: `Names (${entries
        .slice(0, 3)
        .map(({ name }) => name)
        .join(', ')}), @group, label=value, or all. device_list has them.`,
      retry: 'yes',
    });
  }
  const selector = parseSelector(text);
  checkNamed(selector, candidates());
  const needs = needsOf(selector);
  if (needs.facts || needs.online) {
    // Devices that the selector rules out whatever their facts are need not be asked.
    const open = select(
      selector,
      candidates().map(({ entry }) => ({ entry, state: undefined })),
    );
    const undecided = new Set(open.skipped.flatMap(({ devices }) => devices));
    await book.learn(
      entries.filter(({ name }) => undecided.has(name)),
      needs,
      signal,
    );
  }
  const selection = select(selector, candidates());
  return selection.chosen.length > 0 ? selection : { ...selection, note: nothingMatched(selector, candidates()) };
}

/** What would have matched: the values that the facts of the selector have in this fleet. */
function nothingMatched(selector: Selector, candidates: readonly Chosen[]): string {
  const seen = factsOf(selector).map((fact) => {
    const values = new Set(candidates.flatMap(({ state }) => state?.facts[fact] ?? []));
    return `${fact} is ${values.size === 0 ? 'not known of any device' : [...values].sort().slice(0, mostValuesShown).join(', ')}`;
  });
  return `No device matches the selector.${seen.length === 0 ? '' : ` In this fleet ${seen.join('; ')}.`}`;
}
