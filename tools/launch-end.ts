import { titleOf, type EndpointData } from '../src/core/ai/launch/endpoint.js';
import {
  launched,
  testedRate,
  undivided,
  type LaunchData,
  type LaunchState,
  type SelfTest,
} from '../src/core/ai/launch/launch-data.js';
import { checkJob, endedAtStart, launchProgress } from '../src/core/ai/launch/start-failure.js';
import { testCautions } from '../src/core/ai/launch/test-cautions.js';
import { containerNow, type InspectedContainer } from '../src/core/docker/container-inspect.js';
import { imageQuestion } from '../src/core/docker/image-state.js';
import { endedJob } from '../src/core/docker/run-end.js';
import type { Device } from '../src/ports/fleet.js';
import type { Look } from '../src/ports/tool.js';
import { inspected } from './container-now.js';
import { engineState } from './endpoint-http.js';
import { endpointProcessor } from './endpoint-processor.js';
import { gpuRise } from './gpu-rise.js';
import { jobOfChange } from './engine-job.js';
import { keptUp } from './keep-up.js';
import { logTail } from './log-tail.js';
import { selfTest } from './self-test.js';

/** Output of the job that is looked through: a pull of a hundred layers prints less. */
const jobBytes = 64_000;
const lastLines = 400;

/** Looks whether a launch has come to its end; throws with the reason where it failed. */
export async function launchEnd(state: LaunchState, device: Device, look: Look): Promise<LaunchData | undefined> {
  const { asRoot, name, endpoint } = state;
  const { signal } = look;
  const title = titleOf(endpoint.engine);
  const job = await jobOfChange(asRoot, device, look, jobBytes);
  const ended = endedJob(job);
  if (job !== undefined && ended === undefined) look.progress(launchProgress(job));
  if (ended === undefined) return undefined;
  checkJob(ended, title);
  const container = await inspected(name, device, signal);
  const now = containerNow(container);
  if (now.state !== 'running' || now.restarts > 0) {
    const lines = await logTail(now, { tail: lastLines, most: lastLines }, device, signal);
    throw endedAtStart(title, lines, now);
  }
  const engine = await engineState(endpoint, device, signal);
  if (engine.health === 'ok') return tested(state, endpoint.served ?? engine.served, container, device, look);
  look.progress(engine.health === 'down' ? `${title} starts` : `${title} loads the model`);
  return undefined;
}

async function tested(
  { name, endpoint, bound, cautions: before }: LaunchState,
  served: string | undefined,
  container: InspectedContainer,
  device: Device,
  look: Look,
): Promise<LaunchData> {
  const { signal } = look;
  look.progress('it answers; tests it with a short prompt');
  const ask = async (): Promise<SelfTest | undefined> =>
    served === undefined ? undefined : selfTest({ ...endpoint, model: served }, device, signal);
  const { result: test, rose } = undivided.includes(endpoint.engine)
    ? await gpuRise(ask, device, look)
    : { result: await ask(), rose: false };
  const processor = await endpointProcessor({ ...endpoint, served }, containerNow(container), rose, device, signal);
  const rate = test && testedRate(test);
  const image = await device.docker.ask(imageQuestion(container.Image ?? endpoint.image), signal);
  const kept: EndpointData = {
    ...endpoint,
    ...(served !== undefined && { served }),
    processor,
    ...(image && { digest: image.digest ?? image.id }),
    ...(rate !== undefined && { decodeTokensPerSecond: rate }),
  };
  const cautions = [...before, ...testCautions(processor, rate, bound), ...(await keptUp(name, device, signal))];
  await look.store.endpoints.put({ device: device.name, name, atMs: look.now(), data: kept });
  return launched(device.name, name, kept, test ?? { figures: {} }, cautions);
}
