import { z } from 'zod';
import { hintsOf, type EffectHints } from '../core/effect.js';
import { Failure } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { areas, type Area, type Tool } from '../ports/tool.js';

/** Which tools a session has. Every list is of names; `default` and `all` are toolsets too. */
export interface ToolChoice {
  readonly toolsets: readonly string[];
  readonly tools: readonly string[];
  readonly excludeTools: readonly string[];
  readonly readOnly: boolean;
  readonly disableDisruptive: boolean;
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

const selectorArg = z
  .string()
  .optional()
  .describe(
    'Devices: names, nano[01-12], @group, label=value, l4t>=36.4, module=orin-*, online, all; and/or/not. Needless for one device.',
  );
const detailArg = z.enum(['summary', 'full']).optional().describe("full: each device's data");
const cursorArg = z.string().optional().describe('nextCursor of the last answer');

/** The arguments that the runner understands, whatever the tool. */
export interface CommonArgs {
  readonly selector?: string | undefined;
  readonly detail?: 'summary' | 'full' | undefined;
  readonly cursor?: string | undefined;
}

function cataloged(tool: Tool): CatalogedTool {
  return {
    tool,
    inputSchema: z.strictObject({
      ...tool.spec.input.shape,
      selector: selectorArg,
      detail: detailArg,
      cursor: cursorArg,
    }),
    hints: hintsOf(tool.spec.effect, tool.spec.idempotent ?? false),
  };
}

/** The tools of one session. They never change while it lasts. */
export class ToolCatalog {
  readonly #tools: ReadonlyMap<string, CatalogedTool>;
  readonly #absent: ReadonlySet<string>;

  /** Throws `invalid_input` for a toolset or tool that does not exist: a misspelt one must not pass as "none". */
  constructor(tools: readonly Tool[], defaults: readonly string[], choice: ToolChoice = defaultChoice) {
    checkNames('--toolsets', choice.toolsets, ['default', 'all', ...areas]);
    const names = tools.map((tool) => tool.spec.name);
    checkNames('--tools', choice.tools, names);
    checkNames('--exclude-tools', choice.excludeTools, names);
    const wanted = tools
      .filter(({ spec }) => isChosen(spec.name, spec.area, defaults, choice))
      .filter(({ spec }) => !choice.excludeTools.includes(spec.name))
      .filter(({ spec }) => !(choice.readOnly && spec.effect !== 'read'))
      .filter(({ spec }) => !(choice.disableDisruptive && spec.effect === 'disrupt'))
      .sort((a, b) => (a.spec.name < b.spec.name ? -1 : 1));
    this.#tools = new Map(wanted.map((tool) => [tool.spec.name, cataloged(tool)]));
    this.#absent = new Set(names.filter((name) => !this.#tools.has(name)));
  }

  /** Sorted by name. */
  list(): readonly CatalogedTool[] {
    return [...this.#tools.values()];
  }

  /** Throws `invalid_input` with the nearest name. */
  get(name: string): CatalogedTool {
    const found = this.#tools.get(name);
    if (found) return found;
    if (this.#absent.has(name)) {
      throw new Failure('invalid_input', `${name} is not among the tools of this session.`, {
        hint: `The user can start jetfleet with --tools ${name} or --toolsets all.`,
      });
    }
    const close = nearest(name, [...this.#tools.keys()]);
    throw new Failure('invalid_input', `There is no tool ${JSON.stringify(name.slice(0, 80))} in this session.`, {
      hint:
        close === undefined ? 'tools/list has the names; --toolsets all brings every tool.' : `Did you mean ${close}?`,
    });
  }
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
