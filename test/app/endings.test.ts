import { describe, expect, it } from '@jest/globals';
import type { RunContext } from '../../src/app/run-context.js';
import { board, SlowSwitch } from './change-tools.js';
import { fixture } from './runner-fixture.js';

const context: RunContext = { signal: new AbortController().signal, client: { name: 'test', asks: false } };

describe('the record of a change that ended within its call', () => {
  it.each(['yes', 'wrong'])('is there until the call’s end is in the audit log (%s)', async (answer) => {
    const tool = new SlowSwitch();
    tool.ready = () => answer;
    const the = fixture({ solo: board('slow') }, {}, [tool]);
    the.policy = { rules: [{ decision: 'allow', tools: ['mode_slow'], place: 'rules[0]' }] };
    const append = the.audit.append.bind(the.audit);
    const kept: number[] = [];
    the.audit.append = async (entries) => {
      if (entries.some(({ event }) => event === 'ended')) kept.push((await the.awaitedWork.list()).length);
      return append(entries);
    };
    await the.runner.run('mode_slow', { selector: 'solo', mode: 'fast' }, context);
    expect(kept).toEqual([1]);
    expect(await the.awaitedWork.list()).toEqual([]);
  });
});
