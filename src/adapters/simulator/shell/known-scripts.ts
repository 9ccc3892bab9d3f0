import { freeScript } from '../../../core/ai/model-files/list-probe.js';
import { listScript as modelListScript } from '../../../core/ai/model-files/listing.js';
import { launchScript, listScript, statusScript, stopScript } from '../../../core/jobs/scripts.js';
import { writeScript } from '../../../core/linux/write-file.js';
import { hashScript } from '../../../core/probes/root-file.js';
import { jobList, jobStatus, launchJob, stopJob, type RunArgv } from '../programs/jobs.js';
import { freeForModels, listModels } from '../programs/models.js';
import type { ProgramCall } from '../programs/program.js';
import { writeFile } from '../programs/write-file.js';

type Script = (call: ProgramCall, run: RunArgv) => number | Promise<number>;

/** Here no file keeps its reader waiting. */
const hashFile: Script = ({ args: [path = ''], ...call }, run) => run(['sha256sum', '--', path], call);

/** The constant shell texts of the product, each with what it does; `$0` follows the text, then the arguments. */
const scripts: ReadonlyMap<string, Script> = new Map<string, Script>([
  [writeScript, writeFile],
  [hashScript, hashFile],
  [launchScript, launchJob],
  [statusScript, jobStatus],
  [listScript, jobList],
  [stopScript, stopJob],
  [modelListScript, listModels],
  [freeScript, freeForModels],
]);

/** What `sh -c TEXT NAME ARGS...` does where the text is one that the product writes. */
export function knownScript(
  args: readonly string[],
): { readonly script: Script; readonly args: readonly string[] } | undefined {
  const [option, text = '', , ...rest] = args;
  const script = option === '-c' ? scripts.get(text) : undefined;
  return script === undefined ? undefined : { script, args: rest };
}
