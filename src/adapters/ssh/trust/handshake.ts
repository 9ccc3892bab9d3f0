import type { Duplex } from 'node:stream';
import ssh2 from 'ssh2';
import { abortFailure, Failure } from '../../../core/errors.js';
import { handshakeFailure, notSsh, proxyCommandFailure, stageTimeout, type ConnectStage } from './failures.js';
import { hostKeyAlgorithms } from './host-key-algorithms.js';
import type { HostTrust } from './host-trust.js';
import { judgeHostKey, type HostKeyVerdict } from './host-key.js';
import { Login, type LoginSources } from './login.js';
import { watchBanner } from './server-banner.js';
import { shownKey, type ShownKey } from './shown-key.js';
import type { StepReport } from './steps.js';
import type { Target } from './target.js';

export interface HandshakeOptions extends LoginSources {
  readonly target: Target;
  readonly trust: HostTrust;
  /** The host key algorithms to offer, where not those that `trust` suggests. */
  readonly algorithms?: ssh2.ServerHostKeyAlgorithm[] | undefined;
  /** Writes down a key that the server has proved to own and that the policy accepts as new. */
  readonly record: (key: ShownKey) => Promise<void>;
  /** Hears of the first key the server shows, trusted or not. */
  readonly onHostKey?: (key: ShownKey) => void;
  readonly timeouts: Readonly<Record<ConnectStage, number>>;
  readonly report: StepReport;
}

/** Becomes a logged-in client over an open stream, and reports `banner`, `host_key` and `auth`. On failure the stream is gone. */
export function handshake(stream: Duplex, options: HandshakeOptions, signal: AbortSignal): Promise<ssh2.Client> {
  return new Promise((resolve, reject) => {
    const { target, trust, report } = options;
    const client = new ssh2.Client();
    const over = new AbortController();
    let stage: ConnectStage = 'banner';
    let timer: NodeJS.Timeout | undefined;
    let shown: { readonly key: ShownKey; readonly verdict: HostKeyVerdict } | undefined;

    const settle = (): boolean => {
      if (over.signal.aborted) return false;
      over.abort();
      clearTimeout(timer);
      stopWatching();
      signal.removeEventListener('abort', onAbort);
      for (const event of ['close', 'handshake', 'ready', 'change password'] as const) client.removeAllListeners(event);
      return true;
    };
    const fail = (error: unknown): void => {
      if (!settle()) return;
      client.destroy();
      stream.destroy();
      const failure = error instanceof Failure ? error : failureAt(stage, target, error);
      report.failed(stage, failure);
      reject(failure);
    };
    const onAbort = (): void => fail(abortFailure(signal));
    const enter = (next: ConnectStage): void => {
      // A listener of steps may have ended the call in between.
      if (over.signal.aborted) return;
      stage = next;
      clearTimeout(timer);
      const limitMs = options.timeouts[next];
      timer = setTimeout(() => (login.waitsForSecret ? enter(next) : fail(stageTimeout(next, limitMs))), limitMs);
    };
    const login = new Login(target, options, over.signal, fail);
    let proving: Promise<boolean> | undefined;
    /** The server has signed with its key by now, so a new one may be written down; nothing is offered before it is. */
    const prove = (): Promise<boolean> => (proving ??= proved());
    const proved = async (): Promise<boolean> => {
      if (shown?.verdict.trusted !== true) return false;
      const { key, verdict } = shown;
      try {
        if (verdict.because === 'new') await options.record(key);
      } catch (error) {
        stage = 'host_key';
        fail(error);
        return false;
      }
      report.ok('host_key', `${key.type} ${key.fingerprint}, ${because[verdict.because]}`);
      return true;
    };
    const stopWatching = watchBanner(stream, (software) => {
      if (software === undefined) {
        fail(notSsh());
        return;
      }
      report.ok('banner', software);
      enter('host_key');
    });

    // It stays for the client's whole life: an error after the login must not end the program.
    client.on('error', (error: Error & { level?: string }) => {
      // A key that the agent would not sign with is passed over; ssh2 goes on with the next method.
      const passedOver = stage === 'auth' && (error.level === 'agent' || error.level === 'client-authentication');
      if (!passedOver) fail(error);
    });
    client.on('close', () => fail(new Error('The stream was closed.')));
    client.on('handshake', () => {
      // It comes again whenever keys are exchanged anew.
      if (shown === undefined || stage === 'auth') return;
      enter('auth');
    });
    client.on('change password', () =>
      fail(
        new Failure('auth_failed', 'The password has expired.', {
          hint: 'Log in once with `ssh` and set a new one.',
          retry: 'no',
        }),
      ),
    );
    client.on('ready', () => {
      void prove().then((trusted) => {
        if (!trusted || !settle()) return;
        report.ok('auth', `accepted ${login.method} for ${target.user}`);
        resolve(client);
      });
    });

    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) {
      onAbort();
      return;
    }
    enter('banner');
    try {
      client.connect({
        sock: stream,
        username: target.user,
        readyTimeout: 0,
        keepaliveInterval: target.keepaliveIntervalMs,
        keepaliveCountMax: target.keepaliveCountMax,
        algorithms: { serverHostKey: options.algorithms ?? hostKeyAlgorithms(trust.listed) },
        hostVerifier: (bytes: Buffer) => {
          const key = shownKey(bytes);
          // Keys are exchanged anew every gigabyte: the host must remain the one that was trusted.
          if (shown !== undefined) return shown.key.base64 === key.base64;
          const verdict = judgeHostKey(key, trust);
          shown = { key, verdict };
          options.onHostKey?.(key);
          if (!verdict.trusted) fail(verdict.failure);
          return verdict.trusted;
        },
        authHandler: (methodsLeft, partialSuccess, begin) => {
          void prove().then((trusted) => {
            if (trusted) login.next(methodsLeft, partialSuccess, begin);
          });
        },
      });
    } catch (error) {
      fail(error);
    }
  });
}

function failureAt(stage: ConnectStage, { proxyCommand }: Target, error: unknown): Failure {
  const fromCommand = stage === 'banner' && proxyCommand !== undefined;
  return fromCommand ? proxyCommandFailure(error) : handshakeFailure(error, stage);
}

const because = {
  listed: 'as known_hosts lists it',
  pinned: 'as the fleet file pins it',
  new: 'new, and now written to known_hosts',
} as const;
