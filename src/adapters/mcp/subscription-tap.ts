import {
  isJSONRPCNotification,
  type JSONRPCMessage,
  type JSONRPCNotification,
  type RequestId,
  SUBSCRIPTION_ID_META_KEY,
  type Transport,
  type TransportSendOptions,
} from '@modelcontextprotocol/server';

export interface SubscriptionListener {
  add(uri: string): void;
  remove(uri: string): void;
}

/** Which of these addresses are there to be watched. */
export type Watchable = (uris: readonly string[]) => Promise<readonly string[]>;

interface Acknowledgement {
  readonly _meta: Readonly<Record<string, RequestId>>;
  readonly notifications: { readonly resourceSubscriptions?: readonly string[] };
}

/**
 * A transport with an ear for `subscriptions/listen` of revision 2026-07-28. The SDK answers it itself, honours any
 * address and tells nobody who listens to what; so this reads the cancellations that come in, and takes out of the
 * acknowledgements that go out what cannot be watched.
 */
export class SubscriptionTap implements Transport {
  onclose: (() => void) | undefined;
  onerror: ((error: Error) => void) | undefined;
  onmessage: Transport['onmessage'];
  readonly #inner: Transport;
  readonly #listener: SubscriptionListener;
  readonly #watchable: Watchable;
  readonly #open = new Map<RequestId, readonly string[]>();
  /** Listens whose addresses are being looked at; a cancellation meanwhile takes them out. */
  readonly #pending = new Set<RequestId>();

  constructor(inner: Transport, listener: SubscriptionListener, watchable: Watchable) {
    this.#inner = inner;
    this.#listener = listener;
    this.#watchable = watchable;
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

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    const isAcknowledgement =
      isJSONRPCNotification(message) && message.method === 'notifications/subscriptions/acknowledged';
    await this.#inner.send(isAcknowledgement ? await this.#acknowledged(message) : message, options);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #received(message: JSONRPCMessage): void {
    if (!isJSONRPCNotification(message) || message.method !== 'notifications/cancelled') return;
    const id = message.params?.['requestId'] as RequestId | undefined;
    if (id !== undefined) this.#forget(id);
  }

  #forget(id: RequestId): void {
    this.#pending.delete(id);
    for (const uri of this.#open.get(id) ?? []) this.#listener.remove(uri);
    this.#open.delete(id);
  }

  async #acknowledged(message: JSONRPCNotification): Promise<JSONRPCNotification> {
    const { _meta: meta, notifications } = message.params as unknown as Acknowledgement;
    const { resourceSubscriptions: wanted = [], ...others } = notifications;
    const id = meta[SUBSCRIPTION_ID_META_KEY];
    if (id === undefined || wanted.length === 0) return message;
    this.#forget(id);
    this.#pending.add(id);
    const uris = await this.#watchable([...new Set(wanted)]).catch((): readonly string[] => []);
    if (this.#pending.delete(id)) {
      this.#open.set(id, uris);
      for (const uri of uris) this.#listener.add(uri);
    }
    const honoured = { ...others, ...(uris.length > 0 && { resourceSubscriptions: [...uris] }) };
    return { ...message, params: { ...message.params, notifications: honoured } };
  }
}
