import { z } from 'zod';
import { hintsOf, isWithin, type EffectHints, type Limits } from '../core/effect.js';
import { Failure } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { areas, type Area, type Tool, type ToolSpec } from '../ports/tool.js';

/** Which tools a session has. Every list is of names; `default` and `all` are toolsets too. */
export interface ToolChoice extends Limits {
  readonly toolsets: readonly string[];
  readonly tools: readonly string[];
  readonly excludeTools: readonly string[];
}

export const defaultChoice: ToolChoice = {
  toolsets: ['default'],
  tools: [],
  excludeTools: [],
  readOnly: false,
  disableDisruptive: false,
};

export interface CatalogedTool {
  readonly tool: Tool;
  /** The tool's own arguments and those that every tool has. Strict. */
  readonly inputSchema: z.ZodObject;
  readonly hints: EffectHints;
}

// Every tool repeats these, and tools/list has a budget: what they mean in full is told once, in the server's instructions.
const selectorArg = z.string().optional().describe('nano[01-12], @lab, all');
const everyTools = {
  detail: z.enum(['summary', 'full']).optional(),
  cursor: z.string().optional(),
};
const changingTools = {
  plan: z.boolean().optional().describe('Only show the plan.'),
  token: z.string().optional().describe('To do that plan.'),
};

/** The arguments that the runner understands, whatever the tool. */
export interface CommonArgs {
  readonly selector?: string | undefined;
  readonly detail?: 'summary' | 'full' | undefined;
  readonly cursor?: string | undefined;
  /** Of tools that change something: only say what would be done. */
  readonly plan?: boolean | undefined;
  /** Of tools that change something: the token of the plan that is to be carried out. */
  readonly token?: string | undefined;
}

function cataloged(tool: Tool): CatalogedTool {
  const { spec, kind } = tool;
  return {
    tool,
    inputSchema: z.strictObject({
      ...spec.input.shape,
      ...(spec.withoutSelector !== 'none' && { selector: selectorArg }),
      ...everyTools,
      ...((kind === 'change' || kind === 'inventory') && changingTools),
    }),
    hints: hintsOf(spec.effect, spec.idempotent ?? false),
  };
}

/** The tools of one session. They never change while it lasts. */
export class ToolCatalog {
  readonly #tools: ReadonlyMap<string, CatalogedTool>;
  readonly #absent: ReadonlyMap<string, Absence>;

  /** Throws `invalid_input` for a toolset or tool that does not exist: a misspelt one must not pass as "none". */
  constructor(tools: readonly Tool[], defaults: readonly string[], choice: ToolChoice = defaultChoice) {
    checkNames('--toolsets', choice.toolsets, ['default', 'all', ...areas]);
    const names = tools.map((tool) => tool.spec.name);
    checkNames('--tools', choice.tools, names);
    checkNames('--exclude-tools', choice.excludeTools, names);
    const absent = new Map<string, Absence>();
    const wanted: Tool[] = [];
    for (const tool of tools) {
      const absence = absenceOf(tool.spec, defaults, choice);
      if (absence) absent.set(tool.spec.name, absence);
      else wanted.push(tool);
    }
    wanted.sort((a, b) => (a.spec.name < b.spec.name ? -1 : 1));
    this.#tools = new Map(wanted.map((tool) => [tool.spec.name, cataloged(tool)]));
    this.#absent = absent;
  }

  /** Sorted by name. */
  list(): readonly CatalogedTool[] {
    return [...this.#tools.values()];
  }

  /** Throws `invalid_input` with the nearest name, `not_allowed` where an option took the tool away. */
  get(name: string): CatalogedTool {
    const found = this.#tools.get(name);
    if (found) return found;
    const absent = this.#absent.get(name);
    if (absent) throw isAway(name, absent);
    const close = nearest(name, [...this.#tools.keys()]);
    throw new Failure('invalid_input', `There is no tool ${JSON.stringify(name.slice(0, 80))} in this session.`, {
      hint:
        close === undefined ? 'tools/list has the names; --toolsets all brings every tool.' : `Did you mean ${close}?`,
    });
  }
}

/** What keeps a tool away. */
interface Absence {
  /** Options that take it away. */
  readonly by: readonly string[];
  /** It was named too, by itself or with a toolset. */
  readonly isListed: boolean;
}

/** Undefined where the tool is there. */
function absenceOf({ name, area, effect }: ToolSpec, defaults: readonly string[], choice: ToolChoice) {
  const { readOnly, disableDisruptive, excludeTools } = choice;
  const by = [
    ...(isWithin(effect, { readOnly, disableDisruptive: false }) ? [] : ['--read-only']),
    ...(isWithin(effect, { readOnly: false, disableDisruptive }) ? [] : ['--disable-disruptive']),
    ...(excludeTools.includes(name) ? ['--exclude-tools'] : []),
  ];
  const isListed = isChosen(name, area, defaults, choice);
  return by.length === 0 && isListed ? undefined : { by, isListed };
}

function isAway(name: string, { by, isListed }: Absence): Failure {
  const message = `${name} is not among the tools of this session`;
  if (by.length === 0)
    return new Failure('invalid_input', `${message}.`, {
      hint: `The user can start jetfleet with --tools ${name} or --toolsets all.`,
    });
  const options = by.join(' and ');
  const besides = isListed ? '' : `, and with --tools ${name}`;
  return new Failure('not_allowed', `${message}: ${options} ${by.length === 1 ? 'keeps' : 'keep'} it away.`, {
    hint: `Only the user can change that: they start jetfleet without ${options}${besides}.`,
    retry: 'no',
  });
}

function isChosen(name: string, area: Area, defaults: readonly string[], { toolsets, tools }: ToolChoice): boolean {
  if (tools.includes(name) || toolsets.includes('all') || toolsets.includes(area)) return true;
  return toolsets.includes('default') && defaults.includes(name);
}

function checkNames(option: string, given: readonly string[], known: readonly string[]): void {
  const wrong = given.find((name) => !known.includes(name));
  if (wrong === undefined) return;
  const close = nearest(wrong, known);
  throw new Failure('invalid_input', `${option}: ${JSON.stringify(wrong)} is not known.`, {
    hint: close === undefined ? `One of: ${known.join(', ')}.` : `Did you mean ${close}?`,
  });
}
