import { timingSafeEqual } from 'node:crypto';
import ssh2 from 'ssh2';
import type { AuthContext, ParsedKey, PublicKeyAuthContext } from 'ssh2';
import type { Account } from '../device/account.js';
import type { SimulatedDevice } from '../device/simulated-device.js';

const methods: ('publickey' | 'password' | 'keyboard-interactive')[] = [
  'publickey',
  'password',
  'keyboard-interactive',
];

function same(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function keyAccepted(account: Account, algorithm: string, blob: Buffer): boolean {
  if (account.keys === 'any') return true;
  const shown = `${algorithm} ${blob.toString('base64')}`;
  return account.keys?.some((line) => line === shown || line.startsWith(`${shown} `)) === true;
}

async function passwordGiven(context: AuthContext): Promise<string | undefined> {
  if (context.method === 'password') return context.password;
  if (context.method !== 'keyboard-interactive') return undefined;
  return new Promise((resolve) => {
    context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
      resolve(answers[0]);
    });
  });
}

function signatureHolds(context: PublicKeyAuthContext): boolean {
  // Without a signature the client only asks whether it is worth making one.
  if (context.signature === undefined || context.blob === undefined) return true;
  const parsed: unknown = ssh2.utils.parseKey(context.key.data);
  const key = (Array.isArray(parsed) ? parsed[0] : parsed) as ParsedKey | Error | undefined;
  return key !== undefined && !(key instanceof Error) && key.verify(context.blob, context.signature, context.hashAlgo);
}

async function accepted(account: Account, context: AuthContext): Promise<boolean> {
  if (context.method === 'publickey') {
    return keyAccepted(account, context.key.algo, context.key.data) && signatureHolds(context);
  }
  const given = await passwordGiven(context);
  return given !== undefined && account.password !== undefined && same(given, account.password);
}

/** Answers one authentication request by the device's accounts; calls `onAccount` when somebody is let in. */
export async function authenticate(
  device: SimulatedDevice,
  context: AuthContext,
  onAccount: (account: Account) => void,
): Promise<void> {
  const account = device.accounts.find((candidate) => candidate.name === context.username);
  if (account === undefined || device.fault?.kind === 'refuse' || !(await accepted(account, context))) {
    context.reject(methods);
  } else {
    onAccount(account);
    context.accept();
  }
}
