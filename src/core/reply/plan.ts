import { canonicalJson } from '../canonical-json.js';
import { renderArgv } from '../command.js';
import type { DevicePlan } from '../consent/plan.js';
import { shownJob } from '../jobs/job-commands.js';
import { dockerStepText } from '../docker/step-text.js';
import { isDockerStep, isFileCopy, isFileWrite, isInventoryEdit, type Step } from '../step.js';
import { visible } from '../visible.js';
import { shortNames } from './device-names.js';
import type { ReplyPlan } from './reply.js';

/** Devices whose plans read the same. */
export type PlanGroup = ReplyPlan['steps'][number] & {
  /** What only the person who is asked gets to see. */
  readonly preview?: string | undefined;
};

/**
 * A step on one line and in full, as a person reads and approves it; the device is named beside it. Content of files, and bytes
 * for standard input, by size and hash or escaped.
 */
export function stepText(step: Step): string {
  if (isInventoryEdit(step)) {
    const { edit } = step;
    if (edit === 'trust') return visible(`fleet file: trust ${step.fingerprint}`);
    const settings = edit === 'remove' ? '' : ` ${canonicalJson(step.settings)}`;
    return visible(`fleet file: ${edit}${settings}`);
  }
  if (isFileWrite(step)) {
    const { path, content, sha256, mode, sudo } = step;
    const how = [
      `${content.length} bytes`,
      `sha256 ${sha256.slice(0, 16)}`,
      ...(mode === undefined ? [] : [`mode ${mode.toString(8)}`]),
      ...(sudo === true ? ['as root'] : []),
    ];
    return visible(`write ${renderArgv([path])} (${how.join(', ')})`);
  }
  if (isDockerStep(step)) return dockerStepText(step);
  if (isFileCopy(step)) {
    const { copyTo, sizeBytes, sha256, from, mode } = step;
    const how = [
      `${sizeBytes} bytes`,
      `sha256 ${sha256.slice(0, 16)}`,
      ...(mode === undefined ? [] : [`mode ${mode.toString(8)}`]),
    ];
    return visible(`copy ${renderArgv([copyTo])} (${how.join(', ')}) from ${from}`);
  }
  const { argv, sudo, stdin } = step;
  const words = shownJob(step) ?? renderArgv(argv);
  const input = stdin === undefined ? '' : ` < ${typeof stdin === 'string' ? quoted(stdin) : `${stdin.length} bytes`}`;
  return `${sudo === true ? 'sudo ' : ''}${visible(words)}${input}`;
}

const quoted = (text: string): string => `"${visible(text.replaceAll('\\', '\\\\').replaceAll('"', '\\"'))}"`;

/** Plans with equal words, steps and undo, said once; those that act before those with nothing to do. */
export function groupPlans(plans: readonly DevicePlan[]): PlanGroup[] {
  const groups = new Map<string, PlanGroup>();
  for (const { device, says, steps, undo, preview } of plans) {
    const commands = steps.map(stepText);
    const key = canonicalJson([says, commands, undo && undoFor(undo, device, '')]);
    const group = groups.get(key);
    if (group) group.devices.push(device);
    else groups.set(key, { devices: [device], says, commands, ...(undo && { undo: { ...undo } }), preview });
  }
  const all = [...groups.values()].map(({ undo, ...group }) => {
    const [first = ''] = group.devices;
    return { ...group, ...(undo && { undo: undoFor(undo, first, shortNames(group.devices).join(',')) }) };
  });
  return all.sort((a, b) => Number(b.commands.length > 0) - Number(a.commands.length > 0));
}

type Undo = NonNullable<DevicePlan['undo']>;

/** The call that undoes it, for another selector where it is for exactly this device: equal undos are one call. */
function undoFor({ tool, arguments: args }: Undo, device: string, selector: string): NonNullable<PlanGroup['undo']> {
  return { tool, arguments: { ...args, ...(args['selector'] === device && { selector }) } };
}
