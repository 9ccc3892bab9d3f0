import type { AddressBound } from '../src/core/fleet-file-edit.js';

const words: Readonly<Record<AddressBound, string>> = {
  password: 'password',
  passphrase: 'passphrase',
  sudo: 'sudo password',
  identityFile: 'key file',
  hostKeys: 'host key',
};

/** `its password and host key` */
export function itsOwn(keys: readonly AddressBound[]): string {
  const named = keys.map((key) => words[key]);
  return `its ${[named.slice(0, -1).join(', '), ...named.slice(-1)].filter((part) => part !== '').join(' and ')}`;
}

/** `10.0.0.5:22`, without what is not set. */
export function addressOf(host: string, port: number | undefined): string {
  if (port === undefined) return host;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What comes after a device got an address from a client. */
export function trustNext(device: string): string {
  return `Next is device_trust for ${device}: a person compares its host key with what the board itself says.`;
}

/** `; nano-02 and 3 more jump through it`, or nothing. */
export function jumpWords(devices: readonly string[]): string {
  const [first] = devices;
  if (first === undefined) return '';
  return devices.length === 1
    ? `; ${first} jumps through it`
    : `; ${first} and ${devices.length - 1} more jump through it`;
}
