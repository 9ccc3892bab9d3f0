import { z } from 'zod';
import { Failure } from '../../src/core/errors.js';
import { clockCheck, dockerChecks, doctorProbe, sudoCheck } from '../../src/core/probes/doctor.js';
import {
  examinationData,
  hostSteps,
  skippedCheck,
  verdictOf,
  type Check,
  type Examination,
} from '../../src/core/probes/examination.js';
import { linkSteps, type Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({});

/** Examines a device from its name to its clock; a device that cannot be reached is an answer, not a failure. */
export class DeviceDoctor extends BaseReadTool<typeof input, typeof examinationData> {
  override readonly spec = {
    name: 'device_doctor',
    area: 'device',
    title: 'Examine a device',
    description:
      'What works and what does not, from here to a device and on it: name, TCP, host key, login, shell, SFTP, sudo, Docker, NVIDIA runtime, disk, clock; ' +
      'each problem with its fix. First choice when a device fails.',
    effect: 'read',
    input,
    output: examinationData,
    same: ['healthy', 'steps.*.step', 'steps.*.status', 'steps.*.fix'],
  } as const;

  override async read(_args: z.output<typeof input>, device: Device, call: Call): Promise<Examination> {
    const link = await device.diagnose(call.signal);
    const steps: Check[] = link.map(({ step, ok, detail, hint }) => ({
      step,
      status: ok ? 'ok' : 'fail',
      detail,
      ...(!ok && hint !== undefined && { fix: hint }),
    }));
    const linked = link.some(({ step, ok }) => step === 'shell' && ok);
    steps.push(...linkSteps.filter((name) => !link.some(({ step }) => step === name)).map(skippedCheck));
    steps.push(...(linked ? await this.#host(device, call) : ['sftp', 'sudo', ...hostSteps].map(skippedCheck)));
    return verdictOf(steps);
  }

  async #host(device: Device, call: Call): Promise<Check[]> {
    const [sftp, sudo, host] = await Promise.all([
      attempt(['sftp'], call, async () => {
        await device.files.stat('/', call.signal);
        return [{ step: 'sftp', status: 'ok', detail: 'Files can be read over SFTP.' }];
      }),
      attempt(['sudo'], call, async () => [sudoCheck(await device.sudoKind(call.signal))]),
      attempt(hostSteps, call, async () => {
        const { docker, disk, jetson, clockMs } = await device.ask(doctorProbe, call.signal);
        return [...dockerChecks(docker), disk, clockCheck(clockMs, call.now()), jetson];
      }),
    ]);
    return [...sftp, ...sudo, ...host];
  }
}

/** A step that fails is a finding here, and hides none of the others; only the end of the call itself is not. */
async function attempt(
  [first = '', ...rest]: readonly string[],
  call: Call,
  work: () => Promise<Check[]>,
): Promise<Check[]> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure) || call.signal.aborted) throw error;
    const fix = error.hint === undefined ? {} : { fix: error.hint };
    return [{ step: first, status: 'fail', detail: error.message, ...fix }, ...rest.map(skippedCheck)];
  }
}
