import { type GetPromptResult, type Prompt, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { cleanName } from '../../core/untrusted.js';
import type { Engine } from './engine.js';
import { onboardSteps, pickBoardSteps, type Step, stepsFor, triageSteps, tuneSteps } from './prompt-steps.js';

type Arguments = Readonly<Record<string, string>>;

interface PromptSpec extends Prompt {
  readonly begins: (args: Arguments) => string;
  readonly steps: readonly Step[];
  readonly ends?: string;
}

const device = { name: 'device', description: 'Name of the device in the fleet file', required: true };

const symptomOf = ({ symptom = '' }: Arguments): string => (symptom === '' ? '' : ` What was seen: ${symptom}`);

const specs: readonly PromptSpec[] = [
  {
    name: 'onboard_board',
    title: 'Onboard a board',
    description: 'Bring a new Jetson into the fleet: check the connection, learn what it is, and note what it lacks.',
    arguments: [device],
    begins: (args) => `Bring the Jetson "${args['device'] ?? ''}" into the fleet.`,
    steps: onboardSteps,
  },
  {
    name: 'pick_board_for_model',
    title: 'Pick a board for a model',
    description: 'Find the board of the fleet that runs a model best, and with which image and quantisation.',
    arguments: [
      { name: 'model', description: 'The model, as the catalog or a hub names it', required: true },
      { name: 'selector', description: 'Which devices; all of the fleet if absent' },
    ],
    begins: ({ model = '', selector = '' }) =>
      `Pick a Jetson for the model "${model}", from ${selector === '' ? 'all devices of the fleet' : `the devices "${selector}"`}.`,
    steps: pickBoardSteps,
  },
  {
    name: 'triage_slow_device',
    title: 'Triage a slow device',
    description: 'Find out why a Jetson is slow, from its own readings.',
    arguments: [device, { name: 'symptom', description: 'What is slow, in your own words' }],
    begins: (args) => `Find out why the Jetson "${args['device'] ?? ''}" is slow.${symptomOf(args)}`,
    steps: triageSteps,
    ends: 'Then give the one most likely cause with the readings that prove it, what speaks against the others, and the change you suggest with its price (heat, watts, noise, reboot). A missing reading is unknown, not zero. Change nothing.',
  },
  {
    name: 'tune_tokens_per_joule',
    title: 'Tune for tokens per joule',
    description: 'Find the power mode and quantisation with which a Jetson makes the most tokens for its energy.',
    arguments: [device, { name: 'goal', description: 'What must hold: tokens per second, time to first token, watts' }],
    begins: ({ device: name = '', goal = '' }) =>
      `Tune the Jetson "${name}" for tokens per joule.${goal === '' ? '' : ` What must hold: ${goal}`}`,
    steps: tuneSteps,
  },
];

/** The answer to `prompts/list`. */
export function listPrompts(): Prompt[] {
  return specs.map(({ begins: _begins, steps: _steps, ends: _ends, ...prompt }) => prompt);
}

/**
 * The answer to `prompts/get`; it names only tools of the session's catalog. Throws for an unknown prompt and a missing
 * or unknown argument.
 */
export function getPrompt(
  catalog: Pick<Engine['catalog'], 'list'>,
  name: string,
  args: Arguments = {},
): GetPromptResult {
  const spec = specs.find((each) => each.name === name);
  if (spec === undefined)
    throw invalid(`There is no prompt of that name. There are: ${specs.map((each) => each.name).join(', ')}.`);
  const known = spec.arguments ?? [];
  for (const argument of known) {
    if (argument.required === true && (args[argument.name] ?? '') === '')
      throw invalid(`The prompt ${name} needs the argument ${argument.name}.`);
  }
  const stray = Object.keys(args).find((key) => !known.some((argument) => argument.name === key));
  if (stray !== undefined) throw invalid(`The prompt ${name} has no argument ${JSON.stringify(stray.slice(0, 64))}.`);
  const tools = new Set(catalog.list().map(({ tool }) => tool.spec.name));
  const steps = stepsFor(spec.steps, tools).map((says, index) => `${index + 1}. ${says}`);
  const blocks = [spec.begins(cleaned(args)), steps.join('\n'), spec.ends ?? ''].filter((block) => block !== '');
  return {
    ...(spec.description !== undefined && { description: spec.description }),
    messages: [{ role: 'user', content: { type: 'text', text: blocks.join('\n\n') } }],
  };
}

function cleaned(args: Arguments): Record<string, string> {
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, cleanName(value, 500)]));
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
