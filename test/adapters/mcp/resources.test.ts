import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/core/errors.js';
import { FakeEngine } from './fake-engine.js';
import { type Message, wire, type Wire } from './wire.js';

const uri = 'jetson://one/hardware/temperature';
const isUpdate = (message: Message): boolean => message.method === 'notifications/resources/updated';

describe.each(['legacy', 'modern'] as const)('resources over %s', (era) => {
  let engine: FakeEngine;
  let client: Wire;
  beforeEach(async () => {
    engine = new FakeEngine();
    client = await wire(() => Promise.resolve(engine), era);
  });
  afterEach(() => client.hangUp());

  it('have templates for devices and for schemas', async () => {
    const { result } = await client.ask('resources/templates/list');
    expect(result?.['resourceTemplates']).toMatchObject([
      { uriTemplate: 'jetson://{device}/hardware/temperature', mimeType: 'application/json' },
      { uriTemplate: 'jetfleet://schemas/{tool}', mimeType: 'application/schema+json' },
    ]);
  });

  it('go by their short form in a fleet of one, and by pages of devices in a larger one', async () => {
    const one = await client.ask('resources/list');
    expect(one.result?.['resources']).toMatchObject([{ uri: 'jetson://hardware/temperature' }]);
    engine.devices = Array.from({ length: 70 }, (_, index) => `nano-${String(index)}`);
    const uris: unknown[] = [];
    let cursor: string | undefined;
    do {
      const { result } = await client.ask('resources/list', cursor === undefined ? {} : { cursor });
      uris.push(...(result?.['resources'] as { uri: string }[]).map((each) => each.uri));
      cursor = result?.['nextCursor'] as string | undefined;
    } while (cursor !== undefined);
    expect(uris).toEqual(engine.devices.map((name) => `jetson://${name}/hardware/temperature`));
    expect((await client.ask('resources/list', { cursor: 'x' })).error?.code).toBe(-32602);
  });

  it('are read as JSON', async () => {
    const { result } = await client.ask('resources/read', { uri });
    expect(result?.['contents']).toEqual([{ uri, mimeType: 'application/json', text: '{"temperature":40}' }]);
  });

  it('hold the full schema of a tool', async () => {
    const { result } = await client.ask('resources/read', { uri: 'jetfleet://schemas/system_first' });
    const [{ text } = { text: '{}' }] = result?.['contents'] as { text: string }[];
    expect(JSON.parse(text)).toMatchObject({ type: 'object', properties: { groups: {}, failures: {} } });
    expect(text).toContain('milliwatts');
    expect((await client.ask('resources/read', { uri: 'jetfleet://schemas/nothing' })).error?.code).toBe(-32602);
  });

  it('are refused by the words of the failure', async () => {
    const { error } = await client.ask('resources/read', { uri: 'jetson://two/hardware/temperature' });
    expect(error).toMatchObject({ code: -32602, message: 'There is no resource at this address.' });
    engine.temperature = new Failure('unreachable', 'one does not answer.', { hint: 'Switch it on.' });
    expect((await client.ask('resources/read', { uri })).error?.message).toBe('one does not answer. Switch it on.');
  });

  it('complete devices and tools', async () => {
    engine.devices = Array.from({ length: 150 }, (_, index) => `nano-${String(index)}`);
    const ref = { type: 'ref/resource', uri: 'jetson://{device}/hardware/temperature' };
    const { result } = await client.ask('completion/complete', { ref, argument: { name: 'device', value: 'nano-1' } });
    expect(result?.['completion']).toMatchObject({
      total: 61,
      hasMore: false,
      values: expect.arrayContaining(['nano-10']),
    });
    const all = await client.ask('completion/complete', { ref, argument: { name: 'device', value: '' } });
    const { values, ...rest } = all.result?.['completion'] as { values: string[] };
    expect([values.length, rest]).toEqual([100, { total: 150, hasMore: true }]);
    const tool = {
      ref: { type: 'ref/resource', uri: 'jetfleet://schemas/{tool}' },
      argument: { name: 'tool', value: 'system_s' },
    };
    expect((await client.ask('completion/complete', tool)).result?.['completion']).toMatchObject({
      values: ['system_second'],
    });
  });

  it('say when they change, while somebody listens and no longer', async () => {
    await client.ask('tools/list');
    const subscribe = async (): Promise<() => void> => {
      if (era === 'legacy') {
        await client.ask('resources/subscribe', { uri });
        return () => void client.ask('resources/unsubscribe', { uri });
      }
      void client.ask('subscriptions/listen', { notifications: { resourceSubscriptions: [uri] } });
      const acknowledged = await client.until(({ method }) => method === 'notifications/subscriptions/acknowledged');
      const meta = acknowledged.params?.['_meta'] as Record<string, unknown>;
      return () =>
        client.notify('notifications/cancelled', { requestId: meta['io.modelcontextprotocol/subscriptionId'] });
    };
    const pause = async (reads: number): Promise<void> => {
      const from = engine.reads;
      while (engine.reads < from + reads) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    expect(engine.reads).toBe(0);
    const unsubscribe = await subscribe();
    await pause(3);
    expect(client.received.filter(isUpdate)).toEqual([]);
    engine.temperature = 41;
    expect((await client.until(isUpdate)).params).toMatchObject({ uri });
    engine.temperature = new Failure('unreachable', 'gone');
    await pause(3);
    expect(client.received.filter(isUpdate)).toHaveLength(2);
    unsubscribe();
    await client.ask('tools/list');
    const reads = engine.reads;
    engine.temperature = 42;
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(engine.reads).toBeLessThanOrEqual(reads + 1);
    expect(client.received.filter(isUpdate)).toHaveLength(2);
  });

  it('say when their list changes, and only then', async () => {
    await client.ask('resources/list');
    while (engine.followers === 0) await new Promise((resolve) => setImmediate(resolve));
    const isListChange = (message: Message): boolean => message.method === 'notifications/resources/list_changed';
    if (era === 'modern') {
      void client.ask('subscriptions/listen', {
        notifications: { resourcesListChanged: true, toolsListChanged: true },
      });
      const { params } = await client.until(({ method }) => method === 'notifications/subscriptions/acknowledged');
      expect(params?.['notifications']).toEqual({ resourcesListChanged: true });
    }
    engine.readAgain();
    engine.devices = ['renamed'];
    engine.readAgain();
    await client.ask('tools/list');
    expect(client.received.filter(isListChange)).toEqual([]);
    engine.devices = ['one', 'two'];
    engine.readAgain();
    await client.until(isListChange);
    engine.readAgain();
    await client.ask('tools/list');
    expect(client.received.filter(isListChange)).toHaveLength(1);
    await client.hangUp();
    expect(engine.followers).toBe(0);
  });

  if (era === 'modern') {
    it('are watched only where they exist', async () => {
      const strays = ['jetson://nope/hardware/temperature', 'file:///etc/passwd', 'jetfleet://schemas/system_first'];
      void client.ask('subscriptions/listen', { notifications: { resourceSubscriptions: [...strays, uri, uri] } });
      const isAcknowledged = ({ method }: Message): boolean => method === 'notifications/subscriptions/acknowledged';
      const { params } = await client.until(isAcknowledged);
      expect(params?.['notifications']).toEqual({ resourceSubscriptions: [uri] });
      while (engine.asked.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
      expect([...new Set(engine.asked)]).toEqual([uri]);
    });
  }

  if (era === 'legacy') {
    it('cannot be subscribed where they do not exist', async () => {
      const { error } = await client.ask('resources/subscribe', { uri: 'jetson://two/hardware/temperature' });
      expect(error?.code).toBe(-32602);
    });
  }
});
