import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith } from '../../setup/suite.js';
import { processesWith, until } from '../../setup/processes.js';
import { sshdUnavailable } from '../../setup/sshd.js';
import { failureOf, never, rig, type Rig } from './rig.js';

describeWith(sshdUnavailable(), 'following over a real sshd', () => {
  let the: Rig;
  beforeAll(async () => {
    the = await rig();
  });
  afterAll(() => the.stop());

  it('hands over each line until it is enough, then the program is gone', async () => {
    const mark = `7${String(process.pid)}1`;
    const argv = ['sh', '-c', `i=0; while :; do i=$((i+1)); echo line $i; sleep 0.01; done; sleep ${mark}`] as const;
    const lines: string[] = [];
    await the.device.follow({ argv }, (line) => (lines.push(line) < 3 ? 'more' : 'enough'), never());
    expect(lines).toEqual(['line 1', 'line 2', 'line 3']);
    expect(the.server.running().filter((each) => each.argv.some((word) => word.includes(mark)))).toEqual([]);
  });

  it('takes the last line without newline, invalid UTF-8 and a flood', async () => {
    const lines: string[] = [];
    const more = (line: string): 'more' => {
      lines.push(line);
      return 'more';
    };
    await the.device.follow({ argv: ['printf', 'a\\377\\nb'] }, more, never());
    expect(lines).toEqual(['a\uFFFD', 'b']);
    let count = 0;
    await the.device.follow({ argv: ['yes'] }, () => ((count += 1) < 100_000 ? 'more' : 'enough'), never());
    expect(count).toBe(100_000);
  });

  it('ends the program on cancel', async () => {
    const mark = `7${String(process.pid)}2`;
    const cancel = new AbortController();
    const followed = failureOf(the.device.follow({ argv: ['sleep', mark] }, () => 'more', cancel.signal));
    await until(() => processesWith(mark).some((each) => each.argv[0] === 'sleep'));
    // An answer over the same link: that the program was started has been heard by then too.
    await the.device.files.realPath('/', never());
    cancel.abort();
    expect(await followed).toMatchObject({ kind: 'cancelled' });
    expect(processesWith(mark)).toEqual([]);
  });

  it('says when the program fails, and passes on what the listener throws', async () => {
    const argv = ['sh', '-c', 'echo one; exit 4'] as const;
    expect(await failureOf(the.device.follow({ argv }, () => 'more', never()))).toMatchObject({
      kind: 'command_failed',
      message: 'The command exited with code 4.',
    });
    const bug = new Error('a bug of the caller');
    const throwing = the.device.follow(
      { argv: ['yes'] },
      () => {
        throw bug;
      },
      never(),
    );
    await expect(throwing).rejects.toBe(bug);
  });
});
