import { getEventListeners } from 'node:events';
import { afterEach, expect, it } from '@jest/globals';
import type ssh2 from 'ssh2';
import { describeWith } from '../../setup/suite.js';
import { sshdUnavailable } from '../../setup/sshd.js';
import { output, rig, text, type Rig } from './rig.js';
import { exhaustive } from '../../setup/runs.js';

const calls = exhaustive ? 10_000 : 1_500;
const execs = exhaustive ? 500 : 100;

/** Listeners by event, of the client and of its socket; and the ids of the channels that are open. */
function footprint(client: ssh2.Client): unknown {
  const inner = client as unknown as {
    readonly _sock: NodeJS.EventEmitter;
    readonly _chanMgr: { readonly _channels: Readonly<Record<string, unknown>> };
  };
  const counts = (emitter: NodeJS.EventEmitter): unknown =>
    emitter.eventNames().map((event) => [String(event), emitter.listenerCount(event)]);
  return [counts(client), counts(inner._sock), Object.keys(inner._chanMgr._channels)];
}

describeWith(sshdUnavailable(), 'upkeep of a link', () => {
  let the: Rig;
  afterEach(() => the.stop());

  it(
    `leaks no listener and no channel over ${String(calls)} calls`,
    async () => {
      the = await rig();
      const { device, connector, server } = the;
      const { signal } = new AbortController();
      const ask = async (index: number): Promise<void> => {
        expect(await device.ask(output('echo', String(index)), signal)).toBe(String(index));
      };
      const run = async (index: number): Promise<void> => {
        expect(text((await device.run({ argv: ['echo', String(index)] }, signal)).stdout)).toBe(`${String(index)}\n`);
      };
      await Promise.all([ask(0), run(0)]);
      const [client] = connector.clients;
      if (client === undefined) throw new Error('there is no connection');
      const before = footprint(client);
      for (let done = 0; done < calls; done += 100) {
        const batch = Array.from({ length: 100 }, (_, index) => done + index);
        const isRun = (index: number): boolean => index % Math.floor(calls / execs) === 0;
        await Promise.all(batch.map((index) => (isRun(index) ? run(index) : ask(index))));
      }
      expect(footprint(client)).toEqual(before);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      expect(server.logins()).toBe(1);
      const programs = server.running().filter((each) => each.argv[0]?.startsWith('sshd') === false);
      expect(programs.map((each) => each.argv.join(' '))).toEqual(['/bin/sh']);
    },
    exhaustive ? 300_000 : 60_000,
  );

  it('turns the delay of small packets off', async () => {
    the = await rig();
    await the.device.ask(output('true'), new AbortController().signal);
    expect(the.connector.noDelay).toContain(true);
  });
});
