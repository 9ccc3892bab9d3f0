import { energyOf, type EnergyData, type Window } from '../src/core/ai/benchmark/energy.js';
import type { LevelData } from '../src/core/ai/benchmark/level.js';
import type { OwnTool } from '../src/core/ai/benchmark/own-tool.js';
import { printedLevel, type Moment } from '../src/core/ai/benchmark/printed-level.js';
import { logReasons } from '../src/core/ai/launch/log-reasons.js';
import { Failure } from '../src/core/errors.js';
import { throttleProbe } from '../src/core/probes/throttle.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import type { Loaded } from './benchmark-load.js';
import type { BoardRecorder } from './board-recorder.js';

/** Runs the engine's own tool in its container, level by level, and reads what it prints. */
export async function loadByOwnTool(
  { method, runs }: OwnTool,
  { idleWatts }: { readonly idleWatts: number | undefined },
  recorder: BoardRecorder,
  device: Device,
  call: Call,
): Promise<Loaded> {
  const levels: LevelData[] = [];
  for (const { concurrency, exec } of runs) {
    call.progress(`${method} runs, ${concurrency} at once`);
    // llama-bench prints a line of JSON when a test has ended: that moment, and how long its repeats took, is where its energy is.
    const moments: Moment[] = [];
    const note = ({ text }: { readonly text: string }): void => void moments.push({ text, atMs: call.now() });
    const { exitCode, stdout, stderr } = await device.docker.exec(exec, call.signal, note);
    if (exitCode !== 0) throw toolFailed(exitCode, `${stdout}\n${stderr}`);
    const endMs = call.now();
    await recorder.settled(call);
    const energy = (windows: readonly Window[], tokens: number): EnergyData | undefined =>
      energyOf(recorder.power(), windows, tokens, idleWatts);
    const level = printedLevel({ method, concurrency, stdout, stderr, moments, endMs }, energy);
    if (level === undefined) throw toolFailed(0, stdout);
    levels.push(level);
  }
  return { levels, under: await device.ask(throttleProbe, call.signal) };
}

function toolFailed(exitCode: number, output: string): Failure {
  const [reason] = logReasons(output.split('\n'));
  const absent = exitCode === 126 || exitCode === 127;
  return new Failure('command_failed', absent ? 'The image has no such tool.' : "The engine's own tool failed.", {
    hint: reason ? `${reason.message} ${reason.hint}` : 'Leave method away: then it is measured over HTTP.',
    retry: 'check_first',
  });
}
