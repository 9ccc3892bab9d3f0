import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Snippet } from './client-snippets.js';
import type { Terminal } from './terminal.js';

export interface InitRequest {
  /** Where the fleet file goes. */
  readonly path: string;
  /** What a new fleet file holds. */
  readonly template: string;
  readonly snippets: readonly Snippet[];
}

/** `jetfleet init`: a commented fleet file where there is none, and how to tell the clients. Returns the exit code. */
export async function initCommand({ path, template, snippets }: InitRequest, terminal: Terminal): Promise<number> {
  const outcome = await write(path, template);
  if (outcome === 'failed') {
    terminal.note(`Cannot write ${path}. Choose another place with --config FILE.`);
    return 1;
  }
  terminal.say(outcome === 'written' ? `Wrote ${path}` : `${path} is there already; it was left as it is.`);
  terminal.say('Put your boards into it, then try: jetfleet doctor all');
  for (const { client, where, text } of snippets) {
    terminal.say();
    terminal.say(`${terminal.paint('bold', client)}  ${terminal.paint('dim', where)}`);
    terminal.say(text);
  }
  return 0;
}

/** Creates the file, never replacing one. Only its owner may read it: host names and users are nobody else's business. */
async function write(path: string, content: string): Promise<'written' | 'there' | 'failed'> {
  try {
    await makeFolder(dirname(path));
    await writeFile(path, content, { flag: 'wx', mode: 0o600 });
    return 'written';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'there' : 'failed';
  }
}

/** Makes a folder and those above it. One by one, because Node's own way of it never ends in /proc. */
async function makeFolder(folder: string): Promise<void> {
  const missing: string[] = [];
  for (let each = folder; !(await isThere(each)) && dirname(each) !== each; each = dirname(each)) missing.unshift(each);
  for (const each of missing) {
    await mkdir(each).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    (error: unknown) => !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''),
  );
}
