import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Device } from '../../../src/ports/fleet.js';
import type { Awaits, Call, Prepared } from '../../../src/ports/tool.js';
import { rig, type Rig } from '../../adapters/ssh/rig.js';
import { fakeCall } from '../../fakes/fake-device.js';
import type { SshdOptions } from '../../setup/sshd.js';

/** Real hosts with a folder that their user may write in, and the jobs of it cleaned away at the end. */
export interface ModelHosts {
  readonly the: Rig;
  readonly folder: string;
  readonly call: (more?: object) => ReturnType<typeof fakeCall>;
  stop(): Promise<void>;
}

export async function modelHosts(options: SshdOptions = {}): Promise<ModelHosts> {
  const the = await rig(options);
  const folder = join(the.server.folder, 'models');
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  const ids: string[] = [];
  const call = (more: object = {}): ReturnType<typeof fakeCall> => {
    const changeId = randomBytes(8).toString('hex');
    ids.push(changeId);
    return { ...fakeCall(Date.now()), changeId, ...more };
  };
  const stop = async (): Promise<void> => {
    const uid = execFileSync('id', ['-u', the.server.user], { encoding: 'utf8' }).trim();
    for (const id of ids) rmSync(`/var/tmp/jetfleet-${uid}/${id}`, { recursive: true, force: true });
    await the.stop();
  };
  return { the, folder, call, stop };
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface LongTool<A, D> {
  readonly spec: { readonly input: { parse(args: unknown): A }; readonly output: { parse(data: unknown): D } };
  prepare(args: A, device: Device, call: Call): Promise<Prepared>;
  perform(args: A, prepared: never, device: Device, call: Call): Promise<D | undefined>;
  settle?(awaits: Awaits, device: Device, call: never): Promise<D | undefined>;
}

/** Plans a change, carries it out, and looks until it has ended. */
export async function done<A, D>(tool: LongTool<A, D>, given: object, device: Device, call: Call): Promise<D> {
  const args = tool.spec.input.parse(given);
  const plan = await tool.prepare(args, device, call);
  let data = await tool.perform(args, plan as never, device, call);
  while (data === undefined && plan.awaits) data = await tool.settle?.(plan.awaits, device, call as never);
  return tool.spec.output.parse(data);
}

/** Curl that serves one file from the disk: the first time its first half only, then it says that the connection was cut. */
export function curlStandIn(
  { server }: Rig,
  bytes: Uint8Array,
  { hash, redirect }: { readonly hash?: string; readonly redirect?: string } = {},
): string {
  const log = join(server.folder, 'curl.log');
  writeFileSync(log, '');
  chmodSync(log, 0o666);
  const file = join(server.folder, 'served');
  writeFileSync(file, bytes);
  const answer =
    redirect === undefined
      ? ''
      : `case $url in ${redirect}*) ;; *) printf 'HTTP/2 302 \\r\\nlocation: ${redirect}/x\\r\\n${hash === undefined ? '' : `x-linked-etag: "${hash}"\\r\\n`}\\r\\n'; exit 0;; esac`;
  server.standIn(
    'curl',
    `echo "argv $*" >>${log}
conf=$(cat); echo "stdin $conf" >>${log}
url=$(printf '%s\\n' "$conf" | sed -n 's/^url = //p')
out=; head=; while [ $# -gt 0 ]; do case $1 in --output) out=$2;; --dump-header) head=1;; esac; shift; done
if [ "$head" ]; then ${answer}
printf 'HTTP/2 206 \\r\\nContent-Range: bytes 0-0/${bytes.length}\\r\\n\\r\\n'; exit 0; fi
have=0; [ ! -f "$out" ] || have=$(stat -c %s "$out")
if [ $have = 0 ]; then head -c ${Math.floor(bytes.length / 2)} ${file} >"$out"; exit 18; fi
tail -c +$((have+1)) ${file} >>"$out"`,
  );
  server.standIn(
    'getent',
    'case $2 in *private*) echo "192.168.1.9 STREAM x";; *) echo "93.184.216.34 STREAM x";; esac',
  );
  return log;
}
