import { describe, expect, it } from '@jest/globals';
import { endProcessTree, type Ender } from '../../../src/adapters/ssh/trust/end-process-tree.js';

function ended(platform: string, kill: Ender['kill'] = () => undefined): unknown[] {
  const done: unknown[] = [];
  endProcessTree(4711, {
    platform,
    kill: (...args) => {
      done.push(['kill', ...args]);
      kill(...args);
    },
    run: (...args) => void done.push(args),
  });
  return done;
}

describe('the end of a process and what it started', () => {
  it('is that of the whole tree on Windows', () => {
    expect(ended('win32')).toEqual([['taskkill', ['/pid', '4711', '/T', '/F']]]);
  });

  it('is that of the process group elsewhere, also where it has gone by itself', () => {
    const gone = (): never => {
      throw new Error('ESRCH');
    };
    for (const platform of ['linux', 'darwin']) expect(ended(platform, gone)).toEqual([['kill', -4711, 'SIGTERM']]);
  });
});
