import { describe, expect, it } from '@jest/globals';
import { parseSelector } from '../../src/core/selector/parse.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call, Gathered, Member, Prepared } from '../../src/ports/tool.js';
import type { RunContext } from '../../src/app/run-context.js';
import { board, SwitchTool } from './change-tools.js';
import { fixture } from './runner-fixture.js';

/** Switches the one device whose name comes first. */
class FirstSwitch extends SwitchTool {
  readonly looks: string[][] = [];

  async gather(_args: object, members: readonly Member[], _call: Call): Promise<Gathered> {
    const names = members.map(({ entry }) => entry.name).sort();
    this.looks.push(names);
    return Promise.resolve({ first: names[0] ?? '' });
  }

  override async prepare(args: { mode: string }, device: Device, call: Call, gathered?: Gathered): Promise<Prepared> {
    if (gathered?.['first'] !== device.name) return { says: 'is left', steps: [] };
    return super.prepare(args, device, call);
  }
}

const context: RunContext = { signal: new AbortController().signal, client: { name: 'test 1.0', asks: false } };

describe('a change that sees its devices together', () => {
  it('looks at all of them once before they are prepared, and each plan has what was seen', async () => {
    const tool = new FirstSwitch();
    const app = fixture({ 'nano-2': board('15W'), 'nano-1': board('15W') }, {}, [tool]);
    const outcome = await app.runner.run(tool.spec.name, { selector: 'all', mode: '25W', plan: true }, context);
    expect(tool.looks).toEqual([['nano-1', 'nano-2']]);
    expect(JSON.stringify(outcome)).toContain('switches from 15W to 25W');
    expect(JSON.stringify(outcome)).toContain('is left');
  });

  it('does not see devices that the policy denies', async () => {
    const tool = new FirstSwitch();
    const app = fixture({ 'nano-2': board('15W'), 'nano-1': board('15W') }, {}, [tool]);
    app.policy = { rules: [{ decision: 'deny', selector: parseSelector('nano-1'), place: 'rules[0]' }] };
    await app.runner.run(tool.spec.name, { selector: 'all', mode: '25W', plan: true }, context);
    expect(tool.looks).toEqual([['nano-2']]);
  });
});
