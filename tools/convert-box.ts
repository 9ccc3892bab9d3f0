import type { ConvertHow } from '../src/core/ai/model-files/convert-plan.js';
import { cliOf } from '../src/core/docker/run-plan.js';
import { makingProbe } from '../src/core/probes/container-making.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { engineFacts } from './surroundings.js';
import { needsRoot } from './needs-root.js';

/** What runs the image, and whether root has to. */
export async function boxOf(
  image: string,
  device: Device,
  call: Call,
): Promise<{ readonly box: NonNullable<ConvertHow['box']>; readonly asRoot: boolean }> {
  const [engine, making] = await Promise.all([engineFacts(device, call), device.ask(makingProbe(), call.signal)]);
  if (making.needsRoot) await needsRoot(device, call);
  const box = {
    cli: cliOf(making),
    image,
    name: `jetfleet-convert-${call.changeId}`,
    hasNvidia: engine.hasNvidiaRuntime,
  };
  return { box, asRoot: making.needsRoot };
}
