import { describe, expect, it } from '@jest/globals';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server';
import { SubscriptionTap, type Watchable } from '../../../src/adapters/mcp/subscription-tap.js';

const idKey = 'io.modelcontextprotocol/subscriptionId';
const acknowledge = (id: number, uris: readonly string[]): JSONRPCMessage => ({
  jsonrpc: '2.0',
  method: 'notifications/subscriptions/acknowledged',
  params: { _meta: { [idKey]: id }, notifications: { resourcesListChanged: true, resourceSubscriptions: [...uris] } },
});
const cancel = (requestId: number): JSONRPCMessage => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId },
});

/** A tap on a wire that the test holds in its hand. */
async function tapped(watchable: Watchable) {
  const out: JSONRPCMessage[] = [];
  const watched: string[] = [];
  const wire: Transport = {
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
    send: (message) => Promise.resolve(void out.push(message)),
  };
  const listener = {
    add: (uri: string) => void watched.push(uri),
    remove: (uri: string) => void watched.splice(watched.indexOf(uri), 1),
  };
  const tap = new SubscriptionTap(wire, listener, watchable);
  await tap.start();
  return { tap, out, watched, receive: (message: JSONRPCMessage) => wire.onmessage?.(message) };
}

describe('SubscriptionTap', () => {
  it('acknowledges and watches what there is, once each, until it is cancelled', async () => {
    const { tap, out, watched, receive } = await tapped((uris) => Promise.resolve(uris.filter((uri) => uri !== 'no')));
    await tap.send(acknowledge(1, ['a', 'no', 'a', 'b']));
    expect(out).toMatchObject([{ params: { _meta: { [idKey]: 1 } } }]);
    expect(out[0]).toHaveProperty('params.notifications', {
      resourcesListChanged: true,
      resourceSubscriptions: ['a', 'b'],
    });
    expect(watched).toEqual(['a', 'b']);
    receive(cancel(2));
    expect(watched).toEqual(['a', 'b']);
    receive(cancel(1));
    expect(watched).toEqual([]);
  });

  it('replaces a listen of the same id', async () => {
    const { tap, watched } = await tapped((uris) => Promise.resolve(uris));
    await tap.send(acknowledge(1, ['a']));
    await tap.send(acknowledge(1, ['b']));
    expect(watched).toEqual(['b']);
  });

  it('watches nothing that was cancelled while it was looked at', async () => {
    let settle: () => void = () => undefined;
    const { tap, out, watched, receive } = await tapped(
      (uris) => new Promise((resolve) => (settle = () => resolve(uris))),
    );
    const sending = tap.send(acknowledge(1, ['a']));
    receive(cancel(1));
    settle();
    await sending;
    expect([out.length, watched]).toEqual([1, []]);
  });

  it('acknowledges nothing where nobody can say what there is', async () => {
    const { tap, out, watched } = await tapped(() => Promise.reject(new Error('no engine')));
    await tap.send(acknowledge(1, ['a']));
    expect(out[0]).toHaveProperty('params.notifications', { resourcesListChanged: true });
    expect(watched).toEqual([]);
  });
});
