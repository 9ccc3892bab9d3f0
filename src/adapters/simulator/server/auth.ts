import { timingSafeEqual } from 'node:crypto';
import ssh2 from 'ssh2';
import type { AuthContext } from 'ssh2';
import type { Account } from '../device/account.js';
import type { SimulatedDevice } from '../device/simulated-device.js';

const methods: ('publickey' | 'password' | 'keyboard-interactive')[] = ['publickey', 'password', 'keyboard-interactive'];

function same(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function keyAccepted(account: Account, algorithm: string, blob: Buffer): boolean {
  if (account.keys === 'any') return true;
  const shown = `${algorithm} ${blob.toString('base64')}`;
  return account.keys?.some((line) => line === shown || line.startsWith(`${shown} `)) === true;
}

/** Answers one authentication request by the device's accounts; calls `onAccount` when somebody is let in. */
export function authenticate(device: SimulatedDevice, context: AuthContext, onAccount: (account: Account) => void): void {
  const account = device.accounts.find((candidate) => candidate.name === context.username);
  const refused = device.fault?.kind === 'refuse';
  const accept = (): void => {
    if (account !== undefined) onAccount(account);
    context.accept();
  };
  if (account === undefined || refused) return context.reject(methods);
  if (context.method === 'password') {
    return account.password !== undefined && same(context.password, account.password) ? accept() : context.reject(methods);
  }
  if (context.method === 'keyboard-interactive') {
    context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
      if (account.password !== undefined && same(answers[0] ?? '', account.password)) accept();
      else context.reject(methods);
    });
    return;
  }
  if (context.method !== 'publickey' || !keyAccepted(account, context.key.algo, context.key.data)) return context.reject(methods);
  if (context.signature === undefined || context.blob === undefined) return context.accept();
  const parsed = ssh2.utils.parseKey(context.key.data);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined || key instanceof Error || key.verify(context.blob, context.signature, context.hashAlgo) !== true) {
    return context.reject(methods);
  }
  accept();
}
