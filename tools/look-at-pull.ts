import { imageQuestion } from '../src/core/docker/image-state.js';
import { pullProgress, pullWords } from '../src/core/docker/pull-lines.js';
import { pulledOf, type Pulled } from '../src/core/docker/pull-plan.js';
import { checkEnded, endedJob } from '../src/core/docker/run-end.js';
import { Failure } from '../src/core/errors.js';
import { launched } from '../src/core/jobs/job-commands.js';
import type { Device } from '../src/ports/fleet.js';
import type { Awaits, Call } from '../src/ports/tool.js';
import { jobOfChange } from './engine-job.js';
import { pullState } from './prepare-pull.js';
import type { PullTurns } from './pull-turns.js';

/** How a pull stands. Begins it where its turn has come: by an approved step, which starts nothing where it ran before. */
export async function lookAtPull(
  awaits: Awaits,
  turns: PullTurns,
  device: Device,
  call: Call,
): Promise<Pulled | undefined> {
  const { asRoot, image, layers, compressedBytes, parallel, before } = pullState.parse(awaits.state);
  const job = await jobOfChange(asRoot, device, call);
  const ended = endedJob(job);
  if (ended === undefined) {
    const isOn = turns.isOn(device, call, parallel);
    const words = pullWords(pullProgress(job?.text ?? '', layers), compressedBytes);
    call.progress(words ?? (isOn || job ? 'asks the registry' : 'waits: other devices of its site are pulling'));
    const [launch] = awaits.afterwards ?? [];
    if (isOn && job === undefined && launch !== undefined && 'argv' in launch)
      launched(await device.run(launch, call.signal));
    return undefined;
  }
  turns.leave(device, call);
  checkEnded('The image was not pulled.', ended);
  const now = await device.docker.ask(imageQuestion(image), call.signal);
  if (now === undefined)
    throw new Failure('command_failed', 'The pull ended well, and the engine has no such image.', {
      hint: 'The docker command may speak to another engine (DOCKER_HOST, a context) than the one on its usual socket.',
      retry: 'no',
    });
  const says =
    before === undefined ? 'It was pulled.' : before === now.id ? 'There was no newer one.' : 'A newer one was pulled.';
  return pulledOf(image, now, says);
}
