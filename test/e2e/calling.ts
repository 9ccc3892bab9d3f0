import { readdirSync, readFileSync } from 'node:fs';
import type { Reply, ReplyFailure } from '../../src/core/reply/reply.js';
import type { AnyClient, ToolAnswer } from './clients.js';
import type { RealFleet } from './real-fleet.js';

/** A tool's answer, taken apart. */
export interface Called {
  readonly reply: Reply;
  readonly text: string;
  readonly isError: boolean;
}

export function calledOf({ structuredContent, content, isError }: ToolAnswer): Called {
  return { reply: structuredContent as unknown as Reply, text: content[0]?.text ?? '', isError: isError === true };
}

/** Calls a tool and takes its answer apart. */
export async function call(client: AnyClient, name: string, args: Record<string, unknown>): Promise<Called> {
  return calledOf(await client.call(name, args));
}

/** The data of a call that was to succeed on one device. */
export function onlyData({ reply, text }: Called): Record<string, unknown> {
  if (reply.groups?.length !== 1) throw new Error(text);
  return reply.groups[0]?.data as Record<string, unknown>;
}

/** The failure of a call that was to fail in one way. */
export function onlyFailure({ reply, text }: Called): ReplyFailure {
  const [failure, ...more] = reply.failures ?? [];
  if (failure === undefined || more.length > 0) throw new Error(text);
  return failure;
}

/** Processes of users who logged in to this server, by the PATH that it gave them. */
export function leftOn({ sshd }: Pick<RealFleet, 'sshd'>): readonly string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const ours = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`PATH=${sshd.folder}/bin`);
        return ours ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()] : [];
      } catch {
        return [];
      }
    });
}
