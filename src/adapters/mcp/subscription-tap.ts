import {
  isJSONRPCNotification,
  type JSONRPCMessage,
  type RequestId,
  SUBSCRIPTION_ID_META_KEY,
  type Transport,
  type TransportSendOptions,
} from '@modelcontextprotocol/server';

export interface SubscriptionListener {
  add(uri: string): void;
  remove(uri: string): void;
}

/**
 * A transport with an ear for `subscriptions/listen` of revision 2026-07-28. The SDK answers it itself and tells
 * nobody who listens to what, so this reads the acknowledgements that go out and the cancellations that come in.
 */
export class SubscriptionTap implements Transport {
  onclose: (() => void) | undefined;
  onerror: ((error: Error) => void) | undefined;
  onmessage: Transport['onmessage'];
  readonly #inner: Transport;
  readonly #listener: SubscriptionListener;
  readonly #open = new Map<RequestId, readonly string[]>();

  constructor(inner: Transport, listener: SubscriptionListener) {
    this.#inner = inner;
    this.#listener = listener;
  }

  async start(): Promise<void> {
    this.#inner.onclose = () => this.onclose?.();
    this.#inner.onerror = (error) => this.onerror?.(error);
    this.#inner.onmessage = (message, extra) => {
      this.#received(message);
      this.onmessage?.(message, extra);
    };
    await this.#inner.start();
  }

  send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    this.#sent(message);
    return this.#inner.send(message, options);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #received(message: JSONRPCMessage): void {
    if (!isJSONRPCNotification(message) || message.method !== 'notifications/cancelled') return;
    const id = message.params?.['requestId'] as RequestId | undefined;
    const uris = id === undefined ? undefined : this.#open.get(id);
    if (id === undefined || uris === undefined) return;
    this.#open.delete(id);
    for (const uri of uris) this.#listener.remove(uri);
  }

  #sent(message: JSONRPCMessage): void {
    if (!isJSONRPCNotification(message) || message.method !== 'notifications/subscriptions/acknowledged') return;
    const { _meta: meta, notifications } = message.params as {
      _meta: Record<string, RequestId>;
      notifications: { resourceSubscriptions?: readonly string[] };
    };
    const id = meta[SUBSCRIPTION_ID_META_KEY];
    const uris = notifications.resourceSubscriptions ?? [];
    if (id === undefined || uris.length === 0) return;
    this.#open.set(id, uris);
    for (const uri of uris) this.#listener.add(uri);
  }
}
