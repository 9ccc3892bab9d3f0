import { cleanName } from '../../core/untrusted.js';
import { type GetPromptResult, type Prompt, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';

interface PromptSpec extends Prompt {
  readonly text: (args: Readonly<Record<string, string>>) => string;
}

const device = { name: 'device', description: 'Name of the device in the fleet file', required: true };

const specs: readonly PromptSpec[] = [
  {
    name: 'onboard_board',
    title: 'Onboard a board',
    description: 'Bring a new Jetson into the fleet: check the connection, learn what it is, and note what it lacks.',
    arguments: [device],
    text: (args) => `Bring the Jetson "${args['device'] ?? ''}" into the fleet.

1. Call device_list. If the device is not there, say which lines to add to the fleet file and stop.
2. Call device_doctor for it and go through the steps in order. At the first that fails, explain the fix it names; do not go on until it is mended. Never suggest that a host key be accepted without the user comparing its fingerprint.
3. Call device_describe. Report module, memory, L4T and JetPack, and whether they disagree; then CUDA, storage, Docker with the NVIDIA runtime, and how commands become root.
4. Call power_modes and fan_status. Say which mode is on, what the others cost in watts, and which switches need a reboot.
5. Call system_storage and service_list. Name full disks and failed services.
6. End with a short list: what is ready, what is missing, and one next step. State nothing the tools did not answer.`,
  },
  {
    name: 'triage_slow_device',
    title: 'Triage a slow device',
    description: 'Find out why a Jetson is slow, from its own readings.',
    arguments: [device, { name: 'symptom', description: 'What is slow, in your own words' }],
    text: (
      args,
    ) => `Find out why the Jetson "${args['device'] ?? ''}" is slow.${args['symptom'] === undefined || args['symptom'] === '' ? '' : ` What was seen: ${args['symptom']}`}

1. Call hardware_throttle: thermal throttling, over-current events by rate, clocks against the limits of the power mode.
2. Call hardware_stats over about 10 seconds: which of CPU, GPU, memory, swap and engines is busy.
3. Call power_modes and clocks_status: is a low mode or a low clock the cause?
4. Call system_processes for what uses CPU and memory, system_storage for a full disk, system_logs for out-of-memory kills.
5. Where other boards of the same module exist, call hardware_stats with a selector for them and compare.

Then give the one most likely cause with the readings that prove it, what speaks against the others, and the change you suggest with its price (heat, watts, noise, reboot). A missing reading is unknown, not zero. Change nothing.`,
  },
];

/** The answer to `prompts/list`. */
export function listPrompts(): Prompt[] {
  return specs.map(({ text: _text, ...prompt }) => prompt);
}

/** The answer to `prompts/get`. Rejects an unknown prompt and a missing or unknown argument. */
export function getPrompt(name: string, args: Readonly<Record<string, string>> = {}): GetPromptResult {
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
  return {
    ...(spec.description !== undefined && { description: spec.description }),
    messages: [{ role: 'user', content: { type: 'text', text: spec.text(cleaned(args)) } }],
  };
}

function cleaned(args: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, cleanName(value, 500)]));
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
