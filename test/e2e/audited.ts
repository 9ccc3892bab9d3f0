import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadOptions } from '../../config/options.js';
import { dataFolder, stateFolder, type Machine } from '../../config/paths.js';
import type { Reply } from '../../src/core/reply/reply.js';
import { tools } from '../../tools/index.js';
import { missingFrom, type Noted } from './audit-check.js';

/** One home folder with the state of all programs that ran on it. */
interface Home {
  readonly machine: Machine;
  /** A copy of its audit log from when the last program on it ended: the tests remove their folders themselves. */
  readonly copy: Machine;
  readonly notes: Noted[];
}

interface Places {
  readonly folder: string;
  readonly head: string;
}

type Message = Readonly<Record<string, unknown>>;

const changing = new Map(tools.filter(({ spec }) => spec.effect !== 'read').map(({ spec }) => [spec.name, spec]));
const homes = new Map<string, Home>();

/** The machine as a program with such an environment sees it. */
export function machineOf(env: Readonly<Record<string, string>>): Machine {
  return { platform: process.platform, env, home: env['HOME'] ?? '', cwd: process.cwd() };
}

function homeOf(env: Readonly<Record<string, string>>): Home {
  const machine = machineOf(env);
  const key = stateFolder(machine);
  let home = homes.get(key);
  if (home === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'jetfleet-audited-'));
    home = { machine, copy: machineOf({ HOME: folder, USERPROFILE: folder, APPDATA: folder }), notes: [] };
    homes.set(key, home);
  }
  return home;
}

/** Where a program with such an environment keeps its audit log, and the log's head. */
export function auditPlaces(machine: Machine): Places {
  return { folder: join(stateFolder(machine), 'audit'), head: join(dataFolder(machine), 'audit-head.json') };
}

/** Copies a home's audit log elsewhere; the head first, so that it is never ahead. */
export function copyAudit(from: Places, to: Places): void {
  for (const [source, target] of [
    [from.head, to.head],
    [from.folder, to.folder],
  ] as const) {
    rmSync(target, { recursive: true, force: true });
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    if (existsSync(source))
      cpSync(source, target, { recursive: true, filter: (path) => !/\.(lock|stale)$/.test(path) });
  }
}

/** Listens to what goes to one program and what comes back. */
export interface Tap {
  readonly sent: (message: unknown) => void;
  readonly received: (message: unknown) => void;
  /** The program has ended. */
  readonly ended: () => void;
}

const deaf: Tap = { sent: () => undefined, received: () => undefined, ended: () => undefined };

/** Notes every call of a tool that changes something, for the check at the end of the test file. The benchmarks have none. */
export function tapFor(env: Readonly<Record<string, string>>): Tap {
  if (!('afterAll' in globalThis)) return deaf;
  const home = homeOf(env);
  const open = new Map<unknown, { -readonly [Key in keyof Noted]: Noted[Key] }>();
  return {
    sent: (message) => {
      const { id, method, params } = message as Message;
      const { name, arguments: args = {} } = (params ?? {}) as { name?: string; arguments?: unknown };
      if (method !== 'tools/call' || name === undefined || !changing.has(name)) return;
      const note: Noted = { tool: name, args, end: 'none' };
      open.set(id, note);
      home.notes.push(note);
    },
    received: (message) => {
      const { id, result, error } = message as Message;
      const note = open.get(id);
      if (note === undefined || (result === undefined && error === undefined)) return;
      open.delete(id);
      const { structuredContent } = (result ?? {}) as { structuredContent?: unknown };
      note.end = error === undefined ? (structuredContent === undefined ? 'asked' : 'reply') : 'protocol error';
      if (structuredContent !== undefined) note.reply = structuredContent as Reply;
    },
    ended: () => copyAudit(auditPlaces(home.machine), auditPlaces(home.copy)),
  };
}

/** The same for JSON-RPC as text. */
export function textTap(tap: Tap): Pick<Tap, 'sent' | 'received'> {
  const by = (take: (message: unknown) => void) => {
    let rest = '';
    return (chunk: unknown): void => {
      if (typeof chunk !== 'string' && !Buffer.isBuffer(chunk)) return;
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        let message: unknown;
        try {
          message = JSON.parse(line);
        } catch {
          continue;
        }
        if (message !== null && typeof message === 'object') take(message);
      }
    };
  };
  return { sent: by(tap.sent), received: by(tap.received) };
}

/** Notes what `jetfleet call` was asked for, once it has ended. */
export function noteCommand(args: readonly string[], env: Readonly<Record<string, string>>, stdout: string): void {
  const loaded = loadOptions([...args], env);
  if (!loaded.ok || loaded.command !== 'call') return;
  const [tool = '', json = '{}'] = loaded.positionals;
  if (!changing.has(tool)) return;
  let given: unknown;
  let reply: Reply | undefined;
  try {
    given = JSON.parse(json);
    if (loaded.options.json) reply = JSON.parse(stdout) as Reply;
  } catch {
    // Nothing was called, or nothing was said in JSON.
    if (given === undefined) return;
  }
  homeOf(env).notes.push({ tool, args: given, end: 'reply', ...(reply && { reply }) });
}

/** Everything that was asked of programs since the last check and cannot be found in their audit logs, in words. */
export async function auditFindings(verify: (env: Machine['env']) => Promise<string>): Promise<string[]> {
  const findings: string[] = [];
  for (const { notes, copy } of homes.values()) {
    const places = auditPlaces(copy);
    if (notes.length > 0 || existsSync(places.folder)) {
      const verdict = JSON.parse(await verify({ ...copy.env })) as {
        ok: boolean;
        problems: unknown[];
      };
      if (!verdict.ok) findings.push(`audit verify: ${JSON.stringify(verdict.problems.slice(0, 5))}`);
      findings.push(...missingFrom(places.folder, notes));
    }
    rmSync(copy.home, { recursive: true, force: true });
  }
  homes.clear();
  return findings;
}
