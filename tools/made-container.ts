import { containerNow, containerQuestion, type InspectedContainer } from '../src/core/docker/container-inspect.js';
import { logStream } from '../src/core/docker/container-logs.js';
import { imageQuestion } from '../src/core/docker/image-state.js';
import { madeOf, staysUp, type Made } from '../src/core/docker/made-container.js';
import { pullProgress, pullWords } from '../src/core/docker/pull-lines.js';
import { checkEnded, endedJob } from '../src/core/docker/run-end.js';
import { Failure } from '../src/core/errors.js';
import { cleanText } from '../src/core/untrusted.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { jobOfChange } from './engine-job.js';
import { pause } from './pause.js';

const lastLines = 40;
const lastChars = 3000;

/** What it wrote last; device text. */
async function lastWords(container: InspectedContainer, device: Device, signal: AbortSignal): Promise<string> {
  const { id, tty } = containerNow(container);
  const lines: string[] = [];
  await device.docker.follow(
    { ...logStream(id, { tty, tail: lastLines }), query: { stdout: 'true', stderr: 'true', tail: String(lastLines) } },
    ({ text }) => (lines.push(text), 'more'),
    signal,
  );
  return cleanText(lines.join('\n'), Infinity).slice(-lastChars);
}

async function look(name: string, device: Device, signal: AbortSignal): Promise<InspectedContainer> {
  const found = await device.docker.ask(containerQuestion(name), signal);
  if (found !== undefined) return found;
  throw new Failure('command_failed', 'A container was made and is gone: somebody removed it.', { retry: 'no' });
}

async function toldOf(container: InspectedContainer, device: Device, signal: AbortSignal): Promise<Made> {
  const { Image: id } = container;
  const image = id === undefined ? undefined : await device.docker.ask(imageQuestion(id), signal);
  const output = staysUp(containerNow(container)) ? undefined : await lastWords(container, device, signal);
  return madeOf(container, { digest: image?.digest, output });
}

/** Containers that were made just now: looks twice, some seconds apart, whether they stay up. */
export async function madeContainers(
  names: readonly string[],
  device: Device,
  { signal }: Pick<Call, 'signal'>,
  betweenLooksMs: number,
): Promise<Made[]> {
  const lookAtAll = (): Promise<InspectedContainer[]> => Promise.all(names.map((name) => look(name, device, signal)));
  let all = await lookAtAll();
  if (all.some((each) => staysUp(containerNow(each)))) {
    await pause(betweenLooksMs, signal);
    all = await lookAtAll();
  }
  return Promise.all(all.map((each) => toldOf(each, device, signal)));
}

/** The same for one that the change's job makes: undefined while that runs. Throws where the job came to no good end. */
export async function madeByJob(
  { asRoot, name }: { readonly asRoot: boolean; readonly name: string },
  device: Device,
  call: Call,
  betweenLooksMs: number,
): Promise<Made | undefined> {
  const job = await jobOfChange(asRoot, device, call);
  const words = pullWords(pullProgress(job?.text ?? ''));
  if (words !== undefined) call.progress(words);
  const ended = endedJob(job);
  if (ended === undefined) return undefined;
  checkEnded('The container was not started.', ended);
  const [made] = await madeContainers([name], device, call, betweenLooksMs);
  return made;
}
